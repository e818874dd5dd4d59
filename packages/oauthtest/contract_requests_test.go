package oauthtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// operation is one of the contract with the path that the server has it at.
type operation struct {
	*openapi3.Operation
	method, path string
	parameters   openapi3.Parameters
}

func operations(t *testing.T) map[string]operation {
	t.Helper()
	doc, err := contract()
	require.NoError(t, err)
	all := map[string]operation{}
	for path, item := range doc.Paths.Map() {
		if item.Servers == nil { // otherwise it is at the host root
			path = "/v2" + path
		}
		for method, op := range item.Operations() {
			all[op.OperationID] = operation{op, method, path, slices.Concat(item.Parameters, op.Parameters)}
		}
	}
	return all
}

// member is a parameter of an operation or a member of its body.
type member struct {
	name     string
	schema   *openapi3.Schema
	required bool
}

// values are those that the contract allows for a member, the usual one first: each of an enumeration, both ends of a
// range, full and empty arrays, ordinary and empty strings. Values in braces depend on the state of the server.
func (m member) values() []any {
	s := m.schema
	usual, known := map[string]any{
		"client_id": "{client_id}", "client_secret": "{client_secret}", "code": "{code}", "code_verifier": verifier,
		"code_challenge": challenge, "code_challenge_method": "S256", "redirect_uri": "http://127.0.0.1/callback",
		"refresh_token": "{refresh_token}", "token": "{token}", "consent_token": "{consent_token}",
		"scope": "messaging.read", "client_type": "confidential", "token_endpoint_auth_method": "client_secret_basic",
		"allowed_scopes": "messaging.read", "response_types": "code", "grant_type": "authorization_code",
	}[m.name]
	var first []any
	if known {
		first = []any{usual}
	}
	switch {
	case len(s.Enum) > 0:
		return append(first, s.Enum...)
	case s.Type.Is("boolean"):
		return []any{true, false}
	case s.Type.Is("integer"):
		all := []any{int(*s.Min)}
		if s.Max != nil {
			return append(all, int(*s.Max))
		}
		return append(all, 1000000)
	case s.Type.Is("array"):
		items := member{m.name, s.Items.Value, true}.values()
		items = slices.DeleteFunc(slices.Clone(items), func(item any) bool { return item == "" })
		var all []any
		for _, item := range items {
			all = append(all, []any{item})
		}
		return append(all, items, []any{})
	case known && s.Format != "":
		return first
	case known:
		return append(first, "")
	case s.Format == "uri":
		return []any{"https://app.example/x?y=z", "http://app.example"}
	default:
		return []any{"Ünïcode & more", ""}
	}
}

// choices are requests of the members: the required ones alone and with each value of each member, and all of them with
// each pair of values of each two members.
func choices(members []member) []map[string]any {
	least, most := map[string]any{}, map[string]any{}
	for _, m := range members {
		most[m.name] = m.values()[0]
		if m.required {
			least[m.name] = m.values()[0]
		}
	}
	all := []map[string]any{least, most}
	with := func(base map[string]any, name string, value any) map[string]any {
		one := maps.Clone(base)
		one[name] = value
		all = append(all, one)
		return one
	}
	for i, m := range members {
		for _, value := range m.values() {
			with(least, m.name, value)
			base := with(most, m.name, value)
			for _, other := range members[:i] {
				for _, second := range other.values()[1:] {
					with(base, other.name, second)
				}
			}
		}
	}
	return all
}

// members are those of the body by its media type, or, without a body, the query parameters.
func (op operation) members() map[string][]member {
	all := map[string][]member{}
	if op.RequestBody == nil {
		all[""] = nil
		for _, p := range op.parameters {
			if p.Value.In == "query" {
				all[""] = append(all[""], member{p.Value.Name, p.Value.Schema.Value, p.Value.Required})
			}
		}
		return all
	}
	for mediaType, content := range op.RequestBody.Value.Content {
		schema := content.Schema.Value
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			// The descriptions of the token request say that they are needed where HTTP Basic is not used.
			credential := op.OperationID == oauthtest.ExchangeOAuthToken && strings.HasPrefix(name, "client_")
			required := credential || slices.Contains(schema.Required, name)
			all[mediaType] = append(all[mediaType], member{name, schema.Properties[name].Value, required})
		}
	}
	return all
}

