package oauthtest

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

type consentWire struct {
	ClientID        string      `json:"client_id"`
	Name            string      `json:"name"`
	LogoURI         *string     `json:"logo_uri"`
	TOSURI          *string     `json:"tos_uri"`
	PolicyURI       *string     `json:"policy_uri"`
	RedirectURI     string      `json:"redirect_uri"`
	RequestedScopes []scopeWire `json:"requested_scopes"`
	Verified        bool        `json:"verified"`
}

func (s *Server) getConsent(r *http.Request) (response, *problem) {
	wire, refused := s.describeConsent(r.PathValue("consent_token"))
	if refused != nil {
		return response{}, refused
	}
	return jsonResponse(http.StatusOK, data{wire}), nil
}

// createGrant records the user's decision, and answers with the redirect URI for the browser.
func (s *Server) createGrant(r *http.Request) (response, *problem) {
	o, refused := readObject(r)
	if refused != nil {
		refused.status = http.StatusUnprocessableEntity // the contract has no other status for a refusal here
		return response{}, refused
	}
	var allowed bool
	var handle string
	o.require("allowed", "consent_token")
	o.flag("allowed", &allowed)
	o.text("consent_token", &handle)
	o.refuseRest()
	if len(o.flaws) > 0 {
		return response{}, unprocessable("invalid_request", o.flaws)
	}
	target, refused := s.decide(handle, allowed)
	if refused != nil {
		return response{}, refused
	}
	return jsonResponse(http.StatusOK, struct {
		RedirectURI string `json:"redirect_uri"`
	}{target}), nil
}

func (s *Server) showConsent(r *http.Request) (response, *problem) {
	handle := r.URL.Query().Get("consent_token")
	wire, refused := s.describeConsent(handle)
	if refused != nil {
		return response{}, refused
	}
	return s.render(http.StatusOK, "consent", struct {
		consentWire
		Token string
	}{wire, handle}), nil
}

func (s *Server) decideConsent(r *http.Request) (response, *problem) {
	params, refused := readParams(r)
	if refused != nil {
		return response{}, refused
	}
	decision := params["decision"]
	if decision != "allow" && decision != "deny" {
		return response{}, invalidRequest("decision must be allow or deny.")
	}
	target, refused := s.decide(params["consent_token"], decision == "allow")
	if refused != nil {
		return response{}, refused
	}
	return redirect(http.StatusSeeOther, target), nil
}

func (s *Server) describeConsent(handle string) (consentWire, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ask, c, refused := s.openConsent(handle)
	if refused != nil {
		return consentWire{}, refused
	}
	scopes := make([]scopeWire, len(ask.scopes))
	for i, id := range ask.scopes {
		scopes[i] = describeScope(id)
	}
	return consentWire{
		ClientID:        c.ID,
		Name:            c.Name,
		LogoURI:         orNull(c.LogoURI),
		TOSURI:          orNull(c.TOSURI),
		PolicyURI:       orNull(c.PolicyURI),
		RedirectURI:     ask.redirectURI,
		RequestedScopes: scopes,
		Verified:        c.Verified,
	}, nil
}

// decide ends a consent, which is possible only once, and returns the redirect URI with a code or with access_denied.
func (s *Server) decide(handle string, allowed bool) (target string, refused *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.decideLocked(handle, allowed)
}

func (s *Server) decideLocked(handle string, allowed bool) (target string, refused *problem) {
	ask, c, refused := s.openConsent(handle)
	if refused != nil {
		return "", refused
	}
	delete(s.consents, handle)
	if !allowed {
		return s.callback(ask.redirectURI, ask.state, "error", "access_denied", "error_description",
			"The user denied the request."), nil
	}
	g := s.addGrant(s.random.uuid(), c.ID, ask.scopes, s.now())
	value := s.random.secret("code_")
	s.history.remember("code", value)
	s.codes[value] = &code{
		authority: authority{
			clientID:  c.ID,
			grantID:   g.id,
			family:    s.random.uuid(),
			subject:   s.userID,
			scopes:    ask.scopes,
			resources: ask.resources,
		},
		redirectURI: ask.redirectURI,
		challenge:   ask.challenge,
		method:      ask.method,
		expires:     s.now().Add(s.codeLifetime),
	}
	return s.callback(ask.redirectURI, ask.state, "code", value), nil
}

func (s *Server) openConsent(handle string) (*consent, *client, *problem) {
	ask, ok := s.consents[handle]
	if !ok || !s.now().Before(ask.expires) {
		unknown := flaw{"consent_token", -1, codeNotAllowed, "is unknown, expired or already used"}
		return nil, nil, unprocessable("invalid_request", []flaw{unknown})
	}
	return ask, s.clients.byID[ask.clientID], nil // deleting a client deletes its consents
}

//go:embed pages.html
var pageSource string

func parsePages() *template.Template { return template.Must(template.New("").Parse(pageSource)) }

func (s *Server) render(status int, name string, v any) response {
	var body bytes.Buffer
	if err := s.pages.ExecuteTemplate(&body, name, v); err != nil {
		status = http.StatusInternalServerError
		body.Reset()
		body.WriteString(template.HTMLEscapeString(err.Error()))
	}
	return response{status, http.Header{
		"Content-Type":            {"text/html; charset=utf-8"},
		"Content-Security-Policy": {"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
		"Referrer-Policy":         {"no-referrer"}, // the address has a consent token in it
	}, body.Bytes()}
}
