package respjson_test

import (
	"encoding/json"
	"fmt"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/respjson"
)

// The zero value of a field says little. Its record tells what the answer had.
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
