// Package apierror is the error of every call that the server answered, but not with what was asked for.
package apierror

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/internal/retryafter"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// How many bytes Error shows: of all, of the URL, of a body without known members, of the request id.
const (
	maxText    = 1024
	maxURL     = 300
	maxSnippet = 200
	maxID      = 100
)

// An Error is an answer that is no success: any status but 2xx, or a success whose body cannot be used. It knows both error
// shapes of the contract, {"error", "error_description", "invalid_fields"} and {"errors": [...]}, and keeps anything else as text.
// Tell errors apart by StatusCode, or with errors.Is and the Err… kinds.
type Error struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Request is the request as it was sent last, Authorization included: log DumpRequest instead. Its body can be read
	// again.
	Request *http.Request
	// Response is the answer; its body can be read again.
	Response *http.Response
	// RequestID is the X-Request-Id of the answer, which Telnyx support asks for.
	RequestID string
	// Code is the OAuth error code ("invalid_grant"), or the code of the first of Errors ("10005"), or "".
	Code string
	// Description is the error_description, or the detail (else the title) of the first of Errors.
	Description string
	// Errors are the entries of the errors[] shape.
	Errors []Detail
	// InvalidFields says, after a refused registration, what is wrong with each field.
	InvalidFields map[string][]string
	// JSON holds every member of the body, in ExtraFields; empty where the body is no JSON object.
	JSON struct{ respjson.Object } `json:"-"`

	body     string
	sent     []byte
	redactor redact.Redactor
	received time.Time
	cause    error
}

// A Detail is one entry of the errors[] shape.
type Detail struct {
	// Code is Telnyx's number for the problem, as text: "10015".
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// Source says which part of the request is at fault.
	Source DetailSource   `json:"source"`
	Meta   map[string]any `json:"meta"`
	JSON   struct {
		Code, Title, Detail, Source, Meta respjson.Field
		respjson.Object
	} `json:"-"`
}

// RawJSON returns the entry as the server wrote it.
func (d Detail) RawJSON() string { return d.JSON.RawJSON() }

// A DetailSource points at the part of a request that an error is about.
type DetailSource struct {
	// Pointer is a JSON pointer (RFC 6901) into the request body.
	Pointer string `json:"pointer"`
	// Parameter is the name of a query parameter.
	Parameter string `json:"parameter"`
	JSON      struct {
		Pointer, Parameter respjson.Field
		respjson.Object
	} `json:"-"`
}

// RawJSON returns the source as the server wrote it.
func (s DetailSource) RawJSON() string { return s.JSON.RawJSON() }

type shapes struct {
	Error            string              `json:"error"`
	ErrorDescription string              `json:"error_description"`
	Errors           []Detail            `json:"errors"`
	InvalidFields    map[string][]string `json:"invalid_fields"`
	JSON             struct {
		Error, ErrorDescription, Errors, InvalidFields respjson.Field
		respjson.Object
	}
}

// New makes the Error of a response whose body has been read. sent is the body of the request. cause, if any, is what made
// a successful answer unusable, or what explains a refusal.
func New(req *http.Request, sent []byte, res *http.Response, body []byte, cause error) *Error {
	e := &Error{
		StatusCode: res.StatusCode, Request: req, Response: res, RequestID: res.Header.Get("X-Request-Id"),
		body: string(body), sent: sent, received: time.Now(), cause: cause,
		redactor: redact.Of(req.Header, req.URL, req.Header.Get("Content-Type"), sent),
	}
	if len(sent) > 0 {
		again := *req
		again.Body = io.NopCloser(bytes.NewReader(sent))
		e.Request = &again
	}
	var known shapes
	if apijson.Decode(e.body, &known) == nil {
		e.Code, e.Description = known.Error, known.ErrorDescription
		e.Errors, e.InvalidFields = known.Errors, known.InvalidFields
		e.JSON.Object = respjson.NewObject(known.JSON.RawJSON(), all(known))
	}
	if len(e.Errors) > 0 && e.Code == "" {
		first := e.Errors[0]
		if e.Code, e.Description = first.Code, first.Detail; e.Description == "" {
			e.Description = first.Title
		}
	}
	if e.Code == "" {
		e.Code = challengeCode(res.Header)
	}
	return e
}

// all returns every member of an error body.
func all(s shapes) map[string]respjson.Field {
	members := s.JSON.ExtraFields
	if members == nil {
		members = map[string]respjson.Field{}
	}
	for name, f := range map[string]respjson.Field{
		"error": s.JSON.Error, "error_description": s.JSON.ErrorDescription,
		"errors": s.JSON.Errors, "invalid_fields": s.JSON.InvalidFields,
	} {
		if f.Raw() != "" {
			members[name] = f
		}
	}
	return members
}

