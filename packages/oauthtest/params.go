package oauthtest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

const maxBody = 1 << 20

func readBody(r *http.Request) ([]byte, *problem) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, invalidRequest("The body could not be read.")
	}
	if len(body) > maxBody {
		return nil, invalidRequest("The body is larger than 1 MiB.")
	}
	return body, nil
}

// readParams reads the parameters of the token and introspection endpoints: a form (RFC 6749) or, as the contract
// allows, a JSON object of strings. An empty value counts as absent (RFC 6749 section 3.2).
func readParams(r *http.Request) (map[string]string, *problem) {
	body, refused := readBody(r)
	if refused != nil {
		return nil, refused
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch mediaType {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, invalidRequest("The form is malformed.")
		}
		return singles(form)
	case "application/json":
		return stringMembers(body)
	default:
		return nil, invalidRequest("Content-Type must be application/x-www-form-urlencoded or application/json.")
	}
}

// singles refuses a parameter that is given twice (RFC 6749 sections 3.1 and 3.2), except resource, whose values it
// joins with spaces (RFC 8707 section 2).
func singles(form url.Values) (map[string]string, *problem) {
	params := map[string]string{}
	for name, values := range form {
		if name == "resource" {
			values = []string{strings.TrimSpace(strings.Join(values, " "))}
		}
		if len(values) > 1 {
			return nil, invalidRequest(fmt.Sprintf("%s is given more than once.", name))
		}
		if values[0] != "" {
			params[name] = values[0]
		}
	}
	return params, nil
}

func stringMembers(body []byte) (map[string]string, *problem) {
	members, refused := uniqueMembers(body)
	if refused != nil {
		return nil, refused
	}
	params := map[string]string{}
	for name, raw := range members {
		var value *string
		if json.Unmarshal(raw, &value) != nil || value == nil {
			return nil, invalidRequest(fmt.Sprintf("%s must be a string.", name))
		}
		if *value != "" {
			params[name] = *value
		}
	}
	return params, nil
}
