package oauthtest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// The operationIds of the contract, for [Faults.Next], [Faults.Sometimes], [Server.RequestsTo] and [Request].
const (
	// GET /.well-known/oauth-authorization-server
	GetOAuthAuthorizationServerMetadata = "GetOAuthAuthorizationServerMetadata"
	// GET /.well-known/oauth-protected-resource
	GetOAuthProtectedResourceMetadata = "GetOAuthProtectedResourceMetadata"

	AuthorizeOAuth       = "AuthorizeOAuth"       // GET /oauth/authorize
	GetOAuthConsentToken = "GetOAuthConsentToken" // GET /oauth/consent/{consent_token}
	CreateOAuthGrant     = "CreateOAuthGrant"     // POST /oauth/grants
	IntrospectOAuthToken = "IntrospectOAuthToken" // POST /oauth/introspect
	GetOAuthJWKS         = "GetOAuthJWKS"         // GET /oauth/jwks
	RegisterOAuthClient  = "RegisterOAuthClient"  // POST /oauth/register
	ExchangeOAuthToken   = "ExchangeOAuthToken"   // POST /oauth/token
	ListOAuthClients     = "ListOAuthClients"     // GET /oauth_clients
	CreateOAuthClient    = "CreateOAuthClient"    // POST /oauth_clients
	GetOAuthClient       = "GetOAuthClient"       // GET /oauth_clients/{id}
	UpdateOAuthClient    = "UpdateOAuthClient"    // PUT /oauth_clients/{id}
	DeleteOAuthClient    = "DeleteOAuthClient"    // DELETE /oauth_clients/{id}
	ListOAuthGrants      = "ListOAuthGrants"      // GET /oauth_grants
	GetOAuthGrant        = "GetOAuthGrant"        // GET /oauth_grants/{id}
	RevokeOAuthGrant     = "RevokeOAuthGrant"     // DELETE /oauth_grants/{id}
)

// routeTable finds the operation of a request.
type routeTable []route

// operation returns the operationId of a request, or "". It compares the end of the path, so that any base path
// matches.
func (t routeTable) operation(method string, u *url.URL) string {
	segments := strings.Split(u.EscapedPath(), "/")
	name, longest := "", 0
	for _, rt := range t {
		pattern := strings.Split(strings.TrimPrefix(rt.path, "/v2"), "/")[1:]
		if rt.operation != "" && rt.method == method && len(pattern) > longest && endsWith(segments, pattern) {
			name, longest = rt.operation, len(pattern)
		}
	}
	return name
}

func endsWith(segments, pattern []string) bool {
	if len(segments) < len(pattern) {
		return false
	}
	for i, segment := range segments[len(segments)-len(pattern):] {
		wildcard := strings.HasPrefix(pattern[i], "{")
		if segment == "" || !wildcard && segment != pattern[i] {
			return false
		}
	}
	return true
}

// mustHave panics on an unknown operationId: a rule for it would never apply, and an assertion would never fail.
func (t routeTable) mustHave(operations ...string) {
	for _, name := range operations {
		known := []string{}
		for _, rt := range t {
			if rt.operation != "" && !slices.Contains(known, rt.operation) {
				known = append(known, rt.operation)
			}
		}
		if !slices.Contains(known, name) {
			panic(fmt.Sprintf("oauthtest: no operation has the id %q; those of the contract are %s", name,
				strings.Join(known, ", ")))
		}
	}
}
