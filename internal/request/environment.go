package request

import (
	"fmt"
	"os"
	"strings"
)

// ReadEnvironment reads the TELNYX_… variables. White space around a value does not count; an empty value is none.
func ReadEnvironment() *Environment {
	env := &Environment{Credentials: Credentials{
		APIKey: BearerOf(variable("TELNYX_API_KEY")),
		ID:     variable("TELNYX_CLIENT_ID"),
		Secret: variable("TELNYX_CLIENT_SECRET"),
	}}
	env.PublicKey = variable("TELNYX_PUBLIC_KEY")
	if base := variable("TELNYX_BASE_URL"); base != "" {
		var err error
		if env.BaseURL, err = ParseBaseURL(base); err != nil {
			env.BaseURLErr = fmt.Errorf("TELNYX_BASE_URL: %w", err)
		}
	}
	for line := range strings.Lines(variable("TELNYX_CUSTOM_HEADERS")) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || !ValidHeader(name, value) {
			env.HeaderErr = fmt.Errorf(`TELNYX_CUSTOM_HEADERS: want lines of "Name: value"`)
			continue
		}
		env.Header = append(env.Header, Edit{Op: Set, Key: name, Value: value})
	}
	return env
}

func variable(name string) string { return strings.TrimSpace(os.Getenv(name)) }
