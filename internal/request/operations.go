package request

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// An operation of the contract.
type operation struct {
	method, template string
	name             string // of the SDK's method
	auth             Auth
}

var operations = []operation{
	{"GET", "/.well-known/oauth-authorization-server", "WellKnown.GetAuthorizationServerMetadata", NoAuth},
	{"GET", "/.well-known/oauth-protected-resource", "WellKnown.GetProtectedResourceMetadata", NoAuth},
	{"GET", "oauth/authorize", "OAuth.GetAuthorize", NoAuth},
	{"GET", "oauth/consent/{consent_token}", "OAuth.Get", Bearer},
	{"POST", "oauth/grants", "OAuth.Grants", Bearer},
	{"POST", "oauth/introspect", "OAuth.Introspect", ClientOrBearer},
	{"GET", "oauth/jwks", "OAuth.GetJwks", NoAuth},
	{"POST", "oauth/register", "OAuth.Register", NoAuth},
	{"POST", "oauth/token", "OAuth.Token", Client},
	{"GET", "oauth_clients", "OAuthClients.List", Bearer},
	{"POST", "oauth_clients", "OAuthClients.New", Bearer},
	{"GET", "oauth_clients/{id}", "OAuthClients.Get", Bearer},
	{"PUT", "oauth_clients/{id}", "OAuthClients.Update", Bearer},
	{"DELETE", "oauth_clients/{id}", "OAuthClients.Delete", Bearer},
	{"GET", "oauth_grants", "OAuthGrants.List", Bearer},
	{"GET", "oauth_grants/{id}", "OAuthGrants.Get", Bearer},
	{"DELETE", "oauth_grants/{id}", "OAuthGrants.Delete", Bearer},
}

// locate sets the operation and Auth of an endpoint by its path. The path is a template or ends like one, so that it
// does not matter whether "v2" is part of the base URL. Auth does not depend on the method; a path that is not in the
// contract takes a bearer.
func (e Endpoint) locate(path string) Endpoint {
	segments := strings.Split(path, "/")
	for i := range operations {
		if op := &operations[i]; endsLike(segments, op.template) {
			e.Auth = op.auth
			if op.method == e.Method {
				e.operation = op
				break
			}
		}
	}
	return e
}

// endsLike reports whether the last segments of a path match a template.
func endsLike(path []string, template string) bool {
	names := strings.Split(template, "/")
	fits := func(value, name string) bool { return value == name || strings.HasPrefix(name, "{") }
	return len(path) >= len(names) && slices.EqualFunc(path[len(path)-len(names):], names, fits)
}

// route returns the name of the operation and its path with a leading slash, both "" of nil.
func (op *operation) route() (name, route string) {
	if op == nil {
		return "", ""
	}
	return op.name, "/" + strings.TrimPrefix(op.template, "/")
}

// OperationOf returns the operation and route of the call that a request belongs to.
func OperationOf(ctx context.Context) (name, route string) {
	return cmp.Or(traceOf(ctx), new(trace)).operation.route()
}
