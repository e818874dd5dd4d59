// Package option has the options that change how calls are made. An option of NewClient applies to all calls of the
// client, one of a service to the calls of that service, one of a call to that call; later ones win. Values are checked
// when an option is made; an invalid option fails every call that uses it.
package option

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// A RequestOption changes how a call is made.
type RequestOption func(*request.Config) error

// HTTPClient sends requests. *http.Client implements it. Other clients decide by themselves which redirects they
// follow, and with which headers.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// MiddlewareNext sends the request: through the next middleware, or with the HTTP client.
type MiddlewareNext = func(*http.Request) (*http.Response, error)

// Middleware is called for every attempt of a call. It may change the request, return a response of its own, or read
// the response.
type Middleware = func(*http.Request, MiddlewareNext) (*http.Response, error)

// set returns the option that changes a Config with f.
func set(f func(*request.Config)) RequestOption {
	return func(c *request.Config) error {
		f(c)
		return nil
	}
}

// refused returns an option that fails every call, for an option with an invalid value.
func refused(option, problem string, args ...any) RequestOption {
	err := fmt.Errorf("option.%s: "+problem, append([]any{option}, args...)...)
	return func(*request.Config) error { return err }
}

// WithBaseURL sets the URL of the API: http or https, with a host and an optional path. The default is
// https://api.telnyx.com/v2. Automatic tokens are fetched from the same URL, and credentials are sent nowhere else.
func WithBaseURL(base string) RequestOption {
	u, err := request.ParseBaseURL(base)
	if err != nil {
		return refused("WithBaseURL", "%w", err)
	}
	return set(func(c *request.Config) { c.BaseURL = u })
}

// A Region is the host name of a place where Telnyx runs its API.
type Region string

// The published regions. All have the same API and take the same keys.
const (
	RegionUS Region = "api.telnyx.com"    // the default
	RegionEU Region = "api.telnyx.eu"     // Frankfurt
	RegionAU Region = "api.telnyx.com.au" // Sydney
	RegionCA Region = "api.telnyx.ca"     // Toronto
	RegionAE Region = "api.telnyx.me"     // Dubai
)

// WithRegion sets the base URL of a region.
func WithRegion(region Region) RequestOption {
	if !slices.Contains([]Region{RegionUS, RegionEU, RegionAU, RegionCA, RegionAE}, region) {
		return refused("WithRegion", "%q is not a published region; option.WithBaseURL takes any host", string(region))
	}
	return WithBaseURL("https://" + string(region) + "/v2")
}

// WithEnvironmentProduction sets the default base URL instead of TELNYX_BASE_URL. A base URL that another option sets
// is kept, whichever comes first.
func WithEnvironmentProduction() RequestOption {
	return set(func(c *request.Config) { c.BaseURL = cmp.Or(c.BaseURL, request.Production) })
}

// WithoutEnvironment ignores the environment variables.
func WithoutEnvironment() RequestOption { return set(func(c *request.Config) { c.WithoutEnv = true }) }

// WithInsecureHTTP allows sending credentials over plain http to a host that is not loopback, where anyone on the way
// can read them.
func WithInsecureHTTP() RequestOption { return set(func(c *request.Config) { c.AllowHTTP = true }) }

// WithHTTPClient sets what sends the requests. The default is an http.Client with a copy of http.DefaultTransport that
// keeps more idle connections, or with the http.DefaultTransport that the program has set instead. An *http.Client is
// not changed, but redirects are restricted: only a GET follows one, and with credentials only to the same origin.
func WithHTTPClient(client HTTPClient) RequestOption {
	if isNil(client) {
		return refused("WithHTTPClient", "the client is nil")
	}
	if reflect.TypeOf(client).Kind() != reflect.Pointer {
		client = &struct{ HTTPClient }{client} // a pointer can be compared
	}
	return set(func(c *request.Config) { c.HTTPClient = client })
}

