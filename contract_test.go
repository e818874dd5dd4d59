package telnyx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// operationOf maps each method to its operation of the contract. All other facts are read from api/openapi.yaml and
// from the types of the SDK.
var operationOf = map[string]string{
	"WellKnown.GetAuthorizationServerMetadata": "GetOAuthAuthorizationServerMetadata",
	"WellKnown.GetProtectedResourceMetadata":   "GetOAuthProtectedResourceMetadata",
	"OAuth.GetAuthorize":                       "AuthorizeOAuth",
	"OAuth.Get":                                "GetOAuthConsentToken",
	"OAuth.Grants":                             "CreateOAuthGrant",
	"OAuth.Introspect":                         "IntrospectOAuthToken",
	"OAuth.GetJwks":                            "GetOAuthJWKS",
	"OAuth.Register":                           "RegisterOAuthClient",
	"OAuth.Token":                              "ExchangeOAuthToken",
	"OAuthClients.List":                        "ListOAuthClients",
	"OAuthClients.New":                         "CreateOAuthClient",
	"OAuthClients.Get":                         "GetOAuthClient",
	"OAuthClients.Update":                      "UpdateOAuthClient",
	"OAuthClients.Delete":                      "DeleteOAuthClient",
	"OAuthGrants.List":                         "ListOAuthGrants",
	"OAuthGrants.Get":                          "GetOAuthGrant",
	"OAuthGrants.Delete":                       "RevokeOAuthGrant",
}

// conveniences are the methods that have no operation of their own.
var conveniences = map[string]string{
	"OAuth.AuthorizeURL":          "builds the URL of GetAuthorize, and sends nothing",
	"OAuthClients.ListAutoPaging": "calls List",
	"OAuthGrants.ListAutoPaging":  "calls List",
}

// An operation of the contract.
type operation struct {
	*openapi3.Operation
	method, template string
	base             string // the path of the server that the contract names for it
	item             *openapi3.PathItem
}

// readContract reads the contract once for all tests.
var readContract = sync.OnceValues(func() (*openapi3.T, error) {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromFile("api/openapi.yaml")
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := readContract()
	require.NoError(t, err)
	return doc
}

// operations are those of the contract, by operationId.
func operations(t *testing.T) map[string]operation {
	t.Helper()
	doc, byID := contract(t), map[string]operation{}
	for template, item := range doc.Paths.Map() {
		servers := doc.Servers
		if item.Servers != nil {
			servers = item.Servers
		}
		server, err := url.Parse(servers[0].URL)
		require.NoError(t, err)
		for method, op := range item.Operations() {
			byID[op.OperationID] = operation{op, method, template, server.Path, item}
		}
	}
	require.Len(t, byID, 17)
	return byID
}

func (o operation) parameters(in string) (found []*openapi3.Parameter) {
	for _, ref := range slices.Concat(o.item.Parameters, o.Parameters) {
		if ref.Value.In == in {
			found = append(found, ref.Value)
		}
	}
	return found
}

// request is the schema of what the operation takes besides its path: the members of its body, or else its query.
func (o operation) request() (s *openapi3.Schema, tag string) {
	if o.RequestBody != nil {
		return o.RequestBody.Value.Content.Get("application/json").Schema.Value, "json"
	}
	s = openapi3.NewObjectSchema()
	for _, p := range o.parameters("query") {
		s.Properties[p.Name] = p.Schema
		if p.Required {
			s.Required = append(s.Required, p.Name)
		}
	}
	return s, "query"
}

// answer is the schema of the JSON body of a success; nil if it has none.
func (o operation) answer() *openapi3.Schema {
	for status, ref := range o.Responses.Map() {
		if media := ref.Value.Content.Get("application/json"); strings.HasPrefix(status, "2") && media != nil {
			return media.Schema.Value
		}
	}
	return nil
}

// security returns the security of the operation, or else that of the whole document.
func (o operation) security(doc *openapi3.T) openapi3.SecurityRequirements {
	if o.Security != nil {
		return *o.Security
	}
	return doc.Security
}

// takes reports whether a security scheme, or "" for no authentication at all, is one of the alternatives.
func takes(s openapi3.SecurityRequirements, scheme string) bool {
	if len(s) == 0 {
		return scheme == ""
	}
	return slices.ContainsFunc(s, func(r openapi3.SecurityRequirement) bool {
		_, named := r[scheme]
		return named || len(r) == 0 && scheme == ""
	})
}

// methodsOf are the methods of all services of a client, by the name that a user writes after "client.".
func methodsOf(client *telnyx.Client) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	v := reflect.ValueOf(client).Elem()
	for i := range v.NumField() {
		service := v.Field(i).Addr()
		for j := range service.NumMethod() {
			if name := service.Type().Method(j).Name; name != "LogValue" { // of log/slog, not a call
				found[v.Type().Field(i).Name+"."+name] = service.Method(j)
			}
		}
	}
	return found
}

