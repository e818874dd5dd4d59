// Package apierror has the error for responses outside 2xx, and for responses that cannot be used.
//
// Package telnyx has an alias for each type and kind: telnyx.Error, telnyx.ErrorDetail, telnyx.ErrNotFound.
package apierror

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/team-telnyx/telnyx-go/internal/apijson"
	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/internal/retryafter"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// maxRead is how many bytes of a text are read, so that a response cannot take much time.
const maxRead = 32 << 10

// An Error is a response outside 2xx, or one whose body cannot be used. Get it with errors.As or errors.AsType, and
// distinguish errors by StatusCode, or with errors.Is and the Err… kinds.
//
// Both error shapes of the API are read, {"error", "error_description", "invalid_fields"} and {"errors": [...]}. In
// fields with texts from the server, [redacted] replaces secrets of the request, and a text is cut after 32 KiB.
// Request, Response, JSON and Body are as they were on the wire.
type Error struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Request is the request as it was sent last, with its credentials: log DumpRequest instead. Its body can be read
	// again.
	Request *http.Request
	// Response is the response; its body can be read again.
	Response *http.Response
	// RequestID is the X-Request-Id of the response, which Telnyx support asks for.
	RequestID string
	// Code is the OAuth error code ("invalid_grant"), or the code of the first of Errors ("10005"), or that of a
	// WWW-Authenticate challenge, or "".
	Code string
	// Description is the error_description, or the detail (else the title) of the first of Errors.
	Description string
	// Errors are the entries of the errors[] shape: the first 100, in 64 KiB of JSON.
	Errors []Detail
	// InvalidFields has the problems of each field of a refused registration: of the first 100, in 64 KiB.
	InvalidFields map[string][]string
	// JSON holds every member of the body, in ExtraFields. It is empty if the body is not a JSON object.
	JSON struct{ respjson.Object } `json:"-"`

	body     string
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
	// Source is the part of the request that the entry is about.
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

// New makes the Error of a response whose body has been read. The SDK calls it, and tests may. sent is the body of the
// request. cause, if any, is why a successful response cannot be used, or an explanation of another status.
func New(req *http.Request, sent []byte, res *http.Response, body []byte, cause error) *Error {
	e := &Error{
		StatusCode: res.StatusCode, Request: req, Response: res,
		received: time.Now(), cause: cause,
		redactor: redact.Redactor{}.With(req.Header, req.URL, req.Header.Get("Content-Type"), sent),
	}
	if len(sent) > 0 {
		again := *req
		again.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(sent)), nil }
		again.Body, _ = again.GetBody()
		e.Request = &again
	}
	e.RequestID = e.safe(res.Header.Get("X-Request-Id"))
	e.read(string(body))
	e.Code = e.safe(cmp.Or(append([]string{e.Code}, challengeCodes(res.Header)...)...))
	return e
}

// UnmarshalJSON reads the body of a response into Code, Description, Errors, InvalidFields and JSON.
func (e *Error) UnmarshalJSON(body []byte) error {
	if string(body) == "null" || e.read(string(body)) {
		return nil
	}
	return errors.New("telnyx: the body of an error must be a JSON object")
}

// read sets the fields that come from the body, and reports whether that is a JSON object.
func (e *Error) read(body string) bool {
	e.body = body
	var all struct{ JSON struct{ respjson.Object } }
	if apijson.Decode(body, &all) != nil {
		return false
	}
	e.JSON = all.JSON
	member := func(name string) gjson.Result { return gjson.Parse(all.JSON.ExtraFields[name].Raw()) }

	e.Code, e.Description = e.text(member("error")), e.text(member("error_description"))
	e.Errors, e.InvalidFields = nil, nil
	each(member("errors"), func(_ string, entry gjson.Result) {
		var d Detail
		if apijson.Decode(entry.Raw, &d) != nil {
			return
		}
		for _, s := range []*string{&d.Code, &d.Title, &d.Detail, &d.Source.Pointer, &d.Source.Parameter} {
			*s = e.safe(*s)
		}
		if d.Meta != nil {
			d.Meta = nil
			_ = json.Unmarshal([]byte(e.redactor.Body("", []byte(d.JSON.Meta.Raw()))), &d.Meta)
		}
		e.Errors = append(e.Errors, d)
	})
	if len(e.Errors) > 0 && e.Code == "" {
		first := e.Errors[0]
		e.Code, e.Description = first.Code, cmp.Or(first.Detail, first.Title)
	}
	if fields := member("invalid_fields"); fields.IsObject() {
		e.InvalidFields = map[string][]string{}
		each(fields, func(name string, problems gjson.Result) {
			name = e.safe(name)
			e.InvalidFields[name] = nil
			each(problems, func(_ string, problem gjson.Result) {
				if text := e.text(problem); text != "" {
					e.InvalidFields[name] = append(e.InvalidFields[name], text)
				}
			})
		})
	}
	return true
}

// text returns a string, or a number as text, without the secrets of the request; "" for anything else.
func (e *Error) text(v gjson.Result) string {
	if v.Type == gjson.Number {
		v.Str = v.Raw
	}
	return e.safe(v.Str)
}

// safe returns the beginning of a text without the secrets of the request.
func (e *Error) safe(text string) string { return e.redactor.Text(text[:min(len(text), maxRead)]) }

