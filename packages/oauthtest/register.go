package oauthtest

import (
	"net/http"
	"slices"
	"strings"
)

// registration is the request of a client and, with the first four members, the answer to it (RFC 7591).
type registration struct {
	ClientID      string   `json:"client_id"`
	IssuedAt      int64    `json:"client_id_issued_at"`
	ClientSecret  string   `json:"client_secret,omitempty"`
	SecretExpires *int64   `json:"client_secret_expires_at,omitempty"` // if there is a secret; 0 is never
	ClientName    string   `json:"client_name,omitempty"`
	GrantTypes    []string `json:"grant_types"`
	RedirectURIs  []string `json:"redirect_uris"`
	ResponseTypes []string `json:"response_types"`
	Scope         string   `json:"scope"`
	AuthMethod    string   `json:"token_endpoint_auth_method"`
	LogoURI       string   `json:"logo_uri,omitempty"`
	PolicyURI     string   `json:"policy_uri,omitempty"`
	TOSURI        string   `json:"tos_uri,omitempty"`
}

func (s *Server) register(r *http.Request) (response, *problem) {
	limits, refused := s.spend(registrations(), s.orgID)
	if refused != nil {
		return response{}, refused
	}
	o, refused := readObject(r)
	if refused != nil {
		refused.name = "invalid_client_metadata"
		return response{}, refused
	}
	asked := s.readRegistration(o)
	if len(o.flaws) > 0 {
		return response{}, registrationProblem(o.flaws)
	}
	stored := s.AddClient(asked.client())
	asked.ClientID, asked.ClientSecret, asked.ClientName = stored.ID, stored.Secret, stored.Name
	asked.IssuedAt = s.now().Unix()
	if asked.ClientSecret != "" { // RFC 7591 section 3.2.1 requires it, and the contract allows it
		asked.SecretExpires = new(int64)
	}
	return jsonResponse(http.StatusCreated, asked).with(limits), nil
}

func (s *Server) readRegistration(o *object) registration {
	asked := registration{
		GrantTypes:    []string{"authorization_code"},
		RedirectURIs:  []string{},
		ResponseTypes: []string{"code"},
		Scope:         strings.Join(s.scopes, " "),
		AuthMethod:    "client_secret_basic",
	}
	// The contract allows an empty registration: the default authorization_code needs no redirect URI.
	needsRedirect := o.has("grant_types")
	o.text("client_name", &asked.ClientName)
	o.grantTypes("grant_types", &asked.GrantTypes)
	o.redirectURIs("redirect_uris", &asked.RedirectURIs)
	o.list("response_types", &asked.ResponseTypes, codeNotAllowed, checkResponseType)
	o.oneOf("token_endpoint_auth_method", &asked.AuthMethod, "none", "client_secret_basic", "client_secret_post")
	o.webURI("logo_uri", &asked.LogoURI)
	o.webURI("policy_uri", &asked.PolicyURI)
	o.webURI("tos_uri", &asked.TOSURI)
	if o.text("scope", &asked.Scope) {
		scopes, ok := grantScopes(asked.Scope, s.scopes)
		if !ok {
			o.flaw("scope", -1, codeNotAllowed, "has a scope that does not exist")
		}
		asked.Scope = strings.Join(scopes, " ")
	}
	o.refuseRest()
	if needsRedirect && slices.Contains(asked.GrantTypes, "authorization_code") && len(asked.RedirectURIs) == 0 {
		o.flaw("redirect_uris", -1, codeBadRequest, "is required for authorization_code")
	}
	if asked.AuthMethod == "none" && slices.Contains(asked.GrantTypes, "client_credentials") {
		o.flaw("grant_types", -1, codeNotAllowed, "must not have client_credentials without client authentication")
	}
	return asked
}

func (reg registration) client() Client {
	kind := "confidential"
	if reg.AuthMethod == "none" {
		kind = "public"
	}
	return Client{
		Name:         reg.ClientName,
		Type:         kind,
		GrantTypes:   reg.GrantTypes,
		Scopes:       splitScopes(reg.Scope),
		RedirectURIs: reg.RedirectURIs,
		LogoURI:      reg.LogoURI,
		PolicyURI:    reg.PolicyURI,
		TOSURI:       reg.TOSURI,
	}
}

func checkResponseType(s string) string {
	if s == "code" {
		return ""
	}
	return "must be code"
}

// registrationProblem is invalid_redirect_uri when nothing else is wrong (RFC 7591 section 3.2.2).
func registrationProblem(flaws []flaw) *problem {
	name := "invalid_redirect_uri"
	if slices.ContainsFunc(flaws, func(f flaw) bool { return f.member != "redirect_uris" }) {
		name = "invalid_client_metadata"
	}
	p := unprocessable(name, flaws)
	p.status = http.StatusBadRequest
	p.listFields = true
	return p
}
