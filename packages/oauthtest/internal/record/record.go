// Package record records the exchanges of a test without their secrets, and answers from recordings.
// Its interface for users is oauthtest.Record.
package record

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// Client returns the client of oauthtest.Record, which is documented there.
func Client(tb testing.TB, path string, opts ...Option) *http.Client {
	tb.Helper()
	s := defaultSettings()
	for _, opt := range opts {
		opt(&s)
	}
	for _, name := range s.refused {
		tb.Fatalf("oauthtest.Record: %s cannot be kept, because its value is a secret", name)
	}
	if wrong := unportable(filepath.ToSlash(path)); wrong != "" {
		tb.Fatalf("oauthtest.Record: the path %q has %s, which cannot be in a file name on every system", path, wrong)
	}
	file := filepath.Clean(filepath.FromSlash(path)) + ".yaml"
	mode := os.Getenv("TELNYX_RECORD")
	if mode == "1" {
		return &http.Client{Transport: newCapture(tb, file, s, nil)}
	}
	text, err := os.ReadFile(file)
	switch isMissing := errors.Is(err, fs.ErrNotExist); {
	case isMissing && mode == "append":
		return &http.Client{Transport: newCapture(tb, file, s, nil)}
	case isMissing:
		tb.Fatalf("oauthtest.Record: there is no recording %s; %s", file, howToRecord(tb, "make it"))
	case err != nil:
		tb.Fatalf("oauthtest.Record: %v", err)
	}
	tape, err := loadCassette(text)
	if err != nil {
		tb.Fatalf("oauthtest.Record: %s: %v; %s", file, err, howToRecord(tb, "make it again"))
	}
	r := newReplay(tb, file, tape, s)
	if mode == "append" {
		return &http.Client{Transport: newCapture(tb, file, s, r)}
	}
	tb.Cleanup(r.finish)
	return &http.Client{Transport: r}
}

func howToRecord(tb testing.TB, what string) string {
	root, _, _ := strings.Cut(tb.Name(), "/")
	return fmt.Sprintf("%s with\n\tTELNYX_RECORD=1 go test -count=1 -run '^%s$'", what, root)
}

// unportable returns the part of a path that Windows refuses as the name of a file, or "".
func unportable(path string) string {
	path = path[len(filepath.VolumeName(path)):]
	for name := range strings.SplitSeq(path, "/") {
		device, _, _ := strings.Cut(strings.ToLower(name), ".")
		isControl := func(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"|?*\`, r) }
		isDots := name == "." || name == ".."
		if devices.MatchString(strings.TrimSpace(device)) || strings.ContainsFunc(name, isControl) ||
			strings.TrimRight(name, " .") != name && !isDots {
			return strconv.Quote(name)
		}
	}
	if path == "" || strings.HasSuffix(path, "/") {
		return "no name"
	}
	return ""
}

var devices = regexp.MustCompile(`^(con|prn|aux|nul|com\d|lpt\d)$`)

// Option changes how [Client] works.
type Option func(*settings)

type settings struct {
	through   http.RoundTripper
	headers   map[string]bool // by canonical name
	fields    map[string]bool // query parameters, form fields and JSON members
	listed    map[string]bool // names that are kept without an option: only words and short numbers of their values
	secrets   []string
	normalize func(name, value string) string
	refused   []string

	allowUnused, keepClaims bool
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

// Through sets the transport that sends the requests to be recorded.
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

// WithSecrets adds values that must not be written anywhere.
func WithSecrets(values ...string) Option {
	return func(s *settings) { s.secrets = append(s.secrets, slices.Clone(values)...) }
}

// AllowUnused allows recorded responses that no request used.
func AllowUnused() Option { return func(s *settings) { s.allowUnused = true } }

// KeepClaims keeps the claims of JWTs.
func KeepClaims() Option { return func(s *settings) { s.keepClaims = true } }

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
