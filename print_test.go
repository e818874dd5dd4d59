package telnyx_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

const hush = "hush-0123456789abcdef"

// fill puts a secret into every field of v that has a secret's name, and an item into every slice of structs. It
// returns the number of secrets.
func fill(v reflect.Value) (secrets int) {
	for i := range v.NumField() {
		field := v.Field(i)
		wire, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch {
		case redact.Name(wire) && field.Kind() == reflect.String:
			field.SetString(hush)
			secrets++
		case redact.Name(wire) && field.Type() == reflect.TypeFor[param.Opt[string]]():
			field.Set(reflect.ValueOf(param.NewOpt(hush)))
			secrets++
		case wire == "redirect_uri" && v.Type() == reflect.TypeFor[telnyx.OAuthGrantsResponse]():
			field.SetString("https://app.test/cb?code=" + hush)
		case field.Kind() == reflect.Struct && wire != "" && wire != "-":
			secrets += fill(field)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			secrets += fill(field.Index(0))
		}
	}
	return secrets
}

// logged returns what the handlers of log/slog write for v: by value and by pointer, alone and in a group; and what the
// text handler writes for a slice of it.
func logged(v reflect.Value) string {
	var out bytes.Buffer
	json, text := slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))
	for _, logger := range []*slog.Logger{json, text} {
		for _, x := range []any{v.Elem().Interface(), v.Interface()} {
			logger.Info("m", "x", x, slog.Group("g", "y", x))
			logger.WithGroup("h").With("z", x).Info("m")
		}
	}
	slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type().Elem()), 0, 1), v.Elem())
	text.Info("m", "list", slice.Interface())
	return out.String()
}

func TestSlogWritesNoSecretOfAnyType(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	declared := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				if _, ok := spec.Type.(*ast.StructType); ok {
					declared[spec.Name.Name] = true
				}
			}
			return true
		})
	}
	require.Greater(t, len(declared), 20)
	types := mirroredTypes()
	secrets := 0
	for name := range declared {
		if name == "Client" || strings.HasSuffix(name, "Service") {
			continue
		}
		require.Contains(t, types, name, "a type that this test does not know")
		v := reflect.New(types[name])
		secrets += fill(v.Elem())
		if params, ok := v.Interface().(interface{ SetExtraFields(map[string]any) }); ok {
			params.SetExtraFields(map[string]any{"client_secret": hush})
		}

		require.NotContains(t, logged(v), hush, name)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", v, v.Elem(), v.Elem(), v), hush, name)
	}
	require.Greater(t, secrets, 10)
}

func TestSlogNamesClientsPagesAndPagers(t *testing.T) {
	client := (&wire{answer: func(wireRequest) any {
		return says(200, `{"data":[{"client_id":"c1","client_secret":"`+hush+`"}],"meta":{"total_pages":1}}`)
	}}).client()
	page, err := client.OAuthClients.List(t.Context(), telnyx.OAuthClientListParams{})
	require.NoError(t, err)
	pager := pagination.NewDefaultFlatPaginationAutoPager(page, nil)
	require.True(t, pager.Next())

	require.Contains(t, logged(reflect.ValueOf(&client)), `"x":"telnyx.Client"`)
	require.Contains(t, logged(reflect.ValueOf(page)), `"x":"(page 1, 1 items)"`)
	require.Contains(t, logged(reflect.ValueOf(pager)), `"x":"(pager, 1 items delivered)"`)
	require.NotContains(t, logged(reflect.ValueOf(page))+logged(reflect.ValueOf(pager)), hush)
}

func TestSlogShowsFieldsThatAreNotSecret(t *testing.T) {
	token := telnyx.OAuthTokenResponse{AccessToken: hush, ExpiresIn: 1800, TokenType: "Bearer"}

	require.Contains(t, logged(reflect.ValueOf(&token)), `"x":"{AccessToken:[redacted] ExpiresIn:1800 TokenType:Bearer}"`)
}

func TestSlogNamesServicesWithoutTheirOptions(t *testing.T) {
	client := telnyx.NewClient(option.WithAPIKey(hush))
	for name, service := range map[string]any{
		"WellKnownService":   &client.WellKnown,
		"OAuthService":       &client.OAuth,
		"OAuthClientService": &client.OAuthClients,
		"OAuthGrantService":  &client.OAuthGrants,
	} {
		out := logged(reflect.ValueOf(service))

		require.Contains(t, out, `"x":"telnyx.`+name+`"`)
		require.NotContains(t, out, "!ERROR")
		require.NotContains(t, out+fmt.Sprintf("%v %+v %#v", service, service, client), hush)
	}
}