// paramsOf is the params struct that a method takes; nil if it takes none.
func paramsOf(method reflect.Type) reflect.Type {
	for i := range method.NumIn() {
		if method.In(i).Kind() == reflect.Struct {
			return method.In(i)
		}
	}
	return nil
}

func wireName(f reflect.StructField, tag string) string {
	name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
	return strings.TrimPrefix(name, "-")
}

// perform calls a method with every path value, and with the params that want selects. The values follow the contract.
func perform(t *testing.T, method reflect.Value, op operation, want func(name string, required bool) bool) error {
	t.Helper()
	schema, tag := op.request()
	args := []reflect.Value{reflect.ValueOf(t.Context())}
	for i := 1; i < method.Type().NumIn()-1; i++ {
		arg := reflect.New(method.Type().In(i)).Elem()
		if arg.Kind() == reflect.String {
			arg.SetString(sample(op.parameters("path")[i-1].Schema.Value, "id").(string))
		}
		for j := 0; arg.Kind() == reflect.Struct && j < arg.NumField(); j++ {
			name := wireName(arg.Type().Field(j), tag)
			property := schema.Properties[name]
			if property == nil || !want(name, slices.Contains(schema.Required, name)) {
				continue
			}
			text, err := json.Marshal(sample(property.Value, name))
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, arg.Field(j).Addr().Interface()), name)
		}
		args = append(args, arg)
	}
	out := method.Call(args)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

func everything(string, bool) bool              { return true }
func onlyRequired(_ string, required bool) bool { return required }

// sample returns a value that a schema allows.
func sample(s *openapi3.Schema, name string) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[len(s.Enum)-1]
	case s.Type.Is("array"):
		return []any{sample(s.Items.Value, name)}
	case s.Type.Is("boolean"):
		return true
	case s.Type.Is("integer"):
		return 42
	case s.Format == "uri":
		return "https://example.com/" + name + "?a=b&c=d+e"
	case s.Format == "uuid":
		return "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
	}
	return "some " + name + " & more"
}

// A wiretap records requests, and answers each with an object that every response type can decode.
type wiretap struct {
	mu   sync.Mutex
	seen []*http.Request
	body [][]byte
}

func (w *wiretap) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen, w.body = append(w.seen, req), append(w.body, body)
	return &http.Response{
		StatusCode: 200, Request: req, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(`{"data":[]}`)),
	}, nil
}

// tapped returns a client whose requests all end in the wiretap.
func tapped(opts ...option.RequestOption) (*wiretap, *telnyx.Client) {
	tap := &wiretap{}
	client := telnyx.NewClient(append([]option.RequestOption{
		option.WithoutEnvironment(), option.WithHTTPClient(&http.Client{Transport: tap}),
	}, opts...)...)
	return tap, &client
}

