package oauthverify_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/oauthverify"
)

func TestAValidJWTIsVerifiedWithoutIntrospection(t *testing.T) {
	srv, client, policy, clk := rig(t)
	v := verifier(t, client, policy)

	claims, err := v.Verify(t.Context(), good(srv), "voice.read")

	require.NoError(t, err)
	require.NotEmpty(t, claims.ID)
	require.Empty(t, cmp.Diff(&oauthverify.Claims{
		Issuer: srv.URL(), Subject: "user", Audience: []string{resource}, ClientID: "app", Scopes: []string{"voice.read"},
		Expiry: clk.now().Add(30 * time.Minute), IssuedAt: clk.now(),
	}, claims, cmpopts.IgnoreUnexported(oauthverify.Claims{}), cmpopts.IgnoreFields(oauthverify.Claims{}, "ID")))
	require.Len(t, srv.RequestsTo(oauthtest.GetOAuthJWKS), 1)
	require.Empty(t, srv.RequestsTo(oauthtest.IntrospectOAuthToken))
	var more struct{ Jti string }
	require.NoError(t, claims.Decode(&more))
	require.Equal(t, claims.ID, more.Jti)
}

func TestAnOpaqueTokenIsIntrospectedOnceAndItsClaimsAreTheCallers(t *testing.T) {
	srv, client, policy, _ := rig(t)
	v := verifier(t, client, policy)
	token := srv.MintToken(oauthtest.Minted{
		ClientID: "app", Audience: []string{resource}, Scopes: []string{"voice.read"}, Opaque: true,
	})

	first, err := v.Verify(t.Context(), token)
	require.NoError(t, err)
	require.True(t, first.Introspected)
	first.Scopes[0], first.Audience[0] = "changed", "changed"
	second, err := v.Verify(t.Context(), token, "voice.read")

	require.NoError(t, err)
	require.Equal(t, []string{"voice.read"}, second.Scopes)
	require.Len(t, srv.RequestsTo(oauthtest.IntrospectOAuthToken), 1)
	require.NotContains(t, second.RawJSON(), token)
}

// The table of docs/protecting-an-api.md, "How a token is checked".
func TestTheModeAndTheTokenDecideHowItIsChecked(t *testing.T) {
	for _, c := range []struct {
		mode            oauthverify.Mode
		token           oauthtest.Minted
		keys, introspec int
		want            error
	}{
		{oauthverify.ModeAuto, oauthtest.Minted{}, 1, 0, nil},
		{oauthverify.ModeJWT, oauthtest.Minted{}, 1, 0, nil},
		{oauthverify.ModeIntrospect, oauthtest.Minted{}, 0, 1, nil},
		{oauthverify.ModeAuto, oauthtest.Minted{Opaque: true}, 0, 1, nil},
		{oauthverify.ModeIntrospect, oauthtest.Minted{Opaque: true}, 0, 1, nil},
		{oauthverify.ModeJWT, oauthtest.Minted{Opaque: true}, 0, 0, oauthverify.ErrMalformed},
		{oauthverify.ModeJWT, oauthtest.Minted{Issuer: "https://other.example"}, 0, 0, oauthverify.ErrIssuer},
		{
			oauthverify.ModeAuto, oauthtest.Minted{Issuer: "https://other.example", Unknown: true},
			0, 1, oauthverify.ErrInactive,
		},
		{oauthverify.ModeAuto, oauthtest.Minted{Claims: map[string]any{"iss": nil}}, 0, 1, nil},
		{oauthverify.ModeAuto, oauthtest.Minted{Unpublished: true}, 1, 0, oauthverify.ErrSignature},
		{oauthverify.ModeIntrospect, oauthtest.Minted{Unpublished: true}, 0, 1, oauthverify.ErrInactive},
		{oauthverify.ModeAuto, oauthtest.Minted{Opaque: true, Unknown: true}, 0, 1, oauthverify.ErrInactive},
	} {
		srv, client, policy, _ := rig(t)
		policy.Mode = c.mode
		c.token.Audience = []string{resource}

		claims, err := verifier(t, client, policy).Verify(t.Context(), srv.MintToken(c.token))

		require.ErrorIs(t, err, c.want, "%+v", c)
		require.Equal(t, c.want == nil, claims != nil)
		require.Len(t, srv.RequestsTo(oauthtest.GetOAuthJWKS), c.keys, "%+v", c)
		require.Len(t, srv.RequestsTo(oauthtest.IntrospectOAuthToken), c.introspec, "%+v", c)
	}
}

