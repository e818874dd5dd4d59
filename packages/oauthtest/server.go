package oauthtest

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"sync/atomic"
)

// Server is a Telnyx OAuth server for one account. It is an [http.Handler] and safe for concurrent use.
// Make one with [NewServer] or [New]; the zero Server is not usable.
type Server struct {
	settings
	mux      *http.ServeMux
	pages    *template.Template
	keys     func() (*keyring, error) // made on first use: an RSA key costs a few hundred milliseconds
	listener *httptest.Server         // nil without a listener
	closed   atomic.Bool

	mu sync.Mutex // guards state
	state
}

// New makes a server without a listener. Reach it with [Server.Client] or [Server.Transport], or serve it
// yourself; in that case tell it its address with [WithURL], since its metadata names its own endpoints.
func New(opts ...Option) *Server {
	s := &Server{
		settings: defaultSettings(),
		pages:    parsePages(),
		keys:     sync.OnceValues(newKeyring),
		state:    newState(),
	}
	for _, opt := range opts {
		opt(&s.settings)
	}
	s.mux = s.newMux()
	return s
}

// NewServer starts a server on a free loopback port; [Server.Close] stops it. Like [httptest.NewServer], it
// panics when the machine has no loopback port to give.
func NewServer(opts ...Option) *Server {
	s := New(opts...)
	s.listener = httptest.NewUnstartedServer(s)
	s.url = "http://" + s.listener.Listener.Addr().String()
	s.listener.Start()
	return s
}

// Close stops the listener, waits for requests in flight, and makes [Server.Transport] fail from then on.
// A second Close does nothing.
func (s *Server) Close() {
	if !s.closed.Swap(true) && s.listener != nil {
		s.listener.Close()
	}
}

// URL is the host root without a trailing slash, e.g. http://127.0.0.1:4711, or https://api.telnyx.test without
// a listener. It is also the issuer of every token.
func (s *Server) URL() string { return s.url }

// BaseURL is [Server.URL] + "/v2": what a client of the API takes as its base URL.
func (s *Server) BaseURL() string { return s.url + "/v2" }

// APIKey is the key that the bearer endpoints accept: "KEY" and 32 hexadecimal digits, another one for every
// server, unless [WithAPIKey] chose it.
func (s *Server) APIKey() string { return s.apiKey }

// ServeHTTP answers one request. Every answer carries X-Request-Id.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Id", newUUID())
	// The mux would redirect an unclean path to a clean one, and so hide a client that builds wrong paths.
	if p := r.URL.EscapedPath(); p != path.Clean(p) {
		s.unknownRoute(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}
