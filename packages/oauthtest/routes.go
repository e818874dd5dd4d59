package oauthtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// access says which credentials an operation needs, and in which shape it answers errors.
type access int

const (
	open      access = iota // none, or credentials that the handler reads itself
	discovery               // none, but a credential that is sent must be valid
	bearer                  // API key or access token
	browser                 // none, and errors are pages
)

// A handler returns what to write, so that nothing is written while the lock is held.
type handler func(*http.Request) (response, *problem)

type route struct {
	operation    string // its operationId in the contract
	method, path string
	access       access
	handle       handler
}

func (s *Server) routes() routeTable {
	return routeTable{
		{GetOAuthAuthorizationServerMetadata, "GET", "/.well-known/oauth-authorization-server", discovery,
			s.authorizationServerMetadata},
		{GetOAuthProtectedResourceMetadata, "GET", "/.well-known/oauth-protected-resource", discovery,
			s.protectedResourceMetadata("")},
		{GetOAuthProtectedResourceMetadata, "GET", "/.well-known/oauth-protected-resource/v2/mcp", discovery,
			s.protectedResourceMetadata("/v2/mcp")},

		{AuthorizeOAuth, "GET", "/v2/oauth/authorize", browser, s.authorize},
		{GetOAuthConsentToken, "GET", "/v2/oauth/consent/{consent_token}", bearer, s.getConsent},
		{CreateOAuthGrant, "POST", "/v2/oauth/grants", bearer, s.createGrant},
		{IntrospectOAuthToken, "POST", "/v2/oauth/introspect", open, s.introspect},
		{GetOAuthJWKS, "GET", "/v2/oauth/jwks", discovery, s.keySet},
		{RegisterOAuthClient, "POST", "/v2/oauth/register", open, s.register},
		{ExchangeOAuthToken, "POST", "/v2/oauth/token", open, s.exchange},

		{ListOAuthClients, "GET", "/v2/oauth_clients", bearer, s.listClients},
		{CreateOAuthClient, "POST", "/v2/oauth_clients", bearer, s.createClient},
		{GetOAuthClient, "GET", "/v2/oauth_clients/{id}", bearer, s.getClient},
		{UpdateOAuthClient, "PUT", "/v2/oauth_clients/{id}", bearer, s.updateClient},
		{DeleteOAuthClient, "DELETE", "/v2/oauth_clients/{id}", bearer, s.deleteClient},

		{ListOAuthGrants, "GET", "/v2/oauth_grants", bearer, s.listGrants},
		{GetOAuthGrant, "GET", "/v2/oauth_grants/{id}", bearer, s.getGrant},
		{RevokeOAuthGrant, "DELETE", "/v2/oauth_grants/{id}", bearer, s.revokeGrant},

		// Not in the contract: the page that authorize redirects the browser to.
		{"", "GET", "/consent", browser, s.showConsent},
		{"", "POST", "/consent", browser, s.decideConsent},
	}
}

func (s *Server) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	allowed := map[string][]string{}
	for _, rt := range s.table {
		mux.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) { s.serve(rt, w, r) })
		allowed[rt.path] = append(allowed[rt.path], rt.method)
	}
	for path, methods := range allowed {
		if slices.Contains(methods, "GET") {
			methods = append(methods, "HEAD")
		}
		allow := strings.Join(methods, ", ")
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { wrongMethod(w, r, allow) })
	}
	mux.HandleFunc("/", s.unknownRoute)
	return mux
}

func (s *Server) serve(rt route, w http.ResponseWriter, r *http.Request) {
	if rt.access != discovery {
		w.Header().Set("Cache-Control", "no-store") // RFC 6749 section 5.1
		w.Header().Set("Pragma", "no-cache")
	}
	res, refused := s.answer(rt, r)
	if refused != nil {
		res = s.refusal(rt.access, refused)
	}
	res.writeTo(w)
}

func (s *Server) answer(rt route, r *http.Request) (response, *problem) {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return response{}, invalidRequest("The query is malformed: " + err.Error() + ".")
	}
	sent := r.Header.Get("Authorization") != ""
	if rt.access == bearer || rt.access == discovery && sent {
		if refused := s.checkBearer(r, s.requiredScopes[rt.operation]...); refused != nil {
			return response{}, refused
		}
	}
	return rt.handle(r)
}

func (s *Server) refusal(a access, p *problem) response {
	switch {
	case a == browser:
		return s.render(p.status, "problem", oauthError{Error: p.name, Description: p.detail})
	case p.envelope, a == bearer && s.managementEnvelope:
		return p.asEnvelope()
	default:
		return p.asOAuth()
	}
}

func (s *Server) unknownRoute(w http.ResponseWriter, r *http.Request) {
	p := notFound(fmt.Sprintf("%s %s is not a route of this server.", r.Method, r.URL.EscapedPath()))
	p.asEnvelope().writeTo(w)
}

func wrongMethod(w http.ResponseWriter, r *http.Request, allow string) {
	p := refuse(http.StatusMethodNotAllowed, "invalid_request",
		fmt.Sprintf("%s is not allowed here, only %s.", r.Method, allow))
	w.Header().Set("Allow", allow)
	p.asEnvelope().writeTo(w)
}
