package oauthtest

import (
	"net/http"
	"testing"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest/internal/record"
)

// Record returns an HTTP client, for option.WithHTTPClient, that answers from the recording path + ".yaml" without any
// network. If TELNYX_RECORD=1 is set, it sends the requests to the API and writes the recording when the test has
// passed. With TELNYX_RECORD=append it sends only the requests that the recording does not answer, and adds them to it.
// The path has / on every system, and no name that Windows refuses. Two tests cannot record one file.
// If there is no recording, the test fails and says how to make one.
//
// # Which response a request gets
//
// A request gets the first unused response that was recorded for the same method, path, query, Authorization and body.
// The order of different requests does not matter, and they may be concurrent. Equal requests get their responses in
// the order of the recording, such as a 429 and then the success. The host is ignored: a recording of one region,
// or of a server on some port, can be replayed for any other. The test fails for a request that has no recorded
// response, and shows the nearest one with the differences. It also fails for a recorded response that no request used,
// see [AllowUnused].
//
// # What is recorded
//
// No secret is written to disk. Only headers, query parameters, form fields and JSON members that are known to be
// harmless keep their value; [KeepHeaders] and [KeepFields] add to them. Every other value, a whole JWT too, becomes a
// placeholder such as "redacted-access_token-1", and one value always becomes the same placeholder. Other headers, and
// bodies that are neither JSON nor a form, are left out. In a text that keeps its value, everything except words and
// short numbers is replaced. Each value that was replaced or left out is then searched for in the whole recording, also
// as escaped in URLs, HTML and JSON and in base64: if it is found, the test fails, names the place, and the recording
// is not written.
//
// Values that change from run to run are replaced too. UUIDs and loopback ports are numbered. Every date becomes the
// first instant of the year 2000, which is when a testing/synctest bubble begins. [WithNormalizer] replaces others.
//
// A value that the program under test makes, such as its state, its PKCE verifier or its API key, may differ in each
// run, and a response that repeats it has the value of this run. A value that the program got from a response must be
// sent as that response gave it: an old token in place of a renewed one is a difference.
//
// Without concurrent requests, the same responses make the same file.
func Record(tb testing.TB, path string, opts ...RecordOption) *http.Client {
	tb.Helper()
	return record.Client(tb, path, opts...)
}

// RecordOption changes how [Record] works.
type RecordOption = record.Option

// RecordThrough sets the transport that sends the requests to be recorded, such as [Server.Transport]. The default is
// [http.DefaultTransport].
func RecordThrough(transport http.RoundTripper) RecordOption { return record.Through(transport) }

// KeepHeaders adds response headers whose value is recorded. A header that holds secrets, such as Set-Cookie, fails the
// test.
func KeepHeaders(names ...string) RecordOption { return record.KeepHeaders(names...) }

// KeepFields adds query parameters, form fields and JSON members whose value is recorded. The name of a secret, such as
// client_secret, fails the test.
func KeepFields(names ...string) RecordOption { return record.KeepFields(names...) }

// WithSecrets adds values that must not be written anywhere. It is not needed for the values of headers, parameters and
// members with the names of secrets, or for TELNYX_API_KEY and TELNYX_CLIENT_SECRET.
func WithSecrets(values ...string) RecordOption { return record.WithSecrets(values...) }

// AllowUnused allows recorded responses that no request used. Without it they fail the test.
func AllowUnused() RecordOption { return record.AllowUnused() }

// KeepJWTClaims records the header and the claims of JWTs, for programs that read them: known harmless names with their
// values, the others with placeholders. The signature is never kept: the placeholder of the token replaces it.
func KeepJWTClaims() RecordOption { return record.KeepClaims() }

// WithNormalizer adds a function that gets each kept value with the name of its header, parameter, field or member, and
// returns what is recorded and compared instead: a generated name without its random part, for example.
func WithNormalizer(normalize func(name, value string) string) RecordOption {
	return record.WithNormalizer(normalize)
}