func TestEveryOperationOfTheContractIsExactlyOneMethod(t *testing.T) {
	_, client := tapped()

	var have []string
	for name := range methodsOf(client) {
		if conveniences[name] == "" {
			have = append(have, operationOf[name])
			require.Contains(t, operationOf, name, "a method that is no operation of the contract")
		}
	}

	require.ElementsMatch(t, slices.Collect(maps.Keys(operations(t))), have)
	require.Len(t, have, len(operationOf), "a method of the table does not exist")
}

func TestMethodsSendTheMethodAndPathOfTheirOperation(t *testing.T) {
	ops := operations(t)
	for name, id := range operationOf {
		op := ops[id]
		tap, client := tapped(option.WithAPIKey("KEY"))
		method := methodsOf(client)[name]

		require.NoError(t, perform(t, method, op, everything), name)

		require.Len(t, tap.seen, 1, name)
		sent := tap.seen[0]
		require.Equal(t, op.method, sent.Method, name)
		require.Equal(t, "https://api.telnyx.com", sent.URL.Scheme+"://"+sent.URL.Host, name)
		want := op.base + op.template
		for _, p := range op.parameters("path") {
			want = strings.ReplaceAll(want, "{"+p.Name+"}", url.PathEscape(sample(p.Schema.Value, "id").(string)))
		}
		require.Equal(t, want, sent.URL.EscapedPath(), name)
	}
}

func TestRequestsKnowTheirOperationAndRoute(t *testing.T) {
	type call struct{ operation, route string }
	ops := operations(t)
	for name, id := range operationOf {
		op := ops[id]
		tap, client := tapped(option.WithAPIKey("KEY"))
		require.NoError(t, perform(t, methodsOf(client)[name], op, everything), name)
		path := strings.TrimPrefix(tap.seen[0].URL.EscapedPath(), "/v2")
		require.NoError(t, client.Execute(t.Context(), op.method, path, nil, nil), name)
		require.NoError(
			t, client.Execute(t.Context(), op.method, path, nil, nil, option.WithBaseURL("https://h.example")), name,
		)

		for _, sent := range tap.seen {
			var got call
			got.operation, got.route = option.OperationFromContext(sent.Context())
			require.Equal(t, call{name, op.template}, got)
		}
	}
}

func TestFullRequestsValidateAgainstTheContract(t *testing.T) {
	ops := operations(t)
	for name, id := range operationOf {
		op := ops[id]
		tap, client := tapped(option.WithAPIKey("KEY"), option.WithClientID("id"), option.WithClientSecret("secret"))

		require.NoError(t, perform(t, methodsOf(client)[name], op, everything), name)

		in, err := validation(contract(t), ops, tap.seen[0], tap.body[0])
		require.NoError(t, err, name)
		in.Options.AuthenticationFunc = hasCredentials
		require.NoError(t, openapi3filter.ValidateRequest(t.Context(), in), name)
		schema, _ := op.request()
		have, err := membersOf(tap.seen[0], tap.body[0])
		require.NoError(t, err, name)
		require.ElementsMatch(t, slices.Collect(maps.Keys(schema.Properties)), have, name)
	}
}

// hasCredentials checks that a request has the credentials of a security scheme of the contract.
func hasCredentials(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	req := in.RequestValidationInput.Request
	scheme, value, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	body, _ := io.ReadAll(req.Body)
	req.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case in.SecuritySchemeName == "bearerAuth" && scheme == "Bearer" && value != "":
	case in.SecuritySchemeName == "oauthClientAuth" && scheme == "Basic" && value != "":
	case in.SecuritySchemeName == "oauthClientAuth" && bytes.Contains(body, []byte("client_secret=")):
	default:
		return errors.New("the request has no credentials for " + in.SecuritySchemeName)
	}
	return nil
}

