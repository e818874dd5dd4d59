package oauthtest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"sync"
)

// Request is a request that the server has received. Its maps are shared with the server: do not change them.
type Request struct {
	Operation string // its operationId, such as [CreateOAuthClient]; empty for other requests
	Method    string
	Path      string // escaped, as sent
	Query     url.Values
	Header    http.Header
	Body      []byte         // the first MiB
	Form      url.Values     // of a form body, else nil
	JSON      map[string]any // of a body that is a JSON object, else nil
	Status    int            // of the response; 0 if a fault prevented it
	Fault     string         // the fault of [Server.Inject] that applied to it, else empty
}

// Requests returns the last requests that the server has received, oldest first; [WithHistory] sets how many. A request
// whose connection a fault refused is not among them.
func (s *Server) Requests() []Request { return s.history.list(func(*Request) bool { return true }) }

// RequestsTo returns the requests to one operation, such as [CreateOAuthClient], oldest first. It panics on an
// operationId that the contract does not have.
func (s *Server) RequestsTo(operation string) []Request {
	s.table.mustHave(operation)
	return s.history.list(func(r *Request) bool { return r.Operation == operation })
}

// history remembers the last requests, and the secrets of requests and answers.
type history struct {
	mu       sync.Mutex
	limit    int
	requests []*Request
	secrets  map[string]string // the kind of each secret, by its value
	overflow bool              // there were more secrets than the limit
}

func (h *history) list(keep func(*Request) bool) []Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := []Request{}
	for _, r := range h.requests {
		if keep(r) {
			list = append(list, *r)
		}
	}
	return list
}

func (h *history) add(r *Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.limit == 0 {
		return
	}
	if h.requests = append(h.requests, r); len(h.requests) > h.limit {
		h.requests[0] = nil // so that it can be freed before the next reallocation
		h.requests = h.requests[1:]
	}
}

// reset forgets all requests and secrets.
func (h *history) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests, h.secrets, h.overflow = nil, map[string]string{}, false
}

// see reads a request for the history, and restores its body. It returns as much of the body as readBody needs.
func (s *Server) see(r *http.Request, fault Fault) (seen *Request, body []byte) {
	body, _ = io.ReadAll(io.LimitReader(r.Body, maxBody+1)) // the next reader gets the error again
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	seen = &Request{
		Operation: s.table.operation(r.Method, r.URL), Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(),
		Header: r.Header.Clone(), Body: body[:min(len(body), maxBody)], Fault: fault.name,
	}
	switch mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType {
	case "application/x-www-form-urlencoded":
		seen.Form, _ = url.ParseQuery(string(body))
	default:
		json.Unmarshal(body, &seen.JSON) // anything but an object leaves it nil
	}
	s.history.rememberAll(seen)
	return seen, body
}
