package request

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go/internal/apiquery"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
)

// encode turns the params into a query and a body, nil for none. given has the content type that the caller set, if
// any.
func (c *Config) encode(given http.Header) (query url.Values, body []byte, contentType string, err error) {
	if err := c.missing(); err != nil {
		return nil, nil, "", err
	}
	if p, ok := c.Params.(interface{ URLQuery() (url.Values, error) }); ok {
		query, err = p.URLQuery()
	} else if c.Params != nil {
		body, err = Bytes(c.Params)
		if method := c.Endpoint.Method; err == nil && (method == http.MethodGet || method == http.MethodHead) {
			query, err = apiquery.FromJSON(body)
			body = nil
		}
	}
	if err != nil {
		return nil, nil, "", fmt.Errorf("encoding the params: %w", err)
	}
	if c.Body != nil {
		body, contentType = c.Body.Content, c.Body.ContentType
	}
	if hasBody(c.Endpoint.Method) && len(c.JSON) > 0 {
		if len(body) == 0 {
			body = []byte("{}")
		}
		for _, change := range c.JSON {
			if body, err = change(body); err != nil {
				return nil, nil, "", err
			}
		}
	}
	if contentType == "" && body != nil {
		_, encoded := c.Params.(param.ParamStruct) // by this SDK, so it needs no check
		body, contentType, err = c.form(body, given, encoded && c.Body == nil || json.Valid(body))
	}
	return query, body, contentType, err
}

// Bytes makes a body of v: bytes and what readers hold as they are, anything else as JSON.
func Bytes(v any) ([]byte, error) {
	switch v := v.(type) {
	case []byte:
		return v, nil
	case io.Reader:
		return io.ReadAll(v)
	case interface {
		param.ParamStruct
		json.Marshaler
	}:
		return v.MarshalJSON() // without the check and copy that encoding/json makes of it
	}
	return json.Marshal(v)
}

// form returns the body with its content type. That is JSON, but a form for OAuth endpoints that ask for one (RFC 6749,
// appendix B; RFC 7662, section 2.1), unless the caller asked for JSON.
func (c *Config) form(body []byte, given http.Header, isJSON bool) ([]byte, string, error) {
	isForm := c.Endpoint.Auth.client() && !isType(given.Get("Content-Type"), jsonType)
	switch {
	case !isJSON && isForm:
		return body, formType, nil
	case !isJSON:
		return body, "application/octet-stream", nil
	case !isForm:
		return body, jsonType, nil
	}
	values, err := apiquery.FromJSON(body)
	if err != nil {
		return nil, "", fmt.Errorf("encoding the form: %w", err)
	}
	return []byte(values.Encode()), formType, nil
}

// isType reports whether a content type is the media type name, whatever its case and parameters.
func isType(contentType, name string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(media), name)
}

func hasBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// missing returns an error if the params lack what the contract requires, unless the caller edits the request. False is
// a value.
func (c *Config) missing() error {
	p, ok := c.Params.(param.ParamStruct)
	if !ok {
		return nil
	}
	if _, replaced := p.Overrides(); replaced || c.Body != nil || len(c.JSON) > 0 {
		return nil
	}
	params := reflect.Indirect(reflect.ValueOf(p))
	for _, f := range param.Fields(params.Type()) {
		if !f.Required {
			continue
		}
		v, wire := params.Field(f.Index), cmp.Or(f.Query, f.JSON)
		_, replaced := p.ExtraFields()[wire]
		edited := slices.ContainsFunc(c.Query, func(e Edit) bool { return e.Key == wire })
		if v.IsZero() && v.Kind() != reflect.Bool && !replaced && !edited {
			return fmt.Errorf("%s (%s) is required", f.Name, wire)
		}
	}
	return nil
}

// members returns the members of an encoded OAuth request by name: every value if a member is repeated or an array. A
// body that is neither a form nor JSON has none.
func members(body []byte, contentType string) url.Values {
	if isType(contentType, formType) {
		sent, _ := url.ParseQuery(string(body))
		return sent
	}
	sent, _ := apiquery.FromJSON(body)
	return sent
}

// given reports whether one of the members has a value that is not empty.
func given(sent url.Values, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Join(sent[name], "") != "" })
}