// membersOf returns the names of the query parameters and of the body members of a request.
func membersOf(req *http.Request, body []byte) ([]string, error) {
	names := slices.Collect(maps.Keys(req.URL.Query()))
	switch ct := req.Header.Get("Content-Type"); {
	case ct == "" && len(body) == 0:
		return names, nil
	case ct == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		return slices.AppendSeq(names, maps.Keys(form)), err
	case ct == "application/json":
		var object map[string]any
		err := json.Unmarshal(body, &object)
		return slices.AppendSeq(names, maps.Keys(object)), err
	default:
		return nil, fmt.Errorf("a body of the type %q", ct)
	}
}

func TestCredentialsAreThoseOfTheContractsSecurity(t *testing.T) {
	const bearer, basic = "Bearer KEY", "Basic aWQ6c2VjcmV0" // id:secret
	ops, doc := operations(t), contract(t)
	sends := func(name string, opts ...option.RequestOption) string {
		tap, client := tapped(opts...)
		require.NoError(t, perform(t, methodsOf(client)[name], ops[operationOf[name]], onlyRequired), name)
		require.Len(t, tap.seen, 1, name)
		return tap.seen[0].Header.Get("Authorization")
	}
	for name, id := range operationOf {
		s := ops[id].security(doc)
		var withAll, withKey string
		switch {
		case takes(s, "bearerAuth"):
			withAll, withKey = bearer, bearer
		case takes(s, "oauthClientAuth") && takes(s, ""):
			withAll, withKey = basic, ""
		case takes(s, "oauthClientAuth"):
			withAll, withKey = basic, bearer // which the live API takes too
		default:
			require.True(t, takes(s, ""), name)
		}

		key, client := option.WithAPIKey("KEY"), []option.RequestOption{
			option.WithClientID("id"), option.WithClientSecret("secret"),
		}

		require.Equal(t, withAll, sends(name, append(client, key)...), name)
		require.Equal(t, withKey, sends(name, key), name)
		require.Empty(t, sends(name), name)
	}
}

// A comparison of Go types with schemas.
type comparison struct {
	differences []string
	seen        map[string]*openapi3.Schema // the types of the SDK that were compared
}

func (c *comparison) differ(format string, args ...any) {
	c.differences = append(c.differences, fmt.Sprintf(format, args...))
}

// object compares a struct with an object. tag is json or query; params are written, and responses read.
func (c *comparison) object(s *openapi3.Schema, typ reflect.Type, tag string, params bool) {
	if typ.PkgPath() == "github.com/team-telnyx/telnyx-go" {
		c.seen[typ.Name()] = s
	}
	known := map[string]bool{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if !f.IsExported() || f.Name == "JSON" {
			continue
		}
		at, name := typ.Name()+"."+f.Name, wireName(f, tag)
		property := s.Properties[name]
		if property == nil {
			c.differ("%s: the contract has no %q", at, name)
			continue
		}
		known[name] = true
		c.field(at, property.Value, f, tag, params, slices.Contains(s.Required, name))
	}
	for name := range s.Properties {
		if !known[name] {
			c.differ("%s has no field for %q", typ.Name(), name)
		}
	}
}

func (c *comparison) field(at string, s *openapi3.Schema, f reflect.StructField, tag string, params, required bool) {
	api, format := "", s.Format
	switch {
	case required:
		api = "required"
	case s.Nullable:
		api = "nullable"
	case f.Tag.Get("api") == "strict": // a word of the decoder, not of the contract
		api = "strict"
	}
	if s.Type.Is("array") {
		format = s.Items.Value.Format
	}
	written := wireName(f, tag)
	if params && !required {
		written += ",omitzero"
	}
	want := map[string]string{"api": api, "format": format, tag: written}
	if tag == "query" {
		want["json"] = "-"
	}
	for name, value := range want {
		if have := f.Tag.Get(name); have != value {
			c.differ("%s: the tag %s is %q, not %q", at, name, have, value)
		}
	}
	if want, ok := c.fits(s, f.Type, params, params && !required); !ok {
		c.differ("%s is a %s, not %s", at, f.Type, want)
	}
}

