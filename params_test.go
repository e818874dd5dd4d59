package telnyx_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// A forcing makes a call with members that are set by SetExtraFields, Override or SetJSON.
type forcing struct {
	extra, override, raw func(ctx context.Context, c *telnyx.Client, members map[string]any) error
}

// force returns the forcing of one params struct, for a call that takes it.
func force[T param.ParamStruct, P param.InferPtr[T]](
	call func(ctx context.Context, c *telnyx.Client, p T) error,
) forcing {
	return forcing{
		extra: func(ctx context.Context, c *telnyx.Client, members map[string]any) error {
			var p T
			P(&p).SetExtraFields(members)
			return call(ctx, c, p)
		},
		override: func(ctx context.Context, c *telnyx.Client, members map[string]any) error {
			return call(ctx, c, param.Override[T, P](members))
		},
		raw: func(ctx context.Context, c *telnyx.Client, members map[string]any) error {
			var p T
			text, _ := json.Marshal(members)
			param.SetJSON(text, P(&p))
			return call(ctx, c, p)
		},
	}
}

func forcings() map[string]forcing {
	return map[string]forcing{
		"OAuthGrantsParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthGrantsParams) error {
			_, err := c.OAuth.Grants(ctx, p)
			return err
		}),
		"OAuthIntrospectParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthIntrospectParams) error {
			_, err := c.OAuth.Introspect(ctx, p)
			return err
		}),
		"OAuthRegisterParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthRegisterParams) error {
			_, err := c.OAuth.Register(ctx, p)
			return err
		}),
		"OAuthTokenParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthTokenParams) error {
			_, err := c.OAuth.Token(ctx, p)
			return err
		}),
		"OAuthClientNewParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthClientNewParams) error {
			_, err := c.OAuthClients.New(ctx, p)
			return err
		}),
		"OAuthClientUpdateParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthClientUpdateParams) error {
			_, err := c.OAuthClients.Update(ctx, "c1", p)
			return err
		}),
		"OAuthGetAuthorizeParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthGetAuthorizeParams) error {
			return c.OAuth.GetAuthorize(ctx, p)
		}),
		"OAuthClientListParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthClientListParams) error {
			_, err := c.OAuthClients.List(ctx, p)
			return err
		}),
		"OAuthGrantListParams": force(func(ctx context.Context, c *telnyx.Client, p telnyx.OAuthGrantListParams) error {
			_, err := c.OAuthGrants.List(ctx, p)
			return err
		}),
	}
}

// arrived returns the members of the JSON of a request, or the values of its form or query, as text by name.
func arrived(t *testing.T, r wireRequest) map[string]string {
	t.Helper()
	got := map[string]string{}
	if strings.HasPrefix(r.Body, "{") {
		var members map[string]any
		require.NoError(t, json.Unmarshal([]byte(r.Body), &members))
		for name, v := range members {
			got[name] = fmt.Sprint(v)
		}
		return got
	}
	values, err := url.ParseQuery(r.Body + r.URL.RawQuery)
	require.NoError(t, err)
	for name := range values {
		got[name] = values.Get(name)
	}
	return got
}

func TestEveryParamsStructSendsExtraFieldsOverridesAndRawJSON(t *testing.T) {
	// The names of all required params, so that nothing is missing, and one that no struct has.
	all := map[string]any{
		"consent_token": "", "token": "t", "grant_type": "g", "client_id": "c", "redirect_uri": "r", "response_type": "x",
		"allowed_grant_types": "a", "allowed_scopes": "s", "client_type": "k", "name": "n", "x[new]": "value & more",
	}
	want := map[string]string{}
	for name, v := range all {
		want[name] = fmt.Sprint(v)
	}
	for name, forced := range forcings() {
		for way, call := range map[string]func(context.Context, *telnyx.Client, map[string]any) error{
			"extra": forced.extra, "override": forced.override, "raw": forced.raw,
		} {
			w := inTurn(says(200, `{"data":[],"active":true}`))
			client := w.client(option.WithAPIKey(aKey))

			err := call(t.Context(), &client, all)

			require.NoError(t, err, "%s by %s", name, way)
			got := arrived(t, w.sent[0])
			if way == "extra" {
				delete(got, "allowed") // a required bool is always sent
			}
			require.Empty(t, cmp.Diff(want, got), "%s by %s", name, way)
		}
	}
}

