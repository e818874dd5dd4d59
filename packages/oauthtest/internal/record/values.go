package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// A place is the position of a value in an exchange.
type place struct {
	at   string // for messages: "form code", "json /data/0/name"
	name string
	kind placeKind
}

type placeKind int

const (
	inField     placeKind = iota // a query parameter, form field or JSON member
	inHeader                     // of HTTP
	inPath                       // a segment of it
	inOrigin                     // scheme, host and port
	inErrorCode                  // code in the errors array: the only code that is not a secret
)

func host() place { return place{"host", "host", inOrigin} }

func headerPlace(name string) place { return place{"header " + name, name, inHeader} }

func fieldPlace(at, name string) place { return place{at, name, inField} }

// A rewriter gets every value of an exchange in order, and returns its replacement.
type rewriter struct {
	text func(p place, value string) string
	// literal gets the numbers, true, false and null of JSON, {} and [], with the object that has them as members.
	literal func(p place, raw string, object gjson.Result) string
	// key gets the names of query parameters, form fields and JSON members.
	key func(name string) string
	// header reports whether a header is part of the exchange.
	header func(name string) bool
}

// plainRequest returns a request in the form of recordings: HTTP Basic is not encoded.
func plainRequest(req *http.Request, body []byte) cassette.Request {
	h := req.Header.Clone()
	if id, secret, ok := BasicAuth(req); ok {
		h.Set("Authorization", "Basic "+id+":"+secret)
	}
	return cassette.Request{Method: req.Method, URL: req.URL.String(), Headers: h, Body: string(body)}
}

// BasicAuth is like the method of http.Request, and undoes the form encoding of RFC 6749 section 2.3.1.
func BasicAuth(r *http.Request) (id, secret string, ok bool) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", "", false
	}
	id, err := url.QueryUnescape(user)
	if err != nil {
		return "", "", false
	}
	secret, err = url.QueryUnescape(password)
	return id, secret, err == nil
}

func (w rewriter) request(r cassette.Request) (cassette.Request, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return cassette.Request{}, err
	}
	out := cassette.Request{Method: r.Method, Headers: http.Header{}}
	out.URL = w.text(host(), u.Scheme+"://"+u.Host) + w.path(u.EscapedPath())
	if u.RawQuery != "" {
		out.URL += "?" + w.pairs("query ", u.RawQuery)
	}
	for _, name := range []string{"Authorization", "Content-Type"} {
		for _, value := range r.Headers[name] {
			if name == "Authorization" {
				value = w.authorization(value)
			} else {
				value = w.text(headerPlace(name), value)
			}
			out.Headers.Add(name, value)
		}
	}
	out.Body = w.body(r.Headers.Get("Content-Type"), r.Body)
	return out, nil
}

func (w rewriter) response(r cassette.Response) cassette.Response {
	out := cassette.Response{Code: r.Code, Headers: http.Header{}}
	for name, values := range sorted(r.Headers) {
		if !w.header(name) {
			continue
		}
		for _, value := range values {
			out.Headers.Add(name, w.text(headerPlace(name), value))
		}
	}
	out.Body = w.body(r.Headers.Get("Content-Type"), r.Body)
	return out
}

// path rewrites each segment. One may be a consent token.
func (w rewriter) path(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s == "" {
			continue
		}
		p := place{"path segment " + strconv.Itoa(i), "path", inPath}
		if i > 1 && segments[i-2] == "oauth" && segments[i-1] == "consent" {
			p = fieldPlace(p.at, "consent_token")
		}
		if plain, err := url.PathUnescape(s); err == nil {
			s = plain
		}
		if out := w.text(p, s); out != s {
			segments[i] = url.PathEscape(out)
		}
	}
	return strings.Join(segments, "/")
}

