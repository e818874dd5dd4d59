package oauthtest

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest/internal/record"
)

// A randomness makes ids and secrets: unpredictable ones, or ones that depend on a seed only.
type randomness struct {
	mu     sync.Mutex
	seeded io.Reader // nil: crypto/rand
}

// seed makes all later values the same in every run; nil undoes that.
func (rnd *randomness) seed(n *uint64) {
	rnd.mu.Lock()
	defer rnd.mu.Unlock()
	if rnd.seeded = nil; n != nil {
		var key [32]byte
		binary.BigEndian.PutUint64(key[:], *n)
		rnd.seeded = mathrand.NewChaCha8(key)
	}
}

func (rnd *randomness) read(b []byte) {
	rnd.mu.Lock()
	defer rnd.mu.Unlock()
	if rnd.seeded == nil {
		rand.Read(b)
		return
	}
	rnd.seeded.Read(b) // never fails
}

func (rnd *randomness) uuid() string { // version 4, RFC 9562 section 5.4
	var b [16]byte
	rnd.read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (rnd *randomness) apiKey() string {
	var b [16]byte
	rnd.read(b[:])
	return "KEY" + hex.EncodeToString(b[:])
}

// secret makes client secrets, codes and tokens, with a prefix that identifies them in a test's output.
func (rnd *randomness) secret(prefix string) string {
	var b [16]byte
	rnd.read(b[:])
	return prefix + strings.TrimRight(base32.StdEncoding.EncodeToString(b[:]), "=")
}

func sameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// RequireNoSecrets fails the test if one of the texts has a secret in it: the API key, or any client secret, code,
// verifier, token or consent token that the server has issued or received, as it is or escaped for a URL or JSON. Pass
// everything that the program under test logs, prints or stores unencrypted. Values of fewer than 8 bytes are ignored,
// because they would be found everywhere.
func (s *Server) RequireNoSecrets(tb testing.TB, texts ...string) {
	tb.Helper()
	secrets, complete := s.history.known()
	if !complete || s.history.limit == 0 {
		tb.Fatalf("oauthtest: there were more secrets than the %d that WithHistory lets the server remember", s.history.limit)
	}
	for i, text := range texts {
		found := map[string]bool{}
		for _, value := range slices.SortedFunc(maps.Keys(secrets), longestFirst) {
			for _, form := range encodings(value) {
				if strings.Contains(text, form) {
					found[secrets[value]] = true
					text = strings.ReplaceAll(text, form, "<"+secrets[value]+">")
				}
			}
		}
		if len(found) > 0 {
			kinds := strings.Join(slices.Sorted(maps.Keys(found)), ", ")
			tb.Fatalf("oauthtest: text %d of %d has secrets in it (%s), shown here as <...>:\n%s", i+1, len(texts), kinds, text)
		}
	}
}

func longestFirst(a, b string) int { return len(b) - len(a) }

// encodings returns the spellings of a secret in a text.
func encodings(secret string) []string {
	quoted, _ := json.Marshal(secret) // a string always marshals
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`)}
	slices.Sort(forms)
	return slices.Compact(forms)
}

func (h *history) known() (secrets map[string]string, complete bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.secrets), !h.overflow
}

// remember adds a secret. A known one keeps its kind.
func (h *history) remember(what, value string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	const shortest = 8
	if _, known := h.secrets[value]; known || len(value) < shortest || h.limit == 0 {
		return
	}
	if len(h.secrets) >= h.limit {
		h.overflow = true
		return
	}
	h.secrets[value] = what
	if parts := strings.Split(value, "."); len(parts) == 3 && len(parts[2]) >= shortest &&
		strings.HasPrefix(value, "eyJ") {
		h.secrets[parts[2]] = what + " signature"
	}
}

// secretMembers are the parameters and members that are always secrets.
func secretMembers() []string {
	return []string{"access_token", "client_secret", "code", "code_verifier", "consent_token", "refresh_token", "token"}
}

// rememberAll adds the secrets that a client sent, also those that are unknown to the server.
func (h *history) rememberAll(r *Request) {
	if scheme, credential, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		h.remember(scheme+" credential", strings.TrimSpace(credential))
	}
	basic := &http.Request{Header: r.Header}
	if _, secret, ok := record.BasicAuth(basic); ok {
		h.remember("client secret", secret)
	}
	if _, secret, ok := basic.BasicAuth(); ok { // as it was sent: not every client encodes it
		h.remember("client secret", secret)
	}
	if r.Operation == GetOAuthConsentToken {
		h.remember("consent_token", r.Path[strings.LastIndex(r.Path, "/")+1:])
	}
	for _, name := range secretMembers() {
		h.remember(name, r.Query.Get(name))
		h.remember(name, r.Form.Get(name))
		if value, ok := r.JSON[name].(string); ok {
			h.remember(name, value)
		}
	}
}