func isNil(v any) bool {
	rv := reflect.ValueOf(v)
	return v == nil || rv.Kind() == reflect.Pointer && rv.IsNil()
}

// WithMiddleware adds middlewares. The first one added is the outermost. Those of a client or service are also called
// for the requests for automatic tokens. A middleware that calls the client must use the request's context: by it, the
// SDK fails a call that needs the token that is being fetched, and that would otherwise wait for itself.
func WithMiddleware(middlewares ...Middleware) RequestOption {
	if slices.ContainsFunc(middlewares, func(m Middleware) bool { return m == nil }) {
		return refused("WithMiddleware", "a middleware is nil")
	}
	middlewares = slices.Clone(middlewares)
	return set(func(c *request.Config) { c.Middlewares = append(c.Middlewares, middlewares...) })
}

// WithMaxRetries sets how often a call is retried after its first attempt. The default is 2; 0 turns retries off. Which
// calls may be retried is described in docs/errors-and-retries.md.
func WithMaxRetries(retries int) RequestOption {
	return atLeast(0, "WithMaxRetries", retries, func(c *request.Config) { c.MaxRetries = retries })
}

// WithMaxRetryWait sets the longest wait before a retry that a server may ask for. The default is a minute. If it asks
// for more, the call returns the server's error at once.
func WithMaxRetryWait(wait time.Duration) RequestOption {
	return atLeast(0, "WithMaxRetryWait", wait, func(c *request.Config) { c.MaxRetryWait = wait })
}

// WithRequestTimeout limits each attempt of a call, including reading the response; 0 is no limit. The default is 60
// seconds if neither the context has a deadline nor the http.Client a Timeout, else no limit. An attempt that times out
// may be retried. To limit the whole call, give its context a deadline.
func WithRequestTimeout(dur time.Duration) RequestOption {
	return atLeast(0, "WithRequestTimeout", dur, func(c *request.Config) { c.RequestTimeout = dur })
}

// WithMaxResponseBytes limits the size of a response body after decompression. The default is 16 MiB. A larger body is
// an error, and so is one that would take more than 8 MiB plus 8 times its size in memory when decoded.
func WithMaxResponseBytes(limit int64) RequestOption {
	return atLeast(1, "WithMaxResponseBytes", limit, func(c *request.Config) { c.MaxResponseBytes = limit })
}

// atLeast returns the option that changes a Config with f, unless value is less than least.
func atLeast[T int | int64 | time.Duration](least T, option string, value T, f func(*request.Config)) RequestOption {
	if value < least {
		return refused(option, "%v is less than %v", value, least)
	}
	return set(f)
}

// WithPrefetch makes a loop over All, of a page or pager, fetch the next page while the program uses the items of the
// current one. The fetch ends with the loop. WithPrefetch has no effect outside of such a loop, or together with
// WithResponseInto or WithResponseBodyInto, which hold the current page.
func WithPrefetch() RequestOption { return set(func(c *request.Config) { c.Prefetch = true }) }

// WithHeader sets a header and removes its other values. It wins over headers of the SDK, including Authorization.
func WithHeader(key, value string) RequestOption { return header("WithHeader", false, key, value) }

// WithHeaderAdd adds a value to a header.
func WithHeaderAdd(key, value string) RequestOption { return header("WithHeaderAdd", true, key, value) }

// WithHeaderDel removes a header. Removing Authorization makes a call without credentials.
func WithHeaderDel(key string) RequestOption { return header("WithHeaderDel", false, key) }

// header returns the option that gives a header these values, or adds them to those it has.
func header(option string, add bool, key string, values ...string) RequestOption {
	if !request.ValidHeader(key, strings.Join(values, "")) {
		return refused(option, "%q is not a header name, or its value has characters that no header may have", key)
	}
	e := request.Edit{Key: http.CanonicalHeaderKey(key), Values: values, Add: add}
	return set(func(c *request.Config) { c.Header = append(c.Header, e) })
}

