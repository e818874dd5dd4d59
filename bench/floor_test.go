package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The floor is the code that a careful programmer writes for one call, with net/http, io.ReadAll and encoding/json into
// plain structs.

type floorClient struct {
	ClientID          string    `json:"client_id"`
	ClientType        string    `json:"client_type"`
	CreatedAt         time.Time `json:"created_at"`
	Name              string    `json:"name"`
	OrgID             string    `json:"org_id"`
	RecordType        string    `json:"record_type"`
	RequirePkce       bool      `json:"require_pkce"`
	UpdatedAt         time.Time `json:"updated_at"`
	UserID            string    `json:"user_id"`
	AllowedGrantTypes []string  `json:"allowed_grant_types"`
	AllowedScopes     []string  `json:"allowed_scopes"`
	ClientSecret      string    `json:"client_secret"`
	LogoUri           string    `json:"logo_uri"`
	PolicyUri         string    `json:"policy_uri"`
	RedirectUris      []string  `json:"redirect_uris"`
	TosUri            string    `json:"tos_uri"`
}

type floorMeta struct {
	PageNumber   int64 `json:"page_number"`
	PageSize     int64 `json:"page_size"`
	TotalPages   int64 `json:"total_pages"`
	TotalResults int64 `json:"total_results"`
}

type floorPage struct {
	Data []floorClient `json:"data"`
	Meta floorMeta     `json:"meta"`
}

type floorOne struct {
	Data floorClient `json:"data"`
}

type floorToken struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int64  `json:"expires_in"`
	TokenType    string `json:"token_type"`
	RefreshToken string `json:"refresh_token"`
	Scope        string `json:"scope"`
}

type floorCreate struct {
	AllowedGrantTypes []string `json:"allowed_grant_types"`
	AllowedScopes     []string `json:"allowed_scopes"`
	ClientType        string   `json:"client_type"`
	Name              string   `json:"name"`
	LogoUri           *string  `json:"logo_uri,omitempty"`
	PolicyUri         *string  `json:"policy_uri,omitempty"`
	RequirePkce       *bool    `json:"require_pkce,omitempty"`
	TosUri            *string  `json:"tos_uri,omitempty"`
	RedirectUris      []string `json:"redirect_uris,omitempty"`
}

// floorList has the filters of a list.
type floorList struct {
	GrantType    string
	ClientID     *string
	ClientType   string
	Name         *string
	NameContains *string
	Verified     *bool
	PageNumber   *int64
	PageSize     *int64
}

func (l floorList) query() url.Values {
	q := url.Values{}
	if l.GrantType != "" {
		q.Set("filter[allowed_grant_types][contains]", l.GrantType)
	}
	if l.ClientID != nil {
		q.Set("filter[client_id]", *l.ClientID)
	}
	if l.ClientType != "" {
		q.Set("filter[client_type]", l.ClientType)
	}
	if l.Name != nil {
		q.Set("filter[name]", *l.Name)
	}
	if l.NameContains != nil {
		q.Set("filter[name][contains]", *l.NameContains)
	}
	if l.Verified != nil {
		q.Set("filter[verified]", strconv.FormatBool(*l.Verified))
	}
	if l.PageNumber != nil {
		q.Set("page[number]", strconv.FormatInt(*l.PageNumber, 10))
	}
	if l.PageSize != nil {
		q.Set("page[size]", strconv.FormatInt(*l.PageSize, 10))
	}
	return q
}

// floorCall sends one request and decodes the answer.
func floorCall(client *http.Client, method, url string, body io.Reader, dst any) error {
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+apiKey)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "floor/1.0")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode > 299 {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return json.Unmarshal(content, dst)
}

const (
	apiKey  = "KEY0123456789ABCDEF"
	baseURL = "https://api.telnyx.com/v2"
)

// canned answers every request with one body, as net/http would return it.
type canned string

func (c canned) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(c)), Body: io.NopCloser(strings.NewReader(string(c))), Request: req,
	}, nil
}

// clientJSON is one client as the API writes it; extra is put before its end.
func clientJSON(i int, extra string) string {
	return fmt.Sprintf(`{"record_type":"oauth_client","client_id":"182bd5e5-6e1a-4fe4-a799-%012d",`+
		`"name":"Client number %d",`+
		`"org_id":"f3a1c9c0-9d2b-4b8e-8f57-0c6a9a1b2c3d","user_id":"0b7f2d2e-1c55-4c55-9d0a-5f6e7a8b9c0d",`+
		`"client_type":"confidential",`+
		`"require_pkce":true,"allowed_grant_types":["authorization_code","refresh_token"],`+
		`"allowed_scopes":["messaging.read","messaging.write","voice.read"],"client_secret":null,`+
		`"redirect_uris":["https://app.example.com/oauth/callback"],`+
		`"logo_uri":"https://app.example.com/logo.png","policy_uri":null,`+
		`"tos_uri":null,"created_at":"2026-01-02T15:04:05.123Z","updated_at":"2026-03-04T05:06:07.890Z"%s}`, i, i, extra)
}

func pageJSON(items, number, pages int, extra string) string {
	var list []string
	for i := range items {
		list = append(list, clientJSON(number*items+i, extra))
	}
	return fmt.Sprintf(`{"data":[%s],"meta":{"page_number":%d,"page_size":%d,"total_pages":%d,"total_results":%d}}`,
		strings.Join(list, ","), number, items, pages, pages*items)
}

const tokenJSON = `{"access_token":"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.` +
	`eyJpc3MiOiJodHRwczovL2FwaS50ZWxueXguY29tIiwiZXhwIjoxNzkwMDAwMDAwfQ.` +
	`c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU",` +
	`"token_type":"Bearer","expires_in":1800,` +
	`"refresh_token":"def50200a1b2c3d4e5f60718293a4b5c6d7e8f90","scope":"messaging.read messaging.write"}`