// closed reports whether the contract forbids other members.
func (op operation) closed(mediaType string) bool {
	if op.RequestBody == nil {
		return false
	}
	more := op.RequestBody.Value.Content[mediaType].Schema.Value.AdditionalProperties.Has
	return more != nil && !*more
}

// violations are requests that the contract refuses, each for one reason.
func violations(members []member, mediaType string, closed bool) map[string]map[string]any {
	most := choices(members)[1]
	all := map[string]map[string]any{}
	with := func(reason, name string, value any) {
		all[reason+" "+name] = maps.Clone(most)
		all[reason+" "+name][name] = value
	}
	if closed {
		with("unknown", "surprise", "x")
	}
	for _, m := range members {
		if m.required && !strings.HasPrefix(m.name, "client_") {
			with("missing", m.name, nil)
			delete(all["missing "+m.name], m.name)
		}
		switch s := m.schema; {
		case len(s.Enum) > 0:
			with("not in the enumeration", m.name, "surprise")
		case s.Type.Is("integer"):
			with("below the minimum", m.name, int(*s.Min)-1)
			with("not a number", m.name, "x")
			if s.Max != nil {
				with("above the maximum", m.name, int(*s.Max)+1)
			}
		case s.Type.Is("array"):
			with("not an array", m.name, "x")
			with("not an array of strings", m.name, []any{1})
		case s.Type.Is("boolean"):
			with("not a boolean", m.name, "x")
		case s.Format == "uri":
			with("not a URI", m.name, "x")
		}
		if m.schema.Type.Is("string") && mediaType == "application/json" {
			with("not a string", m.name, 1)
			with("an object", m.name, map[string]any{})
		}
	}
	return all
}

// sendChoice sends the request to a new server that has everything that the request names.
func (op operation) sendChoice(t *testing.T, mediaType string, choice map[string]any, allowed bool) (answer, string) {
	t.Helper()
	r := start(t, oauthtest.WithOpaqueTokens())
	app := r.srv.AddClient(oauthtest.Client{})
	tokens := r.tokens(app)
	id := app.ID
	if strings.Contains(op.path, "oauth_grants") {
		id = r.srv.AddGrant(app.ID)
	}
	fill := strings.NewReplacer("{client_id}", app.ID, "{client_secret}", app.Secret, "{id}", id,
		"{code}", r.code(app.ID), "{consent_token}", r.consent(app.ID),
		"{token}", tokens.text("access_token"), "{refresh_token}", tokens.text("refresh_token")).Replace
	form := url.Values{}
	for name, value := range choice {
		form.Set(name, fill(fmt.Sprint(value)))
	}
	target, body := fill(op.path), ""
	authorization := "Bearer " + r.srv.APIKey()
	if op.OperationID == oauthtest.ExchangeOAuthToken {
		authorization = ""
	}
	switch mediaType {
	case "":
		target += "?" + form.Encode()
	case "application/json":
		raw, err := json.Marshal(choice)
		require.NoError(t, err)
		body = fill(string(raw))
	default:
		body = form.Encode()
	}
	r.checked.allowed = allowed
	res := r.send(op.method, target, body, "Authorization", authorization, "Content-Type", mediaType)
	return res, fmt.Sprintf("%s %s %s %s", op.OperationID, mediaType, target, body)
}

