// Package request makes one call. It receives a complete Config and does not know the options that made it.
package request

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// A Config is all that is known of one call before it is sent.
type Config struct {
	Endpoint Endpoint
	// Params is a params struct, []byte, io.Reader, or anything that encoding/json takes.
	Params any

	// BaseURL has a scheme, a host and a path without a trailing slash. Nil: Complete sets it.
	BaseURL *url.URL
	// HTTPClient sends the requests. Nil: Complete sets a client with the default transport.
	HTTPClient   Doer
	Middlewares  []Middleware
	MaxRetries   int
	MaxRetryWait time.Duration
	// RequestTimeout limits each attempt, body included. 0: no limit; negative: a minute if nothing else limits it.
	RequestTimeout   time.Duration
	MaxResponseBytes int64
	Prefetch         bool // lists fetch one page ahead
	AllowHTTP        bool // credentials may be sent unencrypted to hosts that are not loopback

	// Env has the environment variables. Complete takes from it what no option has set, unless WithoutEnv is set.
	Env         *Environment
	WithoutEnv  bool
	Credentials Credentials
	// Tokens keeps automatic client-credentials tokens between calls.
	Tokens *TokenCache
	// Service is the Config before the options of the call itself, which do not apply to token requests. Nil: there are
	// no such options.
	Service *Config

	Header   []Edit
	Query    []Edit
	JSON     []func(body []byte) ([]byte, error)
	Body     *Body
	Into     any             // decoded into besides the result
	Response **http.Response // receives the last response
	Logger   Logger          // gets a record of each attempt

	check func() error  // checks a decoded success further
	after func(attempt) // is called after each attempt
}

// NewConfig returns a Config with the defaults.
func NewConfig(e Endpoint, params any) *Config {
	if v := reflect.ValueOf(params); v.Kind() == reflect.Pointer && v.IsNil() {
		params = nil
	}
	return &Config{
		Endpoint: e, Params: params,
		MaxRetries: 2, MaxRetryWait: time.Minute, RequestTimeout: -1, MaxResponseBytes: 16 << 20,
	}
}

// A Doer sends a request: an *http.Client, or a test double.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// A Middleware is called for every attempt of a request. next is the rest of the chain.
type Middleware = func(req *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error)

// A Body replaces the encoded params.
type Body struct {
	ContentType string
	Content     []byte
}

// Credentials authenticate a call.
type Credentials struct {
	APIKey      string // as the Authorization header has it, see BearerOf
	Token       func(context.Context) (string, error)
	Renew       func(_ context.Context, refused string) error // replaces a token from Token; nil if it cannot
	ID          string                                        // of an OAuth client
	Secret      string
	Header      []Edit // headers of the environment that hold secrets
	AreExplicit bool   // an option set one of them, even if to ""
}

// BearerOf returns the Authorization header of an API key, "" of an empty one.
func BearerOf(key string) string {
	if key == "" {
		return ""
	}
	return "Bearer " + key
}

// client reports whether there is an id with its secret.
func (c Credentials) client() bool { return c.ID != "" && c.Secret != "" }

// An Edit replaces the values of a header or query parameter, or adds to them. The Key of a header is in its canonical
// form.
type Edit struct {
	Key    string
	Values []string
	Add    bool
}

// edit applies edits in order to a header or to a query.
func edit(values map[string][]string, edits []Edit) {
	for _, e := range edits {
		if !e.Add {
			delete(values, e.Key)
		}
		if len(e.Values) > 0 {
			values[e.Key] = append(values[e.Key], e.Values...)
		}
	}
}

// headerOf makes the headers of the next attempt, as middlewares and transports may have changed those of the last.
func (c *Config) headerOf(o *outgoing) http.Header {
	values := []string{"application/json", "Telnyx/Go " + Version}
	if c.Endpoint.Redirects {
		values[0] = "*/*"
	}
	h := make(http.Header, 4)
	h["Accept"], h["User-Agent"] = values[0:1:1], values[1:2:2]
	edit(h, c.Credentials.Header)
	edit(h, c.Header)
	if h["User-Agent"] == nil {
		h["User-Agent"] = []string{""} // else net/http names itself
	}
	if o.contentType != "" && h["Content-Type"] == nil {
		h["Content-Type"] = []string{o.contentType}
	}
	if o.authorization != "" {
		h["Authorization"] = []string{o.authorization}
	}
	return h
}

// ValidHeader reports whether net/http would send the header.
func ValidHeader(key, value string) bool {
	const token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return key != "" && strings.Trim(key, token) == "" && validValue(value)
}

func validValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
