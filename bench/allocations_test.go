package bench

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// Besides decoding, a call may make four allocations more than the floor, which has neither a timeout nor a trace.
func TestACallAllocatesLittleMoreThanTheFloor(t *testing.T) {
	hc, c := &http.Client{Transport: canned(`{}`)}, newClient(`{}`)
	floor := testing.AllocsPerRun(100, func() {
		var p floorOne
		require.NoError(t, floorCall(hc, "GET", baseURL+"/oauth_clients/"+url.PathEscape(id), nil, &p))
	})

	sdk := testing.AllocsPerRun(100, func() {
		_, err := c.OAuthClients.Get(context.Background(), id)
		require.NoError(t, err)
	})

	require.LessOrEqual(t, sdk, floor+4)
}

func TestEncodingParamsAllocatesNoMoreThanTheFloor(t *testing.T) {
	floor := testing.AllocsPerRun(100, func() {
		_, err := json.Marshal(createFloor())
		require.NoError(t, err)
	})

	sdk := testing.AllocsPerRun(100, func() {
		_, err := createParams().MarshalJSON()
		require.NoError(t, err)
	})

	require.LessOrEqual(t, sdk, floor)
}
