// Package option has everything that changes how calls are made. An option given to NewClient holds for all its calls, one
// given to a service for that service's, one given to a call for that call; the later wins. An option checks its values when
// it is made: what is wrong with it is the error of every call that has it.
package option

import (
	"bytes"
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

// HTTPClient sends requests. *http.Client is one. Any other follows redirects as it likes, credentials or not.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// MiddlewareNext sends the request on its way: to the next middleware, or to the HTTP client.
type MiddlewareNext = func(*http.Request) (*http.Response, error)

// Middleware sees every attempt of a call. It may change the request, answer by itself, or look at the answer.
type Middleware = func(*http.Request, MiddlewareNext) (*http.Response, error)

// refused is the option that an invalid value makes.
func refused(option, problem string, args ...any) RequestOption {
	err := fmt.Errorf("option.%s: "+problem, append([]any{option}, args...)...)
	return func(*request.Config) error { return err }
}

// WithBaseURL sets where the API is: an http or https URL with a host, and with a path or not; the default is
// https://api.telnyx.com/v2. Automatic tokens come from there too, and credentials go nowhere else.
func WithBaseURL(base string) RequestOption {
	u, err := request.ParseBaseURL(base)
	if err != nil {
		return refused("WithBaseURL", "%w", err)
	}
	return func(c *request.Config) error {
		c.BaseURL = u
		return nil
	}
}

// A Region is one of the places where Telnyx runs its API, by the host's name.
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
		return refused("WithRegion", "%q is no published region; option.WithBaseURL takes any host", string(region))
	}
	return WithBaseURL("https://" + string(region) + "/v2")
}

// WithEnvironmentProduction sets the default base URL in place of TELNYX_BASE_URL. Where another option sets a base URL, that
// one is used, whichever comes first.
func WithEnvironmentProduction() RequestOption {
	production := WithRegion(RegionUS)
	return func(c *request.Config) error {
		if c.BaseURL != nil {
			return nil
		}
		return production(c)
	}
}

// WithoutEnvironment keeps what TELNYX_… environment variables say out of the calls.
func WithoutEnvironment() RequestOption {
	return func(c *request.Config) error {
		c.WithoutEnv = true
		return nil
	}
}

// WithInsecureHTTP allows credentials to be sent over plain http to a host that is not loopback, where anyone on the way
// can read them.
func WithInsecureHTTP() RequestOption {
	return func(c *request.Config) error {
		c.AllowHTTP = true
		return nil
	}
}

// WithHTTPClient sets what sends the requests; the default is a client over a copy of http.DefaultTransport that keeps more idle
// connections, or over what the program has put in the place of http.DefaultTransport. An *http.Client is
// not changed, but its redirects are restricted: only a GET follows one, and with credentials only to the same origin.
func WithHTTPClient(client HTTPClient) RequestOption {
	if isNil(client) {
		return refused("WithHTTPClient", "the client is nil")
	}
	if reflect.TypeOf(client).Kind() != reflect.Pointer {
		client = &struct{ HTTPClient }{client} // which can be compared
	}
	return func(c *request.Config) error {
		c.HTTPClient = client
		return nil
	}
}

func isNil(v any) bool {
	rv := reflect.ValueOf(v)
	return v == nil || rv.Kind() == reflect.Pointer && rv.IsNil()
}

// WithMiddleware adds middlewares. The one added first is the outermost; each sees every attempt. Those of a client or service
// see the requests for automatic tokens too: a middleware that calls the client must pass the request's context on, because a
// call that needs the token under way then fails, and would wait for ever otherwise.
func WithMiddleware(middlewares ...Middleware) RequestOption {
	if slices.ContainsFunc(middlewares, func(m Middleware) bool { return m == nil }) {
		return refused("WithMiddleware", "a middleware is nil")
	}
	middlewares = slices.Clone(middlewares)
	return func(c *request.Config) error {
		c.Middlewares = append(c.Middlewares, middlewares...)
		return nil
	}
}

// WithMaxRetries sets how often a call is tried again after its first attempt; the default is 2, and 0 is never.
// What may be tried again at all does not depend on it: see docs/errors-and-retries.md.
func WithMaxRetries(retries int) RequestOption {
	if retries < 0 {
		return refused("WithMaxRetries", "%d is negative", retries)
	}
	return func(c *request.Config) error {
		c.MaxRetries = retries
		return nil
	}
}

// WithMaxRetryWait sets the longest wait that a server may ask for before a retry; the default is a minute. If it asks for
// more, its error is returned at once.
func WithMaxRetryWait(wait time.Duration) RequestOption {
	if wait < 0 {
		return refused("WithMaxRetryWait", "%s is negative", wait)
	}
	return func(c *request.Config) error {
		c.MaxRetryWait = wait
		return nil
	}
}

// WithRequestTimeout limits each attempt of a call, the reading of the answer included; 0 is no limit. The default is 60 seconds
// where neither the context has a deadline nor the http.Client a Timeout, else no limit.
// An attempt that takes longer may be tried again. To limit the call as a whole, give its context a deadline.
func WithRequestTimeout(dur time.Duration) RequestOption {
	if dur < 0 {
		return refused("WithRequestTimeout", "%s is negative", dur)
	}
	return func(c *request.Config) error {
		c.RequestTimeout = dur
		return nil
	}
}

