package oauthtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorize begins the authorization code flow. Until the redirect URI is known to be the client's, a refusal is a
// page; after that it is a redirect (RFC 6749 section 4.1.2.1).
func (s *Server) authorize(r *http.Request) (response, *problem) {
	query := r.URL.Query()
	if len(query["client_id"]) > 1 || len(query["redirect_uri"]) > 1 {
		return response{}, invalidRequest("client_id and redirect_uri may be given only once.")
	}
	id, target := query.Get("client_id"), query.Get("redirect_uri")
	if id == "" {
		return response{}, invalidRequest("client_id is missing.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, known := s.clients.byID[id]
	switch {
	case !known:
		return response{}, notFound("No client has this client_id.")
	case target == "":
		return response{}, invalidRequest("redirect_uri is missing.")
	case !slices.ContainsFunc(c.RedirectURIs, func(own string) bool { return sameRedirect(own, target) }):
		return response{}, refuse(http.StatusUnprocessableEntity, "invalid_request",
			"redirect_uri is not registered for this client.")
	}
	ask, refused := s.readAuthorization(c, query)
	if refused != nil {
		return redirect(http.StatusFound,
			s.callback(target, query.Get("state"), "error", refused.name, "error_description", refused.detail)), nil
	}
	handle := s.random.secret("consent_")
	s.consents[handle] = ask
	s.history.remember("consent token", handle)
	if s.autoConsent {
		target, refused := s.decideLocked(handle, true)
		return redirect(http.StatusFound, target), refused
	}
	return redirect(http.StatusFound, s.url+"/consent?consent_token="+handle), nil
}

func (s *Server) readAuthorization(c *client, query url.Values) (*consent, *problem) {
	params, refused := singles(query)
	if refused != nil {
		return nil, refused
	}
	scopes, ok := grantScopes(params["scope"], c.Scopes)
	switch {
	case params["response_type"] == "":
		return nil, invalidRequest("response_type is missing.")
	case params["response_type"] != "code":
		return nil, refuse(0, "unsupported_response_type", "response_type must be code.")
	case !slices.Contains(c.GrantTypes, "authorization_code"):
		return nil, refuse(0, "unauthorized_client", "The client may not use authorization_code.")
	case !ok:
		return nil, refuse(0, "invalid_scope", "The client may not ask for this scope.")
	case !validResources(params["resource"]):
		return nil, refuse(0, "invalid_target", "resource must be an absolute URI without a fragment.")
	}
	method, refused := s.challengeMethod(c, params)
	if refused != nil {
		return nil, refused
	}
	return &consent{
		clientID:    c.ID,
		redirectURI: params["redirect_uri"],
		scopes:      slices.Clone(scopes),
		state:       params["state"],
		resources:   strings.Fields(params["resource"]),
		challenge:   params["code_challenge"],
		method:      method,
		expires:     s.now().Add(s.consentLifetime),
	}, nil
}

// validPKCE checks the syntax of a code verifier or code challenge (RFC 7636 sections 4.1 and 4.2).
func validPKCE(s string) bool {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	return len(s) >= 43 && len(s) <= 128 && strings.Trim(s, unreserved) == ""
}

func (s *Server) challengeMethod(c *client, params map[string]string) (string, *problem) {
	challenge, method := params["code_challenge"], params["code_challenge_method"]
	if challenge == "" {
		if c.RequirePKCE || c.Type == "public" || method != "" {
			return "", invalidRequest("code_challenge is missing.")
		}
		return "", nil
	}
	if method == "" {
		method = "plain" // RFC 7636 section 4.3
	}
	switch {
	case method != "S256" && !(method == "plain" && s.plainPKCE):
		return "", invalidRequest("The code challenge method " + method + " is not supported.")
	case !validPKCE(challenge):
		return "", invalidRequest("code_challenge must be 43 to 128 unreserved characters.")
	}
	return method, nil
}

// sameRedirect compares redirect URIs as strings, except for the port of a loopback address: a native app listens on
// any free port (RFC 8252 section 7.3). That holds for address literals, not for localhost.
func sameRedirect(registered, asked string) bool {
	if registered == asked {
		return true
	}
	a, errA := url.Parse(registered)
	b, errB := url.Parse(asked)
	if errA != nil || errB != nil || a.Scheme != "http" || !isLoopback(a) || a.Hostname() != b.Hostname() {
		return false
	}
	a.Host, b.Host = a.Hostname(), b.Hostname()
	return a.String() == b.String()
}

// validResources follows RFC 8707 section 2. None at all is valid.
func validResources(resources string) bool {
	return !slices.ContainsFunc(strings.Fields(resources), func(resource string) bool {
		u, err := url.Parse(resource)
		return err != nil || !u.IsAbs() || strings.Contains(resource, "#")
	})
}

// callback is a redirect URI with the parameters of an answer.
func (s *Server) callback(target, state string, pairs ...string) string {
	if s.issParameter {
		pairs = append(pairs, "iss", s.url)
	}
	return withQuery(target, state, pairs...)
}

// withQuery adds parameters to a redirect URI, after those that it has (RFC 6749 section 3.1.2).
func withQuery(target, state string, pairs ...string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	add := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		add.Set(pairs[i], pairs[i+1])
	}
	if state != "" {
		add.Set("state", state)
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += add.Encode()
	return u.String()
}