// fits reports whether a Go type is the one for a schema, and names the one that is.
func (c *comparison) fits(s *openapi3.Schema, typ reflect.Type, params, optional bool) (want string, ok bool) {
	is := func(plain, opt reflect.Type) (string, bool) {
		if optional {
			plain = opt
		}
		return plain.String(), typ == plain
	}
	switch {
	case s.Type.Is("object") && len(s.Properties) == 0:
		return "a map", typ.Kind() == reflect.Map
	case s.Type.Is("object"):
		if typ.Kind() == reflect.Struct {
			c.object(s, typ, "json", params)
		}
		return "a struct", typ.Kind() == reflect.Struct
	case s.Type.Is("array") && s.Items.Value.Type.Is("object"):
		if ok = typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Struct; ok {
			c.object(s.Items.Value, typ.Elem(), "json", params)
		}
		return "a slice of structs", ok
	case s.Type.Is("array") && s.Items.Value.Type.Is("string"):
		return "[]string", typ == reflect.TypeFor[[]string]()
	case len(s.Enum) > 0:
		c.seen[typ.Name()] = s
		return "a named string", typ.Kind() == reflect.String && strings.HasPrefix(typ.String(), "telnyx.")
	case s.Format == "date-time":
		return is(reflect.TypeFor[time.Time](), reflect.TypeFor[param.Opt[time.Time]]())
	case s.Type.Is("string"):
		return is(reflect.TypeFor[string](), reflect.TypeFor[param.Opt[string]]())
	case s.Type.Is("boolean"):
		return is(reflect.TypeFor[bool](), reflect.TypeFor[param.Opt[bool]]())
	case s.Type.Is("integer"):
		return is(reflect.TypeFor[int64](), reflect.TypeFor[param.Opt[int64]]())
	}
	return "a type that this test knows", false
}

// compareAll compares every method's path values, params and result with its operation.
func compareAll(t *testing.T) *comparison {
	t.Helper()
	_, client := tapped()
	c, ops := &comparison{seen: map[string]*openapi3.Schema{}}, operations(t)
	for name, id := range operationOf {
		op, method := ops[id], methodsOf(client)[name].Type()
		ids := 0
		for i := range method.NumIn() {
			if method.In(i).Kind() == reflect.String {
				ids++
			}
		}
		if want := len(op.parameters("path")); ids != want {
			c.differ("%s takes %d path values, not %d", name, ids, want)
		}
		schema, tag := op.request()
		switch params := paramsOf(method); {
		case params != nil:
			c.object(schema, params, tag, true)
		case len(schema.Properties) > 0:
			c.differ("%s takes no params", name)
		}
		switch answer := op.answer(); {
		case answer == nil && method.NumOut() != 1:
			c.differ("%s returns %s where no JSON comes", name, method.Out(0))
		case answer != nil && method.NumOut() != 2:
			c.differ("%s does not return what comes", name)
		case answer != nil:
			c.object(answer, method.Out(0).Elem(), "json", false)
		}
	}
	return c
}

func TestParamsAndResponsesHaveExactlyTheFieldsOfTheContract(t *testing.T) {
	require.Empty(t, compareAll(t).differences)
}

func TestBothBodyFormatsOfAnOperationHaveTheSameMembers(t *testing.T) {
	for id, op := range operations(t) {
		if op.RequestBody == nil {
			continue
		}
		for media, content := range op.RequestBody.Value.Content {
			schema, _ := op.request()
			require.Equal(t, schema, content.Schema.Value, "%s as %s", id, media)
		}
	}
}