// each calls f for the first members of an object or elements of an array: 100 at most, in 64 KiB of JSON, so that a
// response cannot take much memory or time.
func each(of gjson.Result, f func(name string, value gjson.Result)) {
	entries, size := 0, 0
	of.ForEach(func(name, value gjson.Result) bool {
		entries++
		size += len(value.Raw)
		if entries > 100 || size > 64<<10 {
			return false
		}
		f(name.Str, value)
		return true
	})
}

// challengeCodes reads the error codes of the WWW-Authenticate challenges (RFC 6750, section 3).
func challengeCodes(h http.Header) (codes []string) {
	name, separator := "", func(r rune) bool { return r == ',' || r <= ' ' }
	challenges := strings.Join(h.Values("Www-Authenticate"), ",")
	challenges = strings.NewReplacer(`\\`, "", `\"`, "").Replace(challenges[:min(len(challenges), maxRead)])
	for i, part := range strings.Split(challenges, `"`) {
		params := strings.FieldsFuncSeq(part, separator)
		if i%2 == 1 { // the quoted value of the parameter before it; it may hold a text like error=x
			params = slices.Values([]string{name + "=" + part})
		}
		for param := range params {
			var code string
			if name, code, _ = strings.Cut(param, "="); strings.EqualFold(name, "error") && code != "" {
				codes = append(codes, fmt.Sprintf("%.64s", code))
			}
		}
	}
	return codes
}

// Error returns one line of bounded length: the request, the status, the error texts of the server, and the request id.
// Secrets of the request are redacted, also if the server repeats them.
func (e *Error) Error() string {
	parts := []string{"telnyx"}
	if e.Request != nil {
		parts = append(parts, strings.TrimSpace(method(e.Request)+" "+clip(e.redactor.URL(e.Request.URL), 300)))
	}
	parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.StatusCode, http.StatusText(e.StatusCode))))
	if e.cause != nil {
		parts = append(parts, e.safe(e.cause.Error()))
	}
	line := clip(join(": ", append(parts, e.said())...), 1024)
	if e.RequestID != "" {
		line += " (request id " + clip(e.safe(e.RequestID), 100) + ")"
	}
	return line
}

// Format prints what Error returns, whatever the verb, so that an Error that is printed by value shows no credentials
// either.
func (e Error) Format(f fmt.State, _ rune) { io.WriteString(f, e.Error()) }

// LogValue returns what Error returns, for log/slog.
func (e Error) LogValue() slog.Value { return slog.StringValue(e.Error()) }

func method(req *http.Request) string { return cmp.Or(req.Method, http.MethodGet) }

// said returns the error texts of the server for Error.
func (e *Error) said() string {
	var parts []string
	for _, d := range e.Errors[:min(3, len(e.Errors))] {
		parts = append(parts, join(": ", d.Code, d.Title, d.Detail, d.Source.Pointer, d.Source.Parameter))
	}
	if len(e.Errors) == 0 {
		parts = append(parts, join(": ", e.Code, e.Description))
	}
	for _, name := range slices.Sorted(maps.Keys(e.InvalidFields)) {
		parts = append(parts, name+" "+strings.Join(e.InvalidFields[name], ", "))
	}
	said := join("; ", parts...)
	if said == "" {
		return clip(e.redactor.Body("", []byte(e.body[:min(len(e.body), maxRead)])), 200)
	}
	if more := len(e.Errors) - 3; more > 0 {
		said += fmt.Sprintf("; %d more", more)
	}
	return e.safe(said)
}

func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

// clip returns the beginning of a text, about limit bytes, as one printable line.
func clip(text string, limit int) string {
	head := strings.ToValidUTF8(text[:min(len(text), 4*limit)], "\ufffd")
	head = strings.Join(strings.FieldsFunc(head, func(r rune) bool { return r == ' ' || !strconv.IsPrint(r) }), " ")
	for i := range head {
		if i > limit {
			return head[:i] + "…"
		}
	}
	if len(text) > 4*limit {
		head += "…"
	}
	return head
}

// RawJSON returns the body as the server wrote it; "" if it is not a JSON object. Body has it in any case.
func (e Error) RawJSON() string { return e.JSON.RawJSON() }

// Body returns the body as the server wrote it, cut at the limit of option.WithMaxResponseBytes.
func (e *Error) Body() string { return e.body }

// Unwrap returns why a successful response cannot be used, or an explanation of another status, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether e is of the kind target, for errors.Is.
func (e *Error) Is(target error) bool {
	kind, _ := target.(Kind)
	if status := kind.status(); status != 0 {
		return status == e.StatusCode // whatever the code is
	}
	switch kind {
	case "":
		return false
	case ErrRedirect:
		return e.StatusCode >= 300 && e.StatusCode <= 399
	case ErrBadResponse:
		return e.cause != nil && e.StatusCode < 400
	case ErrServerError:
		return e.StatusCode >= 500 || e.Code == "server_error"
	}
	return string(kind) == e.Code || e.Response != nil && slices.Contains(challengeCodes(e.Response.Header), string(kind))
}

// RetryAfter returns how long the server asked to wait, from Retry-After and the rate limit headers; 0 if it did not.
func (e *Error) RetryAfter() time.Duration {
	if e.Response == nil {
		return 0
	}
	wait, _ := retryafter.Wait(e.StatusCode, e.Response.Header, cmp.Or(e.received, time.Now()))
	return wait
}