func TestAnInvalidClaimHasItsKindAndCausesNoFetch(t *testing.T) {
	srv, client, policy, clk := rig(t)
	now := clk.now()
	set := func(name string, value any) oauthtest.Minted {
		return oauthtest.Minted{Claims: map[string]any{name: value}}
	}
	for what, c := range map[string]struct {
		token oauthtest.Minted
		kind  oauthverify.ErrorKind
	}{
		"expired at the leeway":      {oauthtest.Minted{Expires: now.Add(-30 * time.Second)}, oauthverify.ErrExpired},
		"nbf after the leeway":       {oauthtest.Minted{NotBefore: now.Add(31 * time.Second)}, oauthverify.ErrNotYetValid},
		"iat after the leeway":       {oauthtest.Minted{Issued: now.Add(31 * time.Second)}, oauthverify.ErrNotYetValid},
		"no exp":                     {set("exp", nil), oauthverify.ErrMalformed},
		"exp as text":                {set("exp", "1"), oauthverify.ErrMalformed},
		"exp below zero":             {set("exp", -1), oauthverify.ErrMalformed},
		"an absurd exp":              {set("exp", 1e18), oauthverify.ErrMalformed},
		"iat as null":                {set("iat", (*int)(nil)), oauthverify.ErrMalformed},
		"another audience":           {oauthtest.Minted{Audience: []string{resource + "/"}}, oauthverify.ErrAudience},
		"an audience within another": {oauthtest.Minted{Audience: []string{"x" + resource + "x"}}, oauthverify.ErrAudience},
		"no audience":                {set("aud", nil), oauthverify.ErrAudience},
		"an audience with a number":  {set("aud", []any{resource, 1}), oauthverify.ErrMalformed},
		"an audience that is object": {set("aud", map[string]any{"a": resource}), oauthverify.ErrMalformed},
		"scope as an array":          {set("scope", []string{"voice.read"}), oauthverify.ErrMalformed},
		"iss as an array":            {set("iss", []string{"https://api.telnyx.test"}), oauthverify.ErrMalformed},
		"sub as a number":            {set("sub", 1), oauthverify.ErrMalformed},
		"cnf (RFC 7800)":             {set("cnf", map[string]any{"jkt": "x"}), oauthverify.ErrMalformed},
		"another typ":                {oauthtest.Minted{Type: "dpop+jwt"}, oauthverify.ErrMalformed},
		"an issuer with a slash":     {oauthtest.Minted{Issuer: "https://api.telnyx.test/"}, oauthverify.ErrInactive},
		"a scope that is not the one": {
			oauthtest.Minted{Scopes: []string{"voice.readwrite", "voice", "VOICE.READ"}},
			oauthverify.ErrInsufficientScope,
		},
	} {
		t.Run(what, func(t *testing.T) {
			if c.token.Audience == nil {
				c.token.Audience = []string{resource}
			}
			c.token.Unknown = c.kind == oauthverify.ErrInactive
			before := len(srv.RequestsTo(oauthtest.GetOAuthJWKS))

			_, err := verifier(t, client, policy).Verify(t.Context(), srv.MintToken(c.token), "voice.read")

			require.ErrorIs(t, err, c.kind)
			require.Equal(t, c.kind != oauthverify.ErrInsufficientScope, errors.Is(err, oauthverify.ErrInvalidToken))
			fetched := len(srv.RequestsTo(oauthtest.GetOAuthJWKS)) - before
			require.Equal(t, c.kind == oauthverify.ErrInsufficientScope, fetched == 1)
		})
	}
}

func TestTokensAtTheLimitsAreAccepted(t *testing.T) {
	srv, client, policy, clk := rig(t)
	now := clk.now()
	for what, token := range map[string]oauthtest.Minted{
		"expired within the leeway": {Expires: now.Add(-29 * time.Second)},
		"nbf within the leeway":     {NotBefore: now.Add(30 * time.Second)},
		"iat within the leeway":     {Issued: now.Add(30 * time.Second)},
		"an exp with a fraction":    {Claims: map[string]any{"exp": float64(now.Unix()) + 0.5}},
		"several audiences":         {Audience: []string{"https://other.example", resource}},
		"another case of typ":       {Type: "application/AT+JWT"},
		"typ JWT":                   {Type: "jwt"},
	} {
		if token.Audience == nil {
			token.Audience = []string{resource}
		}

		_, err := verifier(t, client, policy).Verify(t.Context(), srv.MintToken(token))

		require.NoError(t, err, what)
	}
}
