package respjson_test

import (
	"encoding/json"
	"fmt"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// A zero value does not say why it is zero. The metadata of the field says what the response had.
func ExampleField() {
	var grant telnyx.OAuthGrant
	err := json.Unmarshal([]byte(`{
		"id": "g1", "last_used_at": null, "created_at": "yesterday", "device": {"os": "linux"}
	}`), &grant)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Valid, null, of the wrong type, and absent.
	for _, f := range []respjson.Field{grant.JSON.ID, grant.JSON.LastUsedAt, grant.JSON.CreatedAt, grant.JSON.ClientID} {
		fmt.Printf("%t %q\n", f.Valid(), f.Raw())
	}
	fmt.Println(grant.JSON.ExtraFields["device"].Raw())
	// Output:
	// true "\"g1\""
	// false "null"
	// false "\"yesterday\""
	// false ""
	// {"os": "linux"}
}
