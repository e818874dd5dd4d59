// Package record records the exchanges of a test without their secrets, and answers from recordings.
// Its interface for users is oauthtest.Record.
package record

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// Client returns the client of oauthtest.Record, whose comment says what it does.
func Client(tb testing.TB, path string, opts ...Option) *http.Client {
	tb.Helper()
	s := defaultSettings()
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
		tb.Fatalf("oauthtest.Record: there is no recording %s; make it with\n\tTELNYX_RECORD=1 go test -count=1 -run '^%s$'",
			file, root)
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

// Option changes how [Client] works.
type Option func(*settings)

type settings struct {
	through   http.RoundTripper
	headers   map[string]bool // by canonical name
	fields    map[string]bool // query parameters, form fields and JSON members
	listed    map[string]bool // what is kept without an option: only words and short numbers of it
	secrets   []string
	normalize func(name, value string) string
	refused   []string
}

func defaultSettings() settings {
	s := settings{
		through:   http.DefaultTransport,
		headers:   map[string]bool{},
		fields:    map[string]bool{},
		normalize: func(_, value string) string { return value },
	}
	KeepHeaders(harmlessHeaders()...)(&s)
	KeepFields(harmlessFields()...)(&s)
	s.listed = maps.Clone(s.headers)
	maps.Copy(s.listed, s.fields)
	for _, name := range []string{"TELNYX_API_KEY", "TELNYX_CLIENT_SECRET"} {
		WithSecrets(strings.TrimSpace(os.Getenv(name)))(&s)
	}
	return s
}

// Through sets what sends the requests that are recorded.
func Through(transport http.RoundTripper) Option {
	return func(s *settings) { s.through = cmp.Or(transport, s.through) }
}

// KeepHeaders adds response headers whose value is recorded.
func KeepHeaders(names ...string) Option {
	return func(s *settings) {
		for _, name := range names {
			s.keep(s.headers, http.CanonicalHeaderKey(name))
		}
	}
}

// KeepFields adds query parameters, form fields and JSON members whose value is recorded.
func KeepFields(names ...string) Option {
	return func(s *settings) {
		for _, name := range names {
			s.keep(s.fields, name)
		}
	}
}

func (s *settings) keep(list map[string]bool, name string) {
	if redact.Name(name) {
		s.refused = append(s.refused, name)
	}
	list[name] = true
}

// WithSecrets adds values that must not be written, wherever they stand.
func WithSecrets(values ...string) Option {
	return func(s *settings) { s.secrets = append(s.secrets, slices.Clone(values)...) }
}

// WithNormalizer adds a function that replaces kept values by their name.
func WithNormalizer(normalize func(name, value string) string) Option {
	return func(s *settings) {
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

// harmlessFields are the members of the contract and of the live metadata that are neither credentials nor name the
// account.
func harmlessFields() []string {
	return []string{
		// Clients, registrations and consents.
		"allowed_grant_types", "allowed_scopes", "client_id", "client_id_issued_at", "client_name", "client_type",
		"created_at",
		"description", "grant_types", "id", "logo_uri", "name", "policy_uri", "record_type", "redirect_uri", "redirect_uris",
		"requested_scopes", "require_pkce", "response_types", "scope", "token_endpoint_auth_method", "tos_uri", "updated_at",
		"verified",
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