// challengeCode reads the error code of a WWW-Authenticate challenge (RFC 6750, section 3).
func challengeCode(h http.Header) string {
	for _, challenge := range h.Values("Www-Authenticate") {
		for param := range strings.FieldsFuncSeq(challenge, func(r rune) bool { return r == ',' || r <= ' ' }) {
			name, code, _ := strings.Cut(param, "=")
			if code = strings.Trim(code, `"`); strings.EqualFold(name, "error") && code != "" {
				return fmt.Sprintf("%.64s", code)
			}
		}
	}
	return ""
}

// Error returns one bounded line: the request, the status, what the server said, and the request id. Secrets of the request
// do not appear in it, even if the server repeats them.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("telnyx: ")
	if e.Request != nil {
		b.WriteString(strings.TrimSpace(method(e.Request)+" "+clip(e.redactor.URL(e.Request.URL), maxURL)) + ": ")
	}
	fmt.Fprintf(&b, "%d %s", e.StatusCode, http.StatusText(e.StatusCode))
	line := strings.TrimSpace(b.String())
	if e.cause != nil {
		line += ": " + e.redactor.Text(head(e.cause.Error()))
	}
	if said := e.said(); said != "" {
		line += ": " + said
	}
	line = clip(line, maxText)
	if e.RequestID != "" {
		line += " (request id " + clip(e.redactor.Text(head(e.RequestID)), maxID) + ")"
	}
	return line
}

// Format prints what Error returns, whatever the verb, and so keeps the credentials of the request out of it; also for an Error
// that is no pointer.
func (e Error) Format(f fmt.State, _ rune) { io.WriteString(f, e.Error()) }

func method(req *http.Request) string { return cmp.Or(req.Method, http.MethodGet) }

// said is what the server said, for people.
func (e *Error) said() string {
	var parts []string
	if len(e.Errors) > 0 {
		for _, d := range e.Errors[:min(3, len(e.Errors))] {
			parts = append(parts, join(": ", d.Code, d.Title, d.Detail, d.Source.Pointer, d.Source.Parameter))
		}
		if more := len(e.Errors) - 3; more > 0 {
			parts = append(parts, fmt.Sprintf("%d more", more))
		}
	} else if said := join(": ", e.Code, e.Description); said != "" {
		parts = append(parts, said)
	}
	var fields []string
	for name, problems := range e.InvalidFields {
		fields = append(fields, name+" "+strings.Join(problems, ", "))
	}
	slices.Sort(fields)
	parts = append(parts, fields...)
	if len(parts) == 0 {
		return clip(e.redactor.Body("", []byte(head(e.body))), maxSnippet)
	}
	return e.redactor.Text(head(strings.Join(parts, "; ")))
}

// head is far more of a text than is shown, so that no secret is cut before it is recognised.
func head(text string) string { return text[:min(len(text), 32*maxText)] }

func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

// clip makes one printable line of at most about limit bytes.
func clip(text string, limit int) string {
	cut := len(text) > 4*limit
	if cut {
		text = text[:4*limit]
	}
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), func(r rune) bool { return r == ' ' || !strconv.IsPrint(r) }), " ")
	for i := range text {
		if i > limit {
			return text[:i] + "…"
		}
	}
	if cut {
		text += "…"
	}
	return text
}

// RawJSON returns the body as the server wrote it; "" where it is no JSON object. Body has it in any case.
func (e *Error) RawJSON() string { return e.JSON.RawJSON() }

// Body returns the body as the server wrote it, cut at the limit of option.WithMaxResponseBytes.
func (e *Error) Body() string { return e.body }

// Unwrap returns what made a successful answer unusable, or what explains a refusal; nil if nothing does.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether e is of the kind target, for errors.Is.
func (e *Error) Is(target error) bool {
	kind, ok := target.(Kind)
	switch {
	case !ok || kind == "":
		return false
	case kind == ErrBadResponse:
		return e.cause != nil && e.StatusCode < 400
	case kind == ErrServerError && e.Code == "server_error":
		return true
	}
	return kind == byStatus(e.StatusCode) || string(kind) == e.Code ||
		e.Response != nil && string(kind) == challengeCode(e.Response.Header)
}

// RetryAfter returns how long the server asked to wait, from Retry-After and the rate limit headers; 0 if it did not.
func (e *Error) RetryAfter() time.Duration {
	if e.Response == nil {
		return 0
	}
	received := e.received
	if received.IsZero() { // made by hand
		received = time.Now()
	}
	wait, _ := retryafter.Wait(e.StatusCode, e.Response.Header, received)
	return wait
}