func (w rewriter) authorization(value string) string {
	scheme, credentials, _ := strings.Cut(value, " ")
	p := fieldPlace("header Authorization", "authorization")
	switch strings.ToLower(scheme) {
	case "bearer":
		return scheme + " " + w.text(p, strings.TrimSpace(credentials))
	case "basic":
		if id, secret, ok := strings.Cut(credentials, ":"); ok {
			id = w.text(fieldPlace(p.at+" (client id)", "client_id"), id)
			return scheme + " " + id + ":" + w.text(fieldPlace(p.at+" (client secret)", "client_secret"), secret)
		}
	}
	return w.text(p, value)
}

func (w rewriter) body(contentType, body string) string {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	switch {
	case body == "":
		return ""
	case utf8.ValidString(body) && json.Valid([]byte(body)):
		var b strings.Builder
		w.json(&b, fieldPlace("json ", "body"), gjson.Parse(body), gjson.Result{})
		var indented bytes.Buffer
		if json.Indent(&indented, []byte(b.String()), "", "  ") != nil {
			return b.String()
		}
		return indented.String()
	case mediaType == "application/x-www-form-urlencoded" && wellFormed(body):
		return w.pairs("form ", body)
	default:
		return w.text(fieldPlace("body", "body"), body)
	}
}

func wellFormed(form string) bool {
	_, err := url.ParseQuery(form)
	return err == nil && utf8.ValidString(form)
}

// pairs rewrites a query or form and keeps its order.
func (w rewriter) pairs(at, form string) string {
	pairs := strings.Split(form, "&")
	seen := map[string]int{}
	for i, pair := range pairs {
		rawName, rawValue, assigned := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(rawName)
		value, err2 := url.QueryUnescape(rawValue)
		if err1 != nil || err2 != nil {
			pairs[i] = url.QueryEscape(w.text(fieldPlace(at+"pair", "pair"), pair))
			continue
		}
		p := fieldPlace(at+name, name)
		if seen[name]++; seen[name] > 1 {
			p.at += fmt.Sprintf(" (%d)", seen[name])
		}
		pairs[i] = escapeName(w.key(name))
		if assigned {
			if out := w.text(p, value); out != value {
				rawValue = url.QueryEscape(out)
			}
			pairs[i] += "=" + rawValue
		}
	}
	return strings.Join(pairs, "&")
}

// escapeName leaves the brackets of page[size] readable.
func escapeName(name string) string {
	return strings.NewReplacer("%5B", "[", "%5D", "]").Replace(url.QueryEscape(name))
}

func (w rewriter) json(b *strings.Builder, p place, v, object gjson.Result) {
	switch {
	case (v.IsObject() || v.IsArray()) && strings.TrimSpace(v.Raw[1:len(v.Raw)-1]) == "":
		b.WriteString(w.literal(p, v.Raw[:1]+v.Raw[len(v.Raw)-1:], object))
	case v.IsObject():
		w.members(b, p, v)
	case v.IsArray():
		b.WriteByte('[')
		n := 0
		v.ForEach(func(_, item gjson.Result) bool {
			if n > 0 {
				b.WriteByte(',')
			}
			w.json(b, fieldPlace(p.at+"/"+strconv.Itoa(n), p.name), item, object)
			n++
			return true
		})
		b.WriteByte(']')
	case v.Type == gjson.String:
		b.WriteString(quoteJSON(w.text(p, v.String())))
	default:
		b.WriteString(w.literal(p, v.Raw, object))
	}
}

func (w rewriter) members(b *strings.Builder, p place, v gjson.Result) {
	b.WriteByte('{')
	first := true
	v.ForEach(func(key, value gjson.Result) bool {
		if !first {
			b.WriteByte(',')
		}
		first = false
		member := fieldPlace(p.at+"/"+key.String(), key.String())
		switch {
		case redact.Name(p.name): // everything within a secret is secret
			member.name = p.name
		case member.name == "code" && p.name == "errors":
			member.kind = inErrorCode
		}
		b.WriteString(quoteJSON(w.key(key.String())) + ":")
		w.json(b, member, value, v)
		return true
	})
	b.WriteByte('}')
}

// quoteJSON leaves & and < readable.
func quoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // cannot fail for a string
	return strings.TrimSuffix(b.String(), "\n")
}
