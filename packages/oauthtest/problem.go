package oauthtest

import (
	"net/http"
	"strconv"
	"strings"
)

// Codes of the errors[] envelope, as the live API uses them.
const (
	codeNotFound        = "10005"
	codeUnexpected      = "10007"
	codeUnauthenticated = "10009"
	codeNotAuthorized   = "10010"
	codeTooMany         = "10011"
	codeBadRequest      = "10015"
	codeNotAllowed      = "10027"
)

// problem is the reason of a refusal; the endpoint decides the shape of the error response.
type problem struct {
	status     int
	name       string // the OAuth error code, RFC 6749 section 5.2
	detail     string // the text for people
	parameter  string // the invalid query parameter
	flaws      []flaw // the problems of the members of a body
	listFields bool   // also list flaws as invalid_fields
	envelope   bool   // always in the errors[] shape
	header     http.Header
}

// flaw is a problem of one member of a JSON body.
type flaw struct {
	member string
	index  int // of the invalid item in a list, else -1
	code   string
	detail string
}

func (f flaw) pointer() string { // RFC 6901
	p := "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(f.member)
	if f.index >= 0 {
		p += "/" + strconv.Itoa(f.index)
	}
	return p
}

func refuse(status int, name, detail string) *problem {
	return &problem{status: status, name: name, detail: detail}
}

func invalidRequest(detail string) *problem {
	return refuse(http.StatusBadRequest, "invalid_request", detail)
}

func invalidParameter(parameter, detail string) *problem {
	p := invalidRequest(parameter + " " + detail + ".")
	p.parameter = parameter
	return p
}

func invalidGrant(detail string) *problem {
	return refuse(http.StatusBadRequest, "invalid_grant", detail)
}

func notFound(detail string) *problem {
	return refuse(http.StatusNotFound, "not_found", detail)
}

func internal(err error) *problem {
	return refuse(http.StatusInternalServerError, "server_error", err.Error())
}

func unprocessable(name string, flaws []flaw) *problem {
	details := make([]string, len(flaws))
	for i, f := range flaws {
		details[i] = strings.TrimPrefix(f.pointer(), "/") + " " + f.detail
	}
	p := refuse(http.StatusUnprocessableEntity, name, strings.Join(details, "; ")+".")
	p.flaws = flaws
	return p
}

type oauthError struct {
	Error         string              `json:"error"`
	Description   string              `json:"error_description,omitempty"`
	InvalidFields map[string][]string `json:"invalid_fields,omitempty"`
}

func (p *problem) asOAuth() response {
	wire := oauthError{Error: p.name, Description: p.detail}
	if p.listFields {
		wire.InvalidFields = map[string][]string{}
		for _, f := range p.flaws {
			wire.InvalidFields[f.member] = append(wire.InvalidFields[f.member], f.detail)
		}
	}
	return jsonResponse(p.status, wire).with(p.header)
}

type envelope struct {
	Errors []envelopeError `json:"errors"`
}

type envelopeError struct {
	Code   string            `json:"code"`
	Title  string            `json:"title"`
	Detail string            `json:"detail,omitempty"`
	Source map[string]string `json:"source,omitempty"`
	Meta   map[string]string `json:"meta"`
}

func (p *problem) asEnvelope() response {
	var wire envelope
	for _, f := range p.flaws {
		e := newEnvelopeError(f.code, f.detail)
		e.Source = map[string]string{"pointer": f.pointer()}
		wire.Errors = append(wire.Errors, e)
	}
	if len(wire.Errors) == 0 {
		e := newEnvelopeError(p.code(), p.detail)
		if p.parameter != "" {
			e.Source = map[string]string{"parameter": p.parameter}
		}
		wire.Errors = append(wire.Errors, e)
	}
	return jsonResponse(p.status, wire).with(p.header)
}

func newEnvelopeError(code, detail string) envelopeError {
	meta := map[string]string{"url": "https://developers.telnyx.com/docs/overview/errors/" + code}
	return envelopeError{Code: code, Title: titleOf(code), Detail: detail, Meta: meta}
}

func (p *problem) code() string {
	if p.name == "insufficient_scope" { // with 401 too
		return codeNotAuthorized
	}
	switch p.status {
	case http.StatusUnauthorized:
		return codeUnauthenticated
	case http.StatusForbidden:
		return codeNotAuthorized
	case http.StatusNotFound:
		return codeNotFound
	case http.StatusTooManyRequests:
		return codeTooMany
	case http.StatusInternalServerError:
		return codeUnexpected
	default:
		return codeBadRequest
	}
}

func titleOf(code string) string {
	switch code {
	case codeNotFound:
		return "Resource not found"
	case codeUnexpected:
		return "Unexpected error"
	case codeUnauthenticated:
		return "Authentication failed"
	case codeNotAuthorized:
		return "Not authorized"
	case codeTooMany:
		return "Too many requests"
	case codeNotAllowed:
		return "Value not allowed"
	default:
		return "Bad request"
	}
}
