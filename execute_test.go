package telnyx_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

func TestExecuteTakesEveryFormOfParams(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client()
	type plain struct {
		A int `json:"a"`
	}
	for _, c := range []struct {
		method      string
		params      any
		query       string
		body        string
		contentType string
	}{
		{"POST", nil, "", "", ""},
		{"POST", []byte(`{"a":1}`), "", `{"a":1}`, "application/json"},
		{"POST", []byte("\x00\x01"), "", "\x00\x01", "application/octet-stream"},
		{"PATCH", strings.NewReader(`{"a":1}`), "", `{"a":1}`, "application/json"},
		{"POST", plain{1}, "", `{"a":1}`, "application/json"},
		{"PUT", map[string]any{"a": 1}, "", `{"a":1}`, "application/json"},
		{"DELETE", map[string]any{"a": 1}, "", `{"a":1}`, "application/json"},
		{"POST", telnyx.OAuthIntrospectParams{Token: "t"}, "", `{"token":"t"}`, "application/json"},
		{"GET", map[string]any{"a": []string{"1", "2"}}, "a=1&a=2", "", ""},
		{"GET", plain{1}, "a=1", "", ""},
		{"GET", telnyx.OAuthClientListParams{PageSize: telnyx.Int(3)}, "page%5Bsize%5D=3", "", ""},
		{"POST", (*telnyx.OAuthIntrospectParams)(nil), "", "", ""},
		{"GET", (*telnyx.OAuthClientListParams)(nil), "", "", ""},
		{"POST", (*bytes.Buffer)(nil), "", "", ""},
	} {
		w.sent = nil
		require.NoError(t, client.Execute(t.Context(), c.method, "things", c.params, nil), "%T", c.params)
		require.Equal(t, c.query, w.sent[0].URL.RawQuery, "%T", c.params)
		require.Equal(t, c.body, w.sent[0].Body, "%T", c.params)
		require.Equal(t, c.contentType, w.sent[0].Header.Get("Content-Type"), "%T", c.params)
	}
	require.ErrorContains(t, client.Post(t.Context(), "things", make(chan int), nil), "encoding the params")
	require.ErrorContains(t, client.Get(t.Context(), "things", []int{1}, nil), "encoding the params")
}

func TestExecuteFillsEveryFormOfResult(t *testing.T) {
	client := inTurn(says(200, aClient, "X-Request-Id", "r1")).client()
	ctx := t.Context()
	var (
		raw      []byte
		text     string
		res      *http.Response
		tree     map[string]any
		typed    telnyx.OAuthClientGetResponse
		pointer  *telnyx.OAuthClientGetResponse
		anything any
	)
	for _, dst := range []any{nil, &raw, &text, &res, &tree, &typed, &pointer, &anything} {
		require.NoError(t, client.Get(ctx, "oauth_clients/c1", nil, dst))
	}

	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, "r1", res.Header.Get("X-Request-Id"))
	for _, got := range []string{string(raw), text, string(body), typed.RawJSON(), pointer.RawJSON()} {
		require.Equal(t, aClient, got)
	}
	require.Equal(t, "c1", typed.Data.ClientID)
	require.Equal(t, "c1", pointer.Data.ClientID)
	require.Equal(t, map[string]any{"data": map[string]any{"client_id": "c1", "name": "one"}}, tree)
	require.Equal(t, any(tree), anything)
}

func TestGetPostPutPatchAndDeleteTakeEveryKindOfParamsAndResult(t *testing.T) {
	api := answeringJSON(t, 200, oneGrantJSON)
	ctx, path := t.Context(), "oauth_grants/g1"
	var text []byte
	var res *http.Response
	var grant telnyx.OAuthGrantGetResponse
	var plain struct{ Data struct{ ID string } }

	require.NoError(t, api.Client.Get(ctx, path, nil, &grant))
	require.NoError(t, api.Client.Get(ctx, path, telnyx.OAuthGrantListParams{PageSize: telnyx.Int(2)}, &plain))
	require.NoError(t, api.Client.Post(ctx, path, []byte(`{"a":1}`), &text))
	require.NoError(t, api.Client.Put(ctx, path, strings.NewReader(`{"b":2}`), &res))
	require.NoError(t, api.Client.Patch(ctx, path, map[string]int{"c": 3}, nil))
	require.NoError(t, api.Client.Delete(ctx, path, nil, nil))
	require.NoError(t, api.Client.Execute(ctx, "POST", path, telnyx.OAuthIntrospectParams{Token: "t"}, nil))

	bearer, accept, ct := "Bearer KEY1", "application/json", "application/json"
	require.Equal(t, []sent{
		{"GET /proxy/v2/oauth_grants/g1", bearer, "", accept, ""},
		{"GET /proxy/v2/oauth_grants/g1?page%5Bsize%5D=2", bearer, "", accept, ""},
		{"POST /proxy/v2/oauth_grants/g1", bearer, ct, accept, `{"a":1}`},
		{"PUT /proxy/v2/oauth_grants/g1", bearer, ct, accept, `{"b":2}`},
		{"PATCH /proxy/v2/oauth_grants/g1", bearer, ct, accept, `{"c":3}`},
		{"DELETE /proxy/v2/oauth_grants/g1", bearer, "", accept, ""},
		{"POST /proxy/v2/oauth_grants/g1", bearer, ct, accept, `{"token":"t"}`},
	}, api.sent)
	requireDecoded(t, telnyx.OAuthGrantGetResponse{Data: grantInJSON()}, grant, oneGrantJSON)
	require.Equal(t, "7b3ff1a0-5d3c-4b52-9a3f-0a4b1c2d3e4f", plain.Data.ID)
	require.Equal(t, oneGrantJSON, string(text))
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, oneGrantJSON, string(body))
}