// WithMaxResponseBytes limits the size of an answer after decompression; the default is 16 MiB. A larger one is an error, and
// so is an answer that would take more than 8 MiB plus 8 times its size in memory when decoded.
func WithMaxResponseBytes(limit int64) RequestOption {
	if limit <= 0 {
		return refused("WithMaxResponseBytes", "%d is not positive", limit)
	}
	return func(c *request.Config) error {
		c.MaxResponseBytes = limit
		return nil
	}
}

// WithPrefetch lets a loop over All, of a page or pager, fetch the next page while the items of a page are consumed. The fetch
// ends with the loop. Outside of such a loop, and beside WithResponseInto or WithResponseBodyInto, which hold the page that is
// consumed, nothing is fetched ahead.
func WithPrefetch() RequestOption {
	return func(c *request.Config) error {
		c.Prefetch = true
		return nil
	}
}

// WithHeader sets a header, in place of whatever was set before. One that is set here wins over the SDK's own, Authorization
// included.
func WithHeader(key, value string) RequestOption {
	return header("WithHeader", request.Set, key, value)
}

// WithHeaderAdd adds a value to a header.
func WithHeaderAdd(key, value string) RequestOption {
	return header("WithHeaderAdd", request.Add, key, value)
}

// WithHeaderDel removes a header. Without Authorization, the call is made with no credentials.
func WithHeaderDel(key string) RequestOption { return header("WithHeaderDel", request.Del, key, "") }

func header(option string, op request.EditOp, key, value string) RequestOption {
	if !request.ValidHeader(key, value) {
		return refused(option, "%q is not a header name, or its value has characters that no header may have", key)
	}
	e := request.Edit{Op: op, Key: http.CanonicalHeaderKey(key), Value: value}
	return func(c *request.Config) error {
		c.Header = append(c.Header, e)
		return nil
	}
}

// WithQuery sets a query parameter, in place of what the params or an earlier option say.
func WithQuery(key, value string) RequestOption { return query(request.Set, key, value) }

// WithQueryAdd adds a value to a query parameter.
func WithQueryAdd(key, value string) RequestOption { return query(request.Add, key, value) }

// WithQueryDel removes a query parameter.
func WithQueryDel(key string) RequestOption { return query(request.Del, key, "") }

func query(op request.EditOp, key, value string) RequestOption {
	e := request.Edit{Op: op, Key: key, Value: value}
	return func(c *request.Config) error {
		c.Query = append(c.Query, e)
		return nil
	}
}

// WithRequestBody replaces the body. body is a []byte, a string or an io.Reader, which is read here and now, or nil for an
// empty body; anything else is encoded as JSON.
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
	replaced := &request.Body{ContentType: contentType, Content: bytes.Clone(content)} // which the caller may change later
	return func(c *request.Config) error {
		c.Body = replaced
		return nil
	}
}

// WithResponseBodyInto decodes the answer into dst, a pointer such as Execute takes. The method's own result is filled as far
// as the answer fits it.
func WithResponseBodyInto(dst any) RequestOption {
	if v := reflect.ValueOf(dst); v.Kind() != reflect.Pointer || v.IsNil() {
		return refused("WithResponseBodyInto", "%T is not a pointer to decode into", dst)
	}
	return func(c *request.Config) error {
		c.Into = dst
		return nil
	}
}

// WithResponseInto stores the last answer of the call in dst, that of a failed call too. Its body can be read, and need not be
// closed. It is nil where there was no answer.
func WithResponseInto(dst **http.Response) RequestOption {
	if dst == nil {
		return refused("WithResponseInto", "the pointer is nil")
	}
	return func(c *request.Config) error {
		c.Response = dst
		return nil
	}
}

// WithAPIKey sets the key that bearer endpoints get. Like every credential given as an option, it replaces all those of the
// environment, also when it is empty: then calls are made without one.
func WithAPIKey(value string) RequestOption {
	bearer := request.BearerOf(value)
	return credential("WithAPIKey", value, func(c *request.Credentials) { c.APIKey = bearer })
}

// WithClientID sets the id of an OAuth client. With WithClientSecret, it authenticates token requests and introspection, and
// where there is no API key, bearer endpoints get an access token that is obtained, kept and renewed by itself. A call whose own options
// set another server, HTTP client or credentials gets a token that is not kept; to keep it, make another client.
func WithClientID(value string) RequestOption {
	return credential("WithClientID", value, func(c *request.Credentials) { c.ID = value })
}

// WithClientSecret sets the secret of the OAuth client that WithClientID names.
func WithClientSecret(value string) RequestOption {
	return credential("WithClientSecret", value, func(c *request.Credentials) { c.Secret = value })
}

// WithTokenSource sets a function that returns the access token for bearer endpoints, where there is no API key. It is called
// for every call, from as many goroutines as make calls.
func WithTokenSource(token func(context.Context) (string, error)) RequestOption {
	if token == nil {
		return refused("WithTokenSource", "the function is nil")
	}
	return credential("WithTokenSource", "", func(c *request.Credentials) { c.Token = token })
}

func credential(option, value string, set func(*request.Credentials)) RequestOption {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return refused(option, "the value has control characters, a line break perhaps")
	}
	return func(c *request.Config) error {
		c.Credentials.AreExplicit = true
		set(&c.Credentials)
		return nil
	}
}

// WithPublicKey takes the key that webhooks are signed with. It does nothing: no call of the OAuth API uses that key.
func WithPublicKey(string) RequestOption { return func(*request.Config) error { return nil } }
