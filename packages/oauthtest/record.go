package oauthtest

import (
	"cmp"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// Record returns a client for option.WithHTTPClient that answers from the recording path + ".yaml". With TELNYX_RECORD=1 it
// sends the requests for real instead, and writes the recording when the test has passed. Without either, the test fails.
//
// A request gets the first unused answer that was recorded for the same method, path, query, Authorization and body. Requests
// may come in any order, concurrently too; those that are alike are answered in the order of the recording, so that a 429 is
// followed by what came after it. The host does not count: a recording of one region, or of a server on some port, replays for any other.
// A request without a recording fails the test with the nearest one and the difference; so does a recording that no request used.
//
// No secret reaches the disk. Only headers, query parameters, form fields and JSON members that are known to be harmless keep
// their value; [KeepHeaders] and [KeepFields] add to them. Any other value, a JWT as a whole too, becomes a placeholder such as
// "redacted-access_token-1", the same one wherever the value recurs; other headers and bodies that are neither JSON nor a form are left
// out. A recording that still holds a known secret is not written.
//
// What differs from run to run does not count either. UUIDs and loopback ports are numbered; every date is the first instant of
// the year 2000, which is when a testing/synctest bubble begins; [WithNormalizer] is for the rest. A value that the program under test
// made, such as its state, verifier or API key, may be another one in each run, and an answer that repeats it repeats that one. A value that an
// answer of the recording gave out must come back as it was: to send an old token where the recording has the new one is a difference.
//
// A recording made without concurrency, of a server that answers alike, is the same file every time.
func Record(tb testing.TB, path string, opts ...RecordOption) *http.Client {
	tb.Helper()
	s := defaultRecordSettings()
	for _, opt := range opts {
		opt(&s)
	}
	for _, name := range s.refused {
		tb.Fatalf("oauthtest.Record: %s cannot be kept, as a secret stands there", name)
	}
	file := filepath.FromSlash(path) + ".yaml"
	if os.Getenv("TELNYX_RECORD") == "1" {
		return &http.Client{Transport: newCapture(tb, file, s)}
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		root, _, _ := strings.Cut(tb.Name(), "/")
		tb.Fatalf("oauthtest.Record: there is no recording %s; make it with\n\tTELNYX_RECORD=1 go test -count=1 -run '^%s$'", file, root)
	}
	if err != nil {
		tb.Fatalf("oauthtest.Record: %v", err)
	}
	tape, err := loadCassette(text)
	if err != nil {
		tb.Fatalf("oauthtest.Record: %s: %v", file, err)
	}
	return &http.Client{Transport: newReplay(tb, file, tape, s)}
}

// RecordOption changes how [Record] works.
type RecordOption func(*recordSettings)

type recordSettings struct {
	through   http.RoundTripper
	headers   map[string]bool // by canonical name
	fields    map[string]bool // query parameters, form fields and JSON members
	secrets   []string
	normalize func(name, value string) string
	refused   []string
}

func defaultRecordSettings() recordSettings {
	s := recordSettings{
		through:   http.DefaultTransport,
		headers:   map[string]bool{},
		fields:    map[string]bool{},
		normalize: func(_, value string) string { return value },
	}
	KeepHeaders(harmlessHeaders()...)(&s)
	KeepFields(harmlessFields()...)(&s)
	for _, name := range []string{"TELNYX_API_KEY", "TELNYX_CLIENT_SECRET"} {
		WithSecrets(strings.TrimSpace(os.Getenv(name)))(&s)
	}
	return s
}

// RecordThrough sets what sends the requests that are recorded, [http.DefaultTransport] by default; [Server.Transport] is one.
func RecordThrough(transport http.RoundTripper) RecordOption {
	return func(s *recordSettings) { s.through = cmp.Or(transport, s.through) }
}

// KeepHeaders adds response headers whose value is recorded as it is. The name of a secret is refused.
func KeepHeaders(names ...string) RecordOption {
	return func(s *recordSettings) {
		for _, name := range names {
			s.keep(s.headers, http.CanonicalHeaderKey(name))
		}
	}
}

// KeepFields adds query parameters, form fields and JSON members whose value is recorded as it is. The name of a secret is refused.
func KeepFields(names ...string) RecordOption {
	return func(s *recordSettings) {
		for _, name := range names {
			s.keep(s.fields, name)
		}
	}
}

func (s *recordSettings) keep(list map[string]bool, name string) {
	if redact.Name(name) {
		s.refused = append(s.refused, name)
	}
	list[name] = true
}

// WithSecrets adds values that must not be on disk, wherever they stand. Those of the usual places are known without it, and
// so are TELNYX_API_KEY and TELNYX_CLIENT_SECRET.
func WithSecrets(values ...string) RecordOption {
	return func(s *recordSettings) { s.secrets = append(s.secrets, slices.Clone(values)...) }
}

// WithNormalizer adds a function that sees every kept value by the name of its header, parameter, field or member, and returns
// what is recorded and compared in its place: a generated name without its random part, for one.
func WithNormalizer(normalize func(name, value string) string) RecordOption {
	return func(s *recordSettings) {
		before := s.normalize
		s.normalize = func(name, value string) string { return normalize(name, before(name, value)) }
	}
}

func harmlessHeaders() []string {
	return []string{
		"Allow", "Cache-Control", "Content-Type", "Location", "Pragma", "Retry-After", "Retry-After-Ms", "Www-Authenticate",
		"X-Should-Retry", "Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset",
		"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset",
	}
}

// harmlessFields are those of the contract, and of the live metadata, that neither authorize anybody nor name the account.
func harmlessFields() []string {
	return []string{
		// Clients, registrations and consents.
		"allowed_grant_types", "allowed_scopes", "client_id", "client_id_issued_at", "client_name", "client_type", "created_at",
		"description", "grant_types", "id", "logo_uri", "name", "policy_uri", "record_type", "redirect_uri", "redirect_uris",
		"requested_scopes", "require_pkce", "response_types", "scope", "token_endpoint_auth_method", "tos_uri", "updated_at", "verified",
		// Authorization requests, grants and tokens.
		"active", "allowed", "aud", "code_challenge_method", "exp", "expires_in", "grant_type", "iat", "iss", "last_used_at",
		"resource", "response_type", "scopes", "token_type",
		// Lists.
		"filter[allowed_grant_types][contains]", "filter[client_id]", "filter[client_type]", "filter[name]",
		"filter[name][contains]", "filter[verified]", "page[number]", "page[size]",
		"page_number", "page_size", "total_pages", "total_results",
		// Errors.
		"detail", "error", "error_description", "error_uri", "parameter", "pointer", "title", "url",
		// Metadata and keys. The modulus of a key is left out: no recorded token has a signature to check with it.
		"alg", "auth_md", "authorization_endpoint", "authorization_servers", "code_challenge_methods_supported",
		"credential_types_supported", "e", "events_supported", "grant_types_supported", "grants_supported",
		"identity_types_supported", "introspection_endpoint", "issuer", "jwks_uri", "kid", "kty",
		"protected_resource_metadata_uri", "protected_resources", "registration_endpoint", "response_types_supported",
		"scopes_supported", "skill", "token_endpoint", "token_endpoint_auth_methods_supported", "use",
	}
}
