package request

import (
	"cmp"
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

	baseURLErr, headerErr error // for an invalid variable
}

// ReadEnvironment reads the TELNYX_… variables. White space around a value is ignored, and an empty value counts as
// unset.
func ReadEnvironment() *Environment {
	env := &Environment{credentials: Credentials{
		APIKey: BearerOf(variable("TELNYX_API_KEY")),
		ID:     variable("TELNYX_CLIENT_ID"),
		Secret: variable("TELNYX_CLIENT_SECRET"),
	}}
	if base := variable("TELNYX_BASE_URL"); base != "" {
		env.baseURL, env.baseURLErr = ParseBaseURL(base)
	}
	for line := range strings.Lines(variable("TELNYX_CUSTOM_HEADERS")) {
		name, value, found := strings.Cut(line, ":")
		name, value = http.CanonicalHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
		header := Edit{Key: name, Values: []string{value}}
		switch {
		case strings.TrimSpace(line) == "":
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

// Use is an option: Complete then uses the environment.
func (env *Environment) Use(c *Config) error {
	c.Env = env
	return nil
}

// Production is the default base URL.
var Production = &url.URL{Scheme: "https", Host: "api.telnyx.com", Path: "/v2"}

// Complete sets what no option has set: from the environment, else to the default. Any credential from an option
// replaces all credentials of the environment.
func (c *Config) Complete() error {
	if env := c.Env; env != nil && !c.WithoutEnv {
		if env.headerErr != nil {
			return env.headerErr
		}
		if c.BaseURL == nil {
			if c.BaseURL = env.baseURL; env.baseURLErr != nil {
				return fmt.Errorf("TELNYX_BASE_URL: %w", env.baseURLErr)
			}
		}
		if !c.Credentials.AreExplicit {
			c.Credentials = env.credentials
		}
		c.Header = slices.Concat(env.header, c.Header)
	}
	c.BaseURL = cmp.Or(c.BaseURL, Production)
	c.HTTPClient = cmp.Or[Doer](c.HTTPClient, defaultClient)
	if e := &c.Endpoint; e.written != "" {
		*e = e.locate(c.BaseURL.Path + e.written)
	}
	return nil
}

func variable(name string) string { return strings.TrimSpace(os.Getenv(name)) }
