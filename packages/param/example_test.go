package param_test

import (
	"encoding/json"
	"fmt"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/param"
)

// An optional value is absent, null or set, and each is sent in its own way.
func ExampleOpt() {
	show(telnyx.OAuthClientUpdateParams{
		// PolicyUri is absent.
		LogoUri: param.Null[string](),
		Name:    param.NewOpt(""), // telnyx.String("") is the same
	})

	name := param.NewOpt("Pager")
	fmt.Println(name.Valid(), name.Value, param.Opt[string]{}.Or("nobody"))
	// Output:
	// {"logo_uri":null,"name":""}
	// true Pager nobody
}

// A nil slice is absent; an empty one is sent, and a null one too.
func ExampleNullSlice() {
	show(telnyx.OAuthClientUpdateParams{
		AllowedScopes: []string{},
		RedirectUris:  param.NullSlice[[]string](),
	})
	// Output: {"allowed_scopes":[],"redirect_uris":null}
}

// Override sends another value than the struct, which need not have the required fields.
func ExampleOverride() {
	show(param.Override[telnyx.OAuthIntrospectParams](map[string]string{"token": "t", "token_type_hint": "refresh_token"}))
	// Output: {"token":"t","token_type_hint":"refresh_token"}
}

func ExampleSetJSON() {
	var params telnyx.OAuthGrantsParams
	param.SetJSON([]byte(`{"allowed":true,"consent_token":"c1"}`), &params)
	show(params)
	// Output: {"allowed":true,"consent_token":"c1"}
}

func show(params any) {
	text, err := json.Marshal(params)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(text))
}
