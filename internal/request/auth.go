package request

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/internal/tokens"
)

// authorize sets the Authorization header that the endpoint needs, unless the caller did. automatic is the automatic
// token that it used, if any.
func (c *Config) authorize(ctx context.Context, o *outgoing) (automatic tokens.Lease, err error) {
	creds, auth := c.Credentials, c.Endpoint.Auth
	switch {
	case o.authorized, auth == NoAuth, auth.client() && carriesClient(o, creds.ID): // the header stays as it is
	case auth.client() && creds.client():
		o.authorization = basic(creds.ID, creds.Secret)
	case auth == Client: // takes no bearer
	case creds.APIKey != "":
		o.authorization = creds.APIKey
	case creds.Token != nil:
		bearer, err := creds.Token(ctx)
		if err != nil {
			return automatic, fmt.Errorf("token source: %w", err)
		}
		o.authorization = BearerOf(bearer)
		if creds.Renew != nil {
			automatic.Replace = func() bool { return creds.Renew(ctx, bearer) == nil }
		}
	case creds.client():
		if automatic, err = c.automaticToken(ctx); err != nil {
			return automatic, err
		}
		o.authorization = "Bearer " + automatic.Value
	}
	switch {
	case !validValue(o.authorization):
		return automatic, errors.New("the API key or access token has characters that no header may have, " +
			"a line break perhaps")
	case o.authorization != "":
		o.header["Authorization"] = []string{o.authorization}
	}
	return automatic, c.guard(o)
}

// basic returns the HTTP Basic credentials of an OAuth client: both parts are form-encoded first (RFC 6749, section
// 2.3.1).
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

// carriesClient reports whether the body authenticates a client, or has a client_id other than id.
func carriesClient(o *outgoing, id string) bool {
	sent := members(o.body, o.contentType)
	another := func(name string) bool { return name != "" && name != id }
	return given(sent, "client_secret", "client_assertion") || slices.ContainsFunc(sent["client_id"], another)
}

var errPlainHTTP = errors.New("refusing to send credentials over plain http to a host that is not loopback, " +
	"or to a proxy; use an https base URL, or option.WithInsecureHTTP")

// guard returns an error if others could read the credentials on their way.
func (c *Config) guard(o *outgoing) error {
	private := o.url.Scheme == "https" || c.AllowHTTP || Loopback(o.url.Hostname()) && !c.proxied(o.url)
	if !private && (c.Endpoint.Auth.client() || hasSecret(o.header)) {
		return errPlainHTTP
	}
	return nil
}

func hasSecret(h http.Header) bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(h)), redact.Name)
}

// Loopback reports whether a host is this machine: localhost, or a loopback address.
func Loopback(host string) bool {
	addr, _ := netip.ParseAddr(host) // the zero Addr is not loopback
	return strings.EqualFold(host, "localhost") || addr.Unmap().IsLoopback()
}