// WithQuery sets a query parameter, instead of the values of the params and of earlier options.
func WithQuery(key, value string) RequestOption { return query(false, key, value) }

// WithQueryAdd adds a value to a query parameter.
func WithQueryAdd(key, value string) RequestOption { return query(true, key, value) }

// WithQueryDel removes a query parameter.
func WithQueryDel(key string) RequestOption { return query(false, key) }

// query returns the option that gives a query parameter these values, or adds them to those it has.
func query(add bool, key string, values ...string) RequestOption {
	e := request.Edit{Key: key, Values: values, Add: add}
	return set(func(c *request.Config) { c.Query = append(c.Query, e) })
}

// WithRequestBody replaces the body. body is a []byte, a string, an io.Reader, which is read when the option is made,
// or nil for an empty body; anything else is encoded as JSON.
func WithRequestBody(contentType string, body any) RequestOption {
	if text, ok := body.(string); ok {
		body = []byte(text)
	}
	if isNil(body) {
		body = []byte{}
	}
	content, err := request.Bytes(body)
	if err != nil {
		return refused("WithRequestBody", "%w", err)
	}
	replaced := &request.Body{ContentType: contentType, Content: bytes.Clone(content)} // the caller may change theirs
	return set(func(c *request.Config) { c.Body = replaced })
}

// WithResponseBodyInto decodes the response into dst, a pointer as Execute takes it. The result of the method has what
// of the response fits it.
func WithResponseBodyInto(dst any) RequestOption {
	if v := reflect.ValueOf(dst); v.Kind() != reflect.Pointer || v.IsNil() {
		return refused("WithResponseBodyInto", "%T is not a pointer to decode into", dst)
	}
	return set(func(c *request.Config) { c.Into = dst })
}

// WithResponseInto stores the last response of a call in dst, also if the call fails, and nil if there was none. Its
// body can be read and does not have to be closed.
func WithResponseInto(dst **http.Response) RequestOption {
	if dst == nil {
		return refused("WithResponseInto", "the pointer is nil")
	}
	return set(func(c *request.Config) { c.Response = dst })
}

// WithAPIKey sets the API key for bearer endpoints. Like every option with a credential, it replaces all credentials of
// the environment, even with an empty value; then calls are made without any.
func WithAPIKey(value string) RequestOption {
	bearer := request.BearerOf(value)
	return credential("WithAPIKey", value, func(c *request.Credentials) { c.APIKey = bearer })
}

// WithClientID sets the id of an OAuth client. With WithClientSecret, it authenticates token requests and
// introspection. If there is no API key, the SDK also gets, keeps and renews an access token for bearer endpoints. A
// call whose own options set another server, HTTP client or credentials fetches a token that is not kept; to keep it,
// make a client with those options.
func WithClientID(value string) RequestOption {
	return credential("WithClientID", value, func(c *request.Credentials) { c.ID = value })
}

// WithClientSecret sets the secret of the OAuth client that WithClientID names.
func WithClientSecret(value string) RequestOption {
	return credential("WithClientSecret", value, func(c *request.Credentials) { c.Secret = value })
}

// WithTokenSource sets a function that returns the access token for bearer endpoints if there is no API key. It is
// called for every call, and concurrently.
func WithTokenSource(token func(context.Context) (string, error)) RequestOption {
	if token == nil {
		return refused("WithTokenSource", "the function is nil")
	}
	return credential("WithTokenSource", "", func(c *request.Credentials) { c.Token, c.Renew = token, nil })
}

func credential(option, value string, change func(*request.Credentials)) RequestOption {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return refused(option, "the value has control characters, a line break perhaps")
	}
	return set(func(c *request.Config) {
		c.Credentials.AreExplicit = true
		change(&c.Credentials)
	})
}

// WithPublicKey takes the key that verifies webhooks. It has no effect: the OAuth API has no webhooks.
func WithPublicKey(string) RequestOption { return set(func(*request.Config) {}) }