func TestExtraFieldsThatAreSetAfterSetJSONAreSentWithIt(t *testing.T) {
	w := inTurn(says(200, aClient))
	client := w.client(option.WithAPIKey(aKey))
	var p telnyx.OAuthClientNewParams
	param.SetJSON([]byte(`{"name":"n","color":"blue"}`), &p)
	p.SetExtraFields(map[string]any{"color": "red", "size": 1})

	_, err := client.OAuthClients.New(t.Context(), p)

	require.NoError(t, err)
	require.JSONEq(t, `{"name":"n","color":"red","size":1}`, w.sent[0].Body)
}

func TestParamsThatCannotBeEncodedAreRefusedBeforeSending(t *testing.T) {
	for name, forced := range forcings() {
		w := inTurn(says(200, `{}`))
		client := w.client(option.WithAPIKey(aKey))
		err := forced.override(t.Context(), &client, map[string]any{"f": func() {}})
		require.ErrorContains(t, err, "encoding the params", name)
		require.Empty(t, w.sent, name)
	}
}

func TestUpdateSendsOnlyFieldsThatAreSetOrNull(t *testing.T) {
	w := inTurn(says(200, aClient))
	client := w.client(option.WithAPIKey(aKey))
	for _, p := range []telnyx.OAuthClientUpdateParams{
		{}, {LogoUri: param.Null[string](), RedirectUris: param.NullSlice[[]string]()},
		{Name: telnyx.String(""), RequirePkce: telnyx.Bool(false), AllowedScopes: []string{}},
	} {
		_, err := client.OAuthClients.Update(t.Context(), "c1", p)
		require.NoError(t, err)
	}
	require.Equal(t, `{}`, w.sent[0].Body)
	require.Equal(t, `{"logo_uri":null,"redirect_uris":null}`, w.sent[1].Body)
	require.Equal(t, `{"name":"","require_pkce":false,"allowed_scopes":[]}`, w.sent[2].Body)
}

func TestParamsReadFromJSONAreWrittenWithTheSameMembers(t *testing.T) {
	texts := map[string]string{
		"nulls": `{"allowed_grant_types":null,"allowed_scopes":null,"client_type":null,"name":null,` +
			`"logo_uri":null,"require_pkce":null}`,
		"unknown members": `{"allowed_grant_types":["g"],"allowed_scopes":[],"client_type":"new_type","name":"n",` +
			`"x_new":{"big":12345678901234567890,"list":[null,1.50]}}`,
	}
	for name, text := range texts {
		var p telnyx.OAuthClientNewParams
		require.NoError(t, json.Unmarshal([]byte(text), &p), name)
		again, err := json.Marshal(p)
		require.NoError(t, err, name)
		for _, piece := range strings.Split(strings.Trim(text, "{}"), `,"`) {
			require.Contains(t, string(again), strings.TrimPrefix(piece, `"`), name)
		}
		require.Len(t, again, len(text), name)
	}
}

func TestPrintedParamsShowNoExtraFieldsAndNoOverride(t *testing.T) {
	secret := map[string]any{"client_secret": "hush-hush"}
	grants, register, update := telnyx.OAuthGrantsParams{}, telnyx.OAuthRegisterParams{}, telnyx.OAuthClientUpdateParams{}
	authorize, clients := telnyx.OAuthGetAuthorizeParams{}, telnyx.OAuthClientListParams{}
	for _, p := range []interface{ SetExtraFields(map[string]any) }{&grants, &register, &update, &authorize, &clients} {
		p.SetExtraFields(secret)
	}
	for _, v := range []any{
		grants, register, update, authorize, clients, &register, []any{update},
		param.Override[telnyx.OAuthClientNewParams](secret), param.Override[telnyx.OAuthGrantListParams](secret),
		telnyx.OAuthTokenParams{ClientSecret: telnyx.String("hush-hush")}, telnyx.OAuthIntrospectParams{Token: "hush-hush"},
		&telnyx.OAuthGrantsParams{ConsentToken: "hush-hush"},
	} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
			require.NotContains(t, fmt.Sprintf(format, v), "hush-hush", "%T %s", v, format)
		}
	}
}