func TestAFileIsSentWithTheContentTypeThatTheCallerGives(t *testing.T) {
	const png = "\x89PNG\r\n\x1a\n"
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("logo", "logo.png")
	require.NoError(t, err)
	_, err = io.WriteString(part, png)
	require.NoError(t, err)
	require.NoError(t, parts.Close())
	formType := parts.FormDataContentType()
	for name, c := range map[string]struct {
		params any
		opt    option.RequestOption
	}{
		"a reader as the params": {strings.NewReader(png), option.WithHeader("Content-Type", "image/png")},
		"bytes as the params":    {[]byte(png), option.WithHeader("Content-Type", "image/png")},
		"a reader as the body":   {nil, option.WithRequestBody("image/png", iotest.OneByteReader(strings.NewReader(png)))},
		"a form as the params":   {bytes.NewReader(form.Bytes()), option.WithHeader("Content-Type", formType)},
		"a form as the body":     {nil, option.WithRequestBody(formType, bytes.NewReader(form.Bytes()))},
	} {
		w := inTurn(says(503, ``, "Retry-After", "0"), says(200, `{"data":{"id":"f1"}}`)) // the second attempt sends it whole
		client := w.client()
		var stored struct{ Data struct{ ID string } }

		err := client.Post(t.Context(), "files", c.params, &stored, c.opt)

		require.NoError(t, err, name)
		require.Equal(t, "f1", stored.Data.ID, name)
		require.Len(t, w.sent, 2, name)
		for _, r := range w.sent {
			if r.Header.Get("Content-Type") == "image/png" {
				require.Equal(t, png, r.Body, name)
				continue
			}
			r.Request.Body = io.NopCloser(strings.NewReader(r.Body))
			file, header, err := r.FormFile("logo")
			require.NoError(t, err, name)
			got, err := io.ReadAll(file)
			require.NoError(t, err, name)
			require.Equal(t, png, string(got), name)
			require.Equal(t, "logo.png", header.Filename, name)
		}
	}
}

func TestResultThatNothingCanBeDecodedIntoIsRefusedBeforeSending(t *testing.T) {
	w := inTurn(says(200, aClient))
	client := w.client()
	for _, dst := range []any{
		telnyx.OAuthClientGetResponse{}, (*telnyx.OAuthClientGetResponse)(nil), (*[]byte)(nil), (*bytes.Buffer)(nil), 3,
	} {
		require.ErrorContains(t, client.Get(t.Context(), "oauth_clients/c1", nil, dst), "must be a pointer")
	}
	require.Empty(t, w.sent)
}

func TestHostilePathOfExecuteNeverLeavesTheBaseURL(t *testing.T) {
	w := inTurn(says(200, `{}`))
	client := w.client(option.WithAPIKey(aKey))
	for _, path := range []string{
		"//evil.example/x", "https://evil.example/x", "http:x", "../oauth_clients", "a/../../b", "/%2e%2e/x", "a//b", "", "/",
		"a#b", "a\r\nb", "%",
	} {
		require.Error(t, client.Get(t.Context(), path, nil, nil), "%q", path)
	}
	require.Empty(t, w.sent)

	for _, path := range []string{"a%2F..%2Fb", "a%5C..%5Cb", `a\..\b`, "@evil.example", "/:80/x", ".well-known%2Fx"} {
		require.NoError(t, client.Get(t.Context(), path, nil, nil), "%q", path)
	}
	for _, r := range w.sent {
		require.Equal(t, "api.telnyx.com", r.URL.Host)
		require.True(t, strings.HasPrefix(r.URL.EscapedPath(), "/v2/"), r.URL.String())
	}
}
