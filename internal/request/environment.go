package request

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// An Environment has the values of the environment variables.
type Environment struct {
	baseURL     *url.URL
	header      []Edit
	credentials Credentials

	baseURLErr, headerErr error // why a variable cannot be used
}

// ReadEnvironment reads the TELNYX_… variables. White space around a value does not count; an empty value is none.
func ReadEnvironment() *Environment {
	env := &Environment{credentials: Credentials{
		APIKey: BearerOf(variable("TELNYX_API_KEY")),
		ID:     variable("TELNYX_CLIENT_ID"),
		Secret: variable("TELNYX_CLIENT_SECRET"),
	}}
	if base := variable("TELNYX_BASE_URL"); base != "" {
		var err error
		if env.baseURL, err = ParseBaseURL(base); err != nil {
			env.baseURLErr = fmt.Errorf("TELNYX_BASE_URL: %w", err)
		}
	}
	for line := range strings.Lines(variable("TELNYX_CUSTOM_HEADERS")) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		name, value = http.CanonicalHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
		header := Edit{Op: Set, Key: name, Value: value}
		switch {
		case !found || !ValidHeader(name, value):
			env.headerErr = errors.New(`TELNYX_CUSTOM_HEADERS: want lines of "Name: value"`)
		case name == "Authorization": // sent like an API key, to the same endpoints
			env.credentials.APIKey = value
		case redact.Name(name):
			env.credentials.Header = append(env.credentials.Header, header)
		default:
			env.header = append(env.header, header)
		}
	}
	return env
}

// beneath sets in c what no option has set. Any credential from an option replaces all credentials of the environment.
func (env *Environment) beneath(c *Config) error {
	if env.headerErr != nil {
		return env.headerErr
	}
	if c.BaseURL == nil {
		if c.BaseURL = env.baseURL; env.baseURLErr != nil {
			return env.baseURLErr
		}
	}
	if !c.Credentials.AreExplicit {
		c.Credentials = env.credentials
	}
	if len(env.header) > 0 {
		c.Header = slices.Concat(env.header, c.Header)
	}
	return nil
}

func variable(name string) string { return strings.TrimSpace(os.Getenv(name)) }
