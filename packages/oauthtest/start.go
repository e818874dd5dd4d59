package oauthtest

import (
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// Start is [NewServer] for a test: it closes the server when the test ends. If the test has failed, it logs the
// requests that the server got, without secrets. Point the program under test at the server with [Server.Env], or, in
// parallel tests, give it [Server.BaseURL] and [Server.APIKey].
func Start(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s := NewServer(opts...)
	tb.Cleanup(func() {
		s.Close()
		if tb.Failed() {
			tb.Logf("oauthtest: the requests that the server got:\n%s", s.transcript())
		}
	})
	return s
}

// Env sets the TELNYX_… variables for the rest of the test, so that a client with default options calls s with its API
// key. Like [testing.T.Setenv], it cannot be used in parallel tests.
func (s *Server) Env(tb testing.TB) {
	tb.Helper()
	tb.Setenv("TELNYX_BASE_URL", s.BaseURL())
	tb.Setenv("TELNYX_API_KEY", s.APIKey())
	for _, name := range []string{"TELNYX_CLIENT_ID", "TELNYX_CLIENT_SECRET", "TELNYX_CUSTOM_HEADERS"} {
		tb.Setenv(name, "") // else the machine's credentials would be sent, or used instead of the key
	}
}

// WithTLS makes [NewServer] and [Start] listen with TLS. Clients have to trust [Server.Certificate];
// [Server.ListenerClient] does.
func WithTLS() Option { return func(s *settings) { s.tls = true } }

// Certificate returns the certificate of a server [WithTLS]; nil without TLS.
func (s *Server) Certificate() *x509.Certificate {
	if s.listener == nil {
		return nil
	}
	return s.listener.Certificate()
}

// ListenerClient returns an HTTP client that reaches the server over its port, and trusts its [Server.Certificate]. It
// is nil without a listener. [Server.Close] closes its connections.
func (s *Server) ListenerClient() *http.Client {
	if s.listener == nil {
		return nil
	}
	return s.listener.Client()
}

// WithLog logs a line for each request to tb, without secrets, until the test ends.
func WithLog(tb testing.TB) Option {
	return func(s *settings) {
		var ended atomic.Bool
		tb.Cleanup(func() { ended.Store(true) })
		s.log = func(line string) {
			tb.Helper()
			if !ended.Load() {
				tb.Log(line)
			}
		}
	}
}

// transcript describes the remembered requests and what they carried, without secrets.
func (s *Server) transcript() string {
	var all strings.Builder
	for _, r := range s.Requests() {
		all.WriteString(s.line(&r))
		all.WriteByte('\n')
		if len(r.Body) > 0 {
			var known redact.Redactor
			fmt.Fprintf(&all, "\t%s\n", s.hide(known.Body(r.Header.Get("Content-Type"), r.Body[:min(len(r.Body), 4096)])))
		}
	}
	if all.Len() == 0 {
		return "none"
	}
	return all.String()
}

// line describes a request in one line, without secrets.
func (s *Server) line(r *Request) string {
	var known redact.Redactor
	target := r.Path
	if query := maps.Clone(r.Query); len(query) > 0 {
		for name := range query {
			if name == "state" || redact.Name(name) {
				query[name] = []string{redact.Mask}
			}
		}
		target += "?" + query.Encode()
	}
	text := fmt.Sprintf("%s %s %d", r.Method, s.hide(known.Text(target)), r.Status)
	if r.Operation != "" {
		text += " " + r.Operation
	}
	if r.Fault != "" {
		text += " (" + r.Fault + ")"
	}
	return text
}

// hide replaces all secrets that the server has issued or received.
func (s *Server) hide(text string) string {
	secrets, _ := s.history.known()
	for _, value := range slices.SortedFunc(maps.Keys(secrets), longestFirst) {
		for _, form := range encodings(value) {
			text = strings.ReplaceAll(text, form, "<"+secrets[value]+">")
		}
	}
	return text
}