func TestErrorDetailHasTheFieldsOfTheErrorEnvelope(t *testing.T) {
	entry := contract(t).Components.Schemas["ErrorEnvelope"].Value.Properties["errors"].Value.Items.Value
	entry.Required = nil // an entry may lack any member
	c := &comparison{seen: map[string]*openapi3.Schema{}}

	c.object(entry, reflect.TypeFor[telnyx.ErrorDetail](), "json", false)

	require.Empty(t, c.differences)
}

// source parses the files of the package, without tests.
func source(t *testing.T) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, file)
	}
	return files
}

// specs returns the declarations of a kind: token.CONST or token.TYPE.
func specs(files []*ast.File, kind token.Token) (found []ast.Spec) {
	for _, file := range files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == kind {
				found = append(found, d.Specs...)
			}
		}
	}
	return found
}

func TestEnumsHaveExactlyTheConstantsOfTheContract(t *testing.T) {
	declared := map[string][]any{} // by type
	for _, spec := range specs(source(t), token.CONST) {
		c := spec.(*ast.ValueSpec)
		typ, ok := c.Type.(*ast.Ident)
		if !ok {
			continue
		}
		value, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(c.Names[0].Name, typ.Name), "%s is a %s", c.Names[0].Name, typ.Name)
		declared[typ.Name] = append(declared[typ.Name], value)
	}
	enums := 0
	for name, schema := range compareAll(t).seen {
		if len(schema.Enum) > 0 {
			enums++
			require.ElementsMatch(t, schema.Enum, declared[name], name)
			delete(declared, name)
		}
	}
	require.NotZero(t, enums)
	require.Empty(t, declared, "constants that the contract does not have")
}

func TestEveryExportedTypeIsInTheContract(t *testing.T) {
	known := map[string]bool{"Client": true}
	for i, typ := 0, reflect.TypeFor[telnyx.Client](); i < typ.NumField(); i++ {
		known[typ.Field(i).Type.Name()] = true // the services
	}
	seen := compareAll(t).seen

	var have []string
	for _, spec := range specs(source(t), token.TYPE) {
		typ := spec.(*ast.TypeSpec)
		if typ.Name.IsExported() && !typ.Assign.IsValid() && !known[typ.Name.Name] {
			have = append(have, typ.Name.Name)
		}
	}

	require.ElementsMatch(t, slices.Collect(maps.Keys(seen)), have)
}

// find returns the operation of a request to a server whose base URL ends in the contract's base path.
func find(ops map[string]operation, req *http.Request) (op operation, values map[string]string, err error) {
	for _, op := range ops {
		wants, has := strings.Split(op.base+op.template, "/"), strings.Split(req.URL.EscapedPath(), "/")
		values := map[string]string{}
		fits := op.method == req.Method && len(wants) == len(has)
		for i := 0; fits && i < len(wants); i++ {
			if name, isValue := strings.CutPrefix(wants[i], "{"); isValue {
				values[strings.TrimSuffix(name, "}")], err = url.PathUnescape(has[i])
				fits = err == nil
			} else {
				fits = wants[i] == has[i]
			}
		}
		if fits {
			return op, values, nil
		}
	}
	return op, nil, fmt.Errorf("%s %s is no operation of the contract", req.Method, req.URL)
}

// validation prepares a request for openapi3filter.
func validation(
	doc *openapi3.T, ops map[string]operation, req *http.Request, body []byte,
) (*openapi3filter.RequestValidationInput, error) {
	op, values, err := find(ops, req)
	if err != nil {
		return nil, err
	}
	probe := req.Clone(context.Background())
	probe.Body = io.NopCloser(bytes.NewReader(body))
	return &openapi3filter.RequestValidationInput{
		Request:    probe,
		PathParams: values,
		Route: &routers.Route{
			Spec: doc, Path: op.template, PathItem: op.item, Method: op.method, Operation: op.Operation,
		},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}, nil
}

// A contractTransport forwards requests, and validates them and their responses against the contract.
type contractTransport struct {
	wire *http.Transport
	doc  *openapi3.T
	ops  map[string]operation
	mu   sync.Mutex
	sent map[string]map[string]bool // operationId -> the params and members that were sent
}

