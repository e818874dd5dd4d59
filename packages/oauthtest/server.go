package oauthtest

import (
	"bytes"
	"html/template"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
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

// New makes a server without a listener. Call it through [Server.Client] or [Server.Transport]. To serve it yourself,
// set the address of the endpoints in its metadata with [WithURL].
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
	s.random.seed(s.seed)
	if s.apiKey == "" {
		s.apiKey = s.random.apiKey()
	}
	s.signers = []func() (*signer, error){s.lazySigner(s.key)}
	s.begin()
	s.history = history{limit: s.remembered, secrets: map[string]string{}}
	s.history.remember("API key", s.apiKey)
	s.table = s.routes()
	s.mustTakeBearers(slices.Sorted(maps.Keys(s.requiredScopes))...)
	s.mux = s.newMux()
	return s
}

// begin makes the state of a new server, and of one after Reset.
func (s *Server) begin() {
	s.random.seed(s.seed)
	s.orgID, s.userID = s.random.uuid(), s.random.uuid()
}

// NewServer starts a server on a free loopback port; [Server.Close] stops it. Like [httptest.NewServer], it
// panics if there is no free port.
func NewServer(opts ...Option) *Server {
	s := New(opts...)
	s.listener = httptest.NewUnstartedServer(s)
	s.url = "http://" + s.listener.Listener.Addr().String()
	if s.tls {
		s.url = "https://" + s.listener.Listener.Addr().String()
		s.listener.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that does not trust it gets the error
		s.listener.StartTLS()
		return s
	}
	s.listener.Start()
	return s
}

// Close stops the listener, waits for its requests, and makes [Server.Transport] fail. It ends the stalls and delays of
// faults. A second Close does nothing.
func (s *Server) Close() {
	if s.closed.Swap(true) {
		return
	}
	close(s.closing)
	if s.listener != nil {
		s.listener.Close()
	}
}

// URL returns the root URL without a trailing slash, e.g. http://127.0.0.1:4711, or https://api.telnyx.test without a
// listener. It is also the issuer of the tokens.
func (s *Server) URL() string { return s.url }

// BaseURL returns [Server.URL] + "/v2", the base URL for a client of the API.
func (s *Server) BaseURL() string { return s.url + "/v2" }

// APIKey returns the key that the bearer endpoints accept: that of [WithAPIKey], or "KEY" and 32 hexadecimal digits
// that differ for each server.
func (s *Server) APIKey() string { return s.apiKey }

// Advance moves the server's clock, so that codes, tokens and rate limits expire without waiting. The Date header of
// answers has the server's time. In a testing/synctest bubble, time.Sleep does the same.
func (s *Server) Advance(d time.Duration) { s.advanced.Add(int64(d)) }

func (s *Server) now() time.Time { return s.clock().Add(time.Duration(s.advanced.Load())) }

// ServeHTTP answers one request. Each answer has an X-Request-Id, unless a fault replaces it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Context().Err() != nil { // the client has left
		panic(http.ErrAbortHandler)
	}
	s.handle(r).serve(w, r, s.closing)
}

// handle applies a fault if there is one, processes the request, and returns what the client receives.
func (s *Server) handle(r *http.Request) answer {
	fault, faulty := s.faults.Load().pick(r)
	seen, body := s.see(r, fault)
	if !faulty {
		fault = Fault{carried: 1}
	}
	a, _ := fault.happen(func() (response, error) {
		again := r.Clone(r.Context())
		if fault.carried > 1 {
			again.Body = io.NopCloser(bytes.NewReader(body))
		}
		return s.respond(again, seen.Operation), nil
	})
	if seen.Status = a.visible(); a.ending != refuses {
		s.history.add(seen)
	}
	if s.log != nil {
		s.log(s.line(seen))
	}
	return a
}

// respond processes one request, or returns the answer that a test has set for it.
func (s *Server) respond(r *http.Request, operation string) response {
	if res, ok := s.scripted(operation); ok {
		return res
	}
	w := httptest.NewRecorder()
	w.Header().Set("X-Request-Id", s.random.uuid())
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.route(w, r)
	return response{w.Code, w.Header(), w.Body.Bytes()}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	// The mux would redirect an unclean path to a clean one, and hide that the client builds wrong paths.
	if p := r.URL.EscapedPath(); p != path.Clean(p) {
		s.unknownRoute(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}
