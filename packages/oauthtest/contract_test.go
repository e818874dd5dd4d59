package oauthtest_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	openapi3.DefineStringFormatValidator("uuid",
		openapi3.NewRegexpFormatValidator(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`))
	openapi3.DefineStringFormatValidator("uri", openapi3.NewCallbackValidator(func(s string) error {
		u, err := url.Parse(s)
		if err == nil && !u.IsAbs() {
			err = errors.New("not absolute")
		}
		return err
	}))
	openapi3.DefineStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(s string) error {
		_, err := time.Parse(time.RFC3339, s)
		return err
	}))
	goleak.VerifyTestMain(m)
}

// contract reads api/openapi.yaml once for all tests.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile("../../api/openapi.yaml")
})

// contractRoutes finds operations by path alone: the test server has its own host.
var contractRoutes = sync.OnceValues(func() (routers.Router, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	hostless := *doc
	hostless.Servers = nil
	// A comma in an unquoted description of the contract makes the rest of it a member of its own.
	return legacy.NewRouter(&hostless, openapi3.AllowExtraSiblingFields("for confidential clients"))
})

// undocumented are the statuses that the server may answer although the contract does not have them, and why.
var undocumented = map[string]string{
	"ListOAuthClients 400":     "a bad parameter, as ListOAuthGrants has it",
	"GetOAuthConsentToken 401": "the contract asks for a bearer token, and leaves out what happens without one",
	"CreateOAuthGrant 401":     "the contract asks for a bearer token, and leaves out what happens without one",
	"GetOAuthClient 401":       "the contract asks for a bearer token, and leaves out what happens without one",
	"UpdateOAuthClient 401":    "the contract asks for a bearer token, and leaves out what happens without one",
	"DeleteOAuthClient 401":    "the contract asks for a bearer token, and leaves out what happens without one",
	"GetOAuthGrant 401":        "the contract asks for a bearer token, and leaves out what happens without one",
	"RevokeOAuthGrant 401":     "the contract asks for a bearer token, and leaves out what happens without one",
	"IntrospectOAuthToken 429": "the live limit of calls",
	"RegisterOAuthClient 429":  "the live limit of calls",
}

// checked compares every exchange with the contract. A request that the server accepts must be one that the contract
// allows, and every answer must be one that the contract describes.
type checked struct {
	t       *testing.T
	next    http.RoundTripper
	lenient bool // for requests that go beyond the contract on purpose
	allowed bool // requests must be those of the contract, whatever the answer is

	mu   sync.Mutex
	seen map[string]bool // "GetOAuthGrant 404"
}

func (c *checked) saw(exchange string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[exchange] = true
}

func (c *checked) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body.Close()
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	res, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(answer))
	if err := c.check(req, body, res, answer); err != nil {
		c.t.Errorf("%s %s answered %d\n%s\nagainst the contract: %v", req.Method, req.URL, res.StatusCode, answer, err)
	}
	return res, nil
}

func (c *checked) check(req *http.Request, body []byte, res *http.Response, answer []byte) error {
	if res.Header.Get("X-Request-Id") == "" {
		return fmt.Errorf("no X-Request-Id")
	}
	doc, err := contract()
	if err != nil {
		return err
	}
	router, err := contractRoutes()
	if err != nil {
		return err
	}
	probe := req.Clone(req.Context())
	probe.URL.Path = strings.TrimPrefix(probe.URL.Path, "/v2")
	probe.Body = io.NopCloser(bytes.NewReader(body))
	rt, values, err := router.FindRoute(probe)
	stray := res.StatusCode == http.StatusMethodNotAllowed ||
		bytes.Contains(answer, []byte("is not a route of this server"))
	if err != nil || stray {
		return nil // not an operation of the contract
	}
	in := &openapi3filter.RequestValidationInput{
		Request:    probe,
		PathParams: values,
		Route:      rt,
		Options:    &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	c.saw(fmt.Sprint(rt.Operation.OperationID, " ", res.StatusCode))
	if c.allowed || refusal(res, answer) == "" && !c.lenient {
		if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
			return fmt.Errorf("the contract refuses the request: %w", err)
		}
	}
	return checkAnswer(doc, rt, in, res, answer)
}

// refusal is why a request was not accepted, or "". An authorization is refused by a redirect too.
func refusal(res *http.Response, answer []byte) string {
	if res.StatusCode >= 400 {
		return string(answer)
	}
	location, err := res.Location()
	if err != nil {
		return ""
	}
	return location.Query().Get("error_description")
}

func checkAnswer(doc *openapi3.T, rt *routers.Route, in *openapi3filter.RequestValidationInput, res *http.Response,
	answer []byte) error {
	enveloped := bytes.HasPrefix(answer, []byte(`{"errors":`))
	documented := rt.Operation.Responses.Status(res.StatusCode) != nil
	if documented && !enveloped {
		out := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: in,
			Status:                 res.StatusCode,
			Header:                 res.Header,
			Options:                &openapi3filter.Options{IncludeResponseStatus: true},
		}
		return openapi3filter.ValidateResponse(in.Request.Context(), out.SetBodyBytes(answer))
	}
	if !documented && undocumented[fmt.Sprint(rt.Operation.OperationID, " ", res.StatusCode)] == "" {
		return fmt.Errorf("the status is not documented")
	}
	schema := doc.Components.Schemas["OAuthError"]
	if enveloped {
		schema = doc.Components.Schemas["ErrorEnvelope"]
	}
	v, err := decodeAny(answer)
	if err != nil {
		return err
	}
	return schema.Value.VisitJSON(v)
}

func TestServerAnswersEveryOperationOfTheContract(t *testing.T) {
	doc, err := contract()
	require.NoError(t, err)
	r := start(t)
	operations := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			operations++
			target := strings.NewReplacer("{id}", nobody, "{consent_token}", "none").Replace(path)
			if item.Servers == nil { // otherwise it is at the host root
				target = "/v2" + target
			}

			res := r.send(method, target, "")

			require.NotEqual(t, http.StatusMethodNotAllowed, res.status, op.OperationID)
			require.NotContains(t, res.body, "is not a route of this server", op.OperationID)
		}
	}
	require.Equal(t, 17, operations)
}

func TestEveryOperationOfTheContractHasAConstant(t *testing.T) {
	doc, err := contract()
	require.NoError(t, err)
	var want []string
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			want = append(want, fmt.Sprintf("%s = %[1]q // %s %s", operation.OperationID, method, path))
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "operation.go", nil, parser.ParseComments)
	require.NoError(t, err)

	var got []string
	for _, decl := range file.Decls {
		if constants, ok := decl.(*ast.GenDecl); ok && constants.Tok == token.CONST {
			for _, spec := range constants.Specs {
				v := spec.(*ast.ValueSpec)
				comment := strings.TrimSpace(v.Doc.Text() + v.Comment.Text())
				got = append(got, v.Names[0].Name+" = "+v.Values[0].(*ast.BasicLit).Value+" // "+comment)
			}
		}
	}

	require.ElementsMatch(t, want, got)
}
