package oauthtest

import (
	"bytes"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a Telnyx OAuth server for one account. It is an [http.Handler] and safe for concurrent use.
// Make one with [NewServer] or [New]; the zero Server is not usable.
type Server struct {
	settings
	mux      *http.ServeMux
	table    routeTable
	pages    *template.Template
	listener *httptest.Server // nil without a listener
	closed   atomic.Bool
	closing  chan struct{}
	history  history
	faults   atomic.Pointer[Faults]
	advanced atomic.Int64 // a time.Duration

	mu sync.Mutex // guards state
	state
}

// New makes a server without a listener. Reach it with [Server.Client] or [Server.Transport], or serve it
// yourself; in that case tell it its address with [WithURL], since its metadata names its own endpoints.
func New(opts ...Option) *Server {
	s := &Server{
		settings: defaultSettings(),
		pages:    parsePages(),
		closing:  make(chan struct{}),
		state:    newState(),
	}
	for _, opt := range opts {
		opt(&s.settings)
	}
	s.signers = []func() (*signer, error){lazySigner(s.key)}
	s.history = history{limit: s.remembered, secrets: map[string]string{}}
	s.history.remember("API key", s.apiKey)
	s.table = s.routes()
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

// Close stops the listener, waits for requests in flight, and makes [Server.Transport] fail from then on. It ends
// the stalls and delays of faults on the listener. A second Close does nothing.
func (s *Server) Close() {
	if s.closed.Swap(true) {
		return
	}
	close(s.closing)
	if s.listener != nil {
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

// Advance moves the server's clock: codes and tokens expire, and rate limits end, without waiting. Answers carry
// the server's time in their Date. It is not needed in a testing/synctest bubble, where time.Sleep does as much.
func (s *Server) Advance(d time.Duration) { s.advanced.Add(int64(d)) }

func (s *Server) now() time.Time { return s.clock().Add(time.Duration(s.advanced.Load())) }

// ServeHTTP answers one request. Every answer carries X-Request-Id, unless a fault stands in its place.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handle(r).serve(w, r, s.closing)
}

// handle decides how the exchange ends, and lets happen what happens before that.
func (s *Server) handle(r *http.Request) answer {
	fault, faulty := s.faults.Load().pick(r)
	seen := s.see(r, fault)
	if !faulty {
		fault = Fault{carried: 1}
	}
	a, _ := fault.happen(func() (response, error) {
		again := r.Clone(r.Context())
		if fault.carried > 1 {
			again.Body = io.NopCloser(bytes.NewReader(seen.Body))
		}
		return s.respond(again), nil
	})
	if seen.Status = a.visible(); a.ending != refuses {
		s.history.add(seen)
	}
	return a
}

// respond carries one request out.
func (s *Server) respond(r *http.Request) response {
	w := httptest.NewRecorder()
	w.Header().Set("X-Request-Id", newUUID())
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.route(w, r)
	return response{w.Code, w.Header(), w.Body.Bytes()}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	// The mux would redirect an unclean path to a clean one, and so hide a client that builds wrong paths.
	if p := r.URL.EscapedPath(); p != path.Clean(p) {
		s.unknownRoute(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}
