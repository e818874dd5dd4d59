package oauthtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// WithAutoConsent gives every consent automatically: /v2/oauth/authorize redirects to the program at once, with a code.
// It is for programs that open a real browser.
func WithAutoConsent() Option { return func(s *settings) { s.autoConsent = true } }

// Approve does what a browser and its user do with the URL of an authorization request: it opens the URL, gives the
// consent, and returns the URL of the callback, whose query has the code and the state. If the server refuses the
// request with a redirect, that query has the error. Approve returns any other refusal as an error with the server's
// response. Its requests are in [Server.Requests], and faults apply to them; a stall ends with [Server.Close].
func (s *Server) Approve(authorizeURL string) (*url.URL, error) { return s.browse(authorizeURL, true) }

// Deny is like [Server.Approve] for a user who refuses consent: the callback has error=access_denied.
func (s *Server) Deny(authorizeURL string) (*url.URL, error) { return s.browse(authorizeURL, false) }

func (s *Server) browse(authorizeURL string, allowed bool) (*url.URL, error) {
	client := http.Client{Transport: s.Transport(), CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	res, err := client.Get(authorizeURL)
	if err != nil {
		return nil, fmt.Errorf("oauthtest: opening the authorization URL: %w", s.hidden(err))
	}
	defer res.Body.Close()
	next, err := res.Location()
	if err != nil {
		return nil, s.unexpected("the authorization request", res)
	}
	handle := next.Query().Get("consent_token")
	if handle == "" || !strings.HasPrefix(next.String(), s.url+"/consent?") {
		return next, nil // the redirect URI, with a code or an error
	}
	decision, _ := json.Marshal(map[string]any{"allowed": allowed, "consent_token": handle}) // cannot fail
	req, err := http.NewRequest(http.MethodPost, s.BaseURL()+"/oauth/grants", strings.NewReader(string(decision)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+s.apiKey)
	if res, err = client.Do(req); err != nil {
		return nil, fmt.Errorf("oauthtest: deciding on the consent: %w", s.hidden(err))
	}
	defer res.Body.Close()
	var granted struct {
		RedirectURI string `json:"redirect_uri"`
	}
	if res.StatusCode != http.StatusOK || json.NewDecoder(res.Body).Decode(&granted) != nil {
		return nil, s.unexpected("the decision on the consent", res)
	}
	return url.Parse(granted.RedirectURI)
}

// unexpected returns the error for a response that ends the login, without secrets.
func (s *Server) unexpected(step string, res *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(res.Body, 2048))
	return fmt.Errorf("oauthtest: %s was answered with %s: %s", step, res.Status, s.hide(string(body)))
}

// hidden returns err without the query of its URL, which has the state.
func (s *Server) hidden(err error) error {
	if failed, ok := err.(*url.Error); ok {
		return failed.Err
	}
	return err
}