// stricter are the rules that a request can break although the contract allows its shape, with the source of each.
var stricter = map[string]map[string]string{
	oauthtest.AuthorizeOAuth: {
		"The code challenge method plain is not supported": "the live metadata has S256 only",
		"client_id is missing":                             "empty counts as absent, RFC 6749 section 3.1",
		"code_challenge is missing":                        "a method needs a challenge, RFC 7636 section 4.3",
	},
	oauthtest.CreateOAuthClient: {
		"allowed_grant_types must not be empty":                                             "such a client could do nothing",
		"allowed_grant_types must not have client_credentials for a public client":          "RFC 6749 section 4.4",
		"name must not be empty":                                                            "consents show it",
		"redirect_uris is required for authorization_code":                                  "a description in the contract",
		"redirect_uris must use https, http on a loopback address, or a private-use scheme": "RFC 8252 section 7",
	},
	oauthtest.CreateOAuthGrant: {
		"consent_token is unknown, expired or already used": "an empty one is unknown",
	},
	oauthtest.ExchangeOAuthToken: {
		"No client authentication was sent":     "empty counts as absent, RFC 6749 section 3.2",
		"The client secret is missing or wrong": "empty counts as absent, RFC 6749 section 3.2",
		"code and redirect_uri are required":    "of authorization_code, RFC 6749 section 4.1.3",
		"code_verifier is missing":              "of a code with a challenge, RFC 7636 section 4.5",
		"refresh_token is missing":              "of refresh_token, RFC 6749 section 6",
	},
	oauthtest.IntrospectOAuthToken: {
		"token is missing": "empty counts as absent, RFC 6749 section 3.2",
	},
	oauthtest.RegisterOAuthClient: {
		"grant_types must not be empty":                                                     "such a client could do nothing",
		"grant_types must not have client_credentials without client authentication":        "RFC 6749 section 4.4",
		"redirect_uris is required for authorization_code":                                  "RFC 7591 section 2",
		"redirect_uris must use https, http on a loopback address, or a private-use scheme": "RFC 8252 section 7",
	},
	oauthtest.UpdateOAuthClient: {
		"allowed_grant_types must not be empty":                                             "such a client could do nothing",
		"name must not be empty":                                                            "consents show it",
		"redirect_uris is required for authorization_code":                                  "a description in the contract",
		"redirect_uris must use https, http on a loopback address, or a private-use scheme": "RFC 8252 section 7",
	},
}

func TestARequestThatTheContractAllowsIsNotRefusedForItsShape(t *testing.T) {
	met := map[string]bool{}
	count := 0
	for id, op := range operations(t) {
		try := func(mediaType string, members []member) {
			for _, choice := range choices(members) {
				res, sent := op.sendChoice(t, mediaType, choice, true)
				count++
				for _, why := range res.reasons() {
					met[id+": "+why] = true
					if stricter[id][why] == "" {
						t.Errorf("%s\nanswered %d: %s", sent, res.status, why)
					}
				}
			}
		}
		for mediaType, members := range op.members() {
			try(mediaType, members)
		}
	}
	require.Greater(t, count, 200)
	for id, rules := range stricter {
		for rule := range rules {
			require.True(t, met[id+": "+rule], "no request meets the rule %q of %s", rule, id)
		}
	}
}

func TestARequestThatTheContractRefusesIsNotAccepted(t *testing.T) {
	count := 0
	for id, op := range operations(t) {
		for mediaType, members := range op.members() {
			for reason, request := range violations(members, mediaType, op.closed(mediaType)) {
				count++

				res, _ := op.sendChoice(t, mediaType, request, false)

				require.NotEmpty(t, res.reasons(), "%s with %s (%s)", id, reason, mediaType)
			}
		}
	}
	require.Greater(t, count, 100)
}

// reasons returns each reason why a request was refused.
func (a answer) reasons() []string {
	why := refusal(&http.Response{StatusCode: a.status, Header: a.header}, []byte(a.body))
	if why == "" {
		return nil
	}
	if a.header.Get("Content-Type") == "application/json" {
		why = a.text("error_description")
	} else if _, after, found := strings.Cut(why, "<p>"); found {
		why, _, _ = strings.Cut(after, "</p>")
	}
	all := strings.Split(strings.TrimSuffix(why, "."), "; ")
	for i := range all {
		all[i] = regexp.MustCompile(`^(\w+)/\d+`).ReplaceAllString(all[i], "$1") // of an item of a list
	}
	return all
}