func (r *contractTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	in, err := validation(r.doc, r.ops, req, body)
	if err != nil {
		return nil, err
	}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		return nil, fmt.Errorf("the request is not of the contract: %w", err)
	}
	names, err := membersOf(req, body)
	if err != nil {
		return nil, err
	}
	r.note(in.Route.Operation.OperationID, names)
	res, err := r.wire.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.StatusCode, Header: res.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), out.SetBodyBytes(answer)); err != nil {
		return nil, fmt.Errorf("the answer is not of the contract: %w\n%s", err, answer)
	}
	return res, nil
}

func (r *contractTransport) note(id string, names []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sent[id] == nil {
		r.sent[id] = map[string]bool{}
	}
	for _, name := range names {
		r.sent[id][name] = true
	}
}

func TestEveryOperationAgainstTheTestServerFollowsTheContract(t *testing.T) {
	srv := oauthtest.NewServer()
	t.Cleanup(srv.Close)
	ref := &contractTransport{
		wire: &http.Transport{}, doc: contract(t), ops: operations(t), sent: map[string]map[string]bool{},
	}
	t.Cleanup(ref.wire.CloseIdleConnections)
	ctx, opts := t.Context(), []option.RequestOption{
		option.WithoutEnvironment(), option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(&http.Client{Transport: ref}),
		option.WithMaxRetries(0),
	}
	account := telnyx.NewClient(append(opts, option.WithAPIKey(srv.APIKey()))...)

	metadata, err := account.WellKnown.GetAuthorizationServerMetadata(ctx)
	require.NoError(t, err)
	_, err = account.WellKnown.GetProtectedResourceMetadata(ctx)
	require.NoError(t, err)
	scopes := metadata.ScopesSupported[:2]
	registered, err := account.OAuth.Register(ctx, telnyx.OAuthRegisterParams{
		ClientName: telnyx.String("Pager"), LogoUri: telnyx.String("https://example.com/logo.png"),
		PolicyUri: telnyx.String("https://example.com/policy"), TosUri: telnyx.String("https://example.com/tos"),
		Scope:        telnyx.String(strings.Join(scopes, " ")),
		GrantTypes:   []string{"authorization_code", "refresh_token", "client_credentials"},
		RedirectUris: []string{"https://example.com/callback"}, ResponseTypes: []string{"code"},
		TokenEndpointAuthMethod: telnyx.OAuthRegisterParamsTokenEndpointAuthMethodClientSecretBasic,
	})
	require.NoError(t, err)
	made, err := account.OAuthClients.New(ctx, telnyx.OAuthClientNewParams{
		AllowedGrantTypes: []string{"authorization_code"}, AllowedScopes: scopes, Name: "Second",
		ClientType: telnyx.OAuthClientNewParamsClientTypePublic, RedirectUris: []string{"https://example.com/callback"},
		RequirePkce: telnyx.Bool(true), LogoUri: telnyx.String("https://example.com/logo.png"),
		PolicyUri: telnyx.String("https://example.com/policy"), TosUri: telnyx.String("https://example.com/tos"),
	})
	require.NoError(t, err)
	id := made.Data.ClientID
	_, err = account.OAuthClients.Update(ctx, id, telnyx.OAuthClientUpdateParams{
		Name: telnyx.String("Renamed"), AllowedGrantTypes: []string{"authorization_code", "refresh_token"},
		AllowedScopes: scopes[:1],
		RedirectUris:  []string{"https://example.com/elsewhere"}, RequirePkce: telnyx.Bool(false),
		LogoUri:   telnyx.String("https://example.com/l"),
		PolicyUri: telnyx.String("https://example.com/p"), TosUri: telnyx.String("https://example.com/t"),
	})
	require.NoError(t, err)
	got, err := account.OAuthClients.Get(ctx, id)
	require.NoError(t, err)
	require.Equal(t, "Renamed", got.Data.Name)
	page, err := account.OAuthClients.List(ctx, telnyx.OAuthClientListParams{
		FilterClientID: telnyx.String(id), FilterName: telnyx.String("Renamed"), FilterNameContains: telnyx.String("name"),
		FilterVerified: telnyx.Bool(false), PageNumber: telnyx.Int(1), PageSize: telnyx.Int(100),
		FilterAllowedGrantTypesContains: telnyx.OAuthClientListParamsFilterAllowedGrantTypesContainsRefreshToken,
		FilterClientType:                telnyx.OAuthClientListParamsFilterClientTypePublic,
	})
	require.NoError(t, err)
	require.Len(t, page.Data, 1)

	var sentTo *http.Response
	err = account.OAuth.GetAuthorize(ctx, telnyx.OAuthGetAuthorizeParams{
		ClientID: registered.ClientID, RedirectUri: "https://example.com/callback",
		Scope:        telnyx.String(strings.Join(scopes, " ")),
		ResponseType: telnyx.OAuthGetAuthorizeParamsResponseTypeCode, State: telnyx.String("x&y"),
		// The challenge and, below, the verifier of RFC 7636, appendix B.
		CodeChallenge:       telnyx.String("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
	}, option.WithResponseInto(&sentTo))
	require.NoError(t, err)
	consentPage, err := sentTo.Location()
	require.NoError(t, err)
	consentToken := consentPage.Query().Get("consent_token")
	consent, err := account.OAuth.Get(ctx, consentToken)
	require.NoError(t, err)
	require.Len(t, consent.Data.RequestedScopes, 2)
	decision, err := account.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{Allowed: true, ConsentToken: consentToken})
	require.NoError(t, err)
	back, err := url.Parse(decision.RedirectUri)
	require.NoError(t, err)
	require.Equal(t, "x&y", back.Query().Get("state"))
	tokens, err := account.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeAuthorizationCode, Code: telnyx.String(back.Query().Get("code")),
		CodeVerifier: telnyx.String("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
		RedirectUri:  telnyx.String("https://example.com/callback"),
		ClientID:     telnyx.String(registered.ClientID), ClientSecret: telnyx.String(registered.ClientSecret),
	})
	require.NoError(t, err)
	app := telnyx.NewClient(
		append(opts, option.WithClientID(registered.ClientID), option.WithClientSecret(registered.ClientSecret))...,
	)
	renewed, err := app.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantTypeRefreshToken, RefreshToken: telnyx.String(tokens.RefreshToken),
		Scope: telnyx.String(scopes[0]),
	})
	require.NoError(t, err)
	known, err := app.OAuth.Introspect(ctx, telnyx.OAuthIntrospectParams{Token: renewed.AccessToken})
	require.NoError(t, err)
	require.True(t, known.Active)
	_, err = account.OAuth.GetJwks(ctx)
	require.NoError(t, err)

	grants, err := app.OAuthGrants.List(
		ctx, telnyx.OAuthGrantListParams{PageNumber: telnyx.Int(1), PageSize: telnyx.Int(50)},
	)
	require.NoError(t, err)
	require.Len(t, grants.Data, 1)
	_, err = app.OAuthGrants.Get(ctx, grants.Data[0].ID)
	require.NoError(t, err)
	_, err = app.OAuthGrants.Delete(ctx, grants.Data[0].ID)
	require.NoError(t, err)
	require.NoError(t, account.OAuthClients.Delete(ctx, id))

	// Every operation was called, with all its parameters.
	for id, op := range operations(t) {
		schema, _ := op.request()
		require.ElementsMatch(t, slices.Collect(maps.Keys(schema.Properties)), slices.Collect(maps.Keys(ref.sent[id])), id)
		require.Contains(t, ref.sent, id)
	}
}
