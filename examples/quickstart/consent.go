package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

// A consent gets the user's answer to an authorization request: the query of the redirect URI, or nil if no user was
// asked.
type consent func(context.Context, telnyx.OAuthGetAuthorizeParams) (url.Values, error)

// userTokens gets tokens to act for a user: authorization code with PKCE, then a refresh.
func (t *tour) userTokens(ctx context.Context) error {
	t.title("Tokens for a user: authorize with PKCE, consent, code, refresh")
	verifier, state := rand.Text()+rand.Text(), rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	answer, err := t.consent(ctx, telnyx.OAuthGetAuthorizeParams{
		ClientID:            t.app.ClientID,
		RedirectUri:         t.redirectURI,
		ResponseType:        telnyx.OAuthGetAuthorizeParamsResponseTypeCode,
		Scope:               telnyx.String(strings.Join(t.scopes, " ")),
		State:               telnyx.String(state),
		CodeChallenge:       telnyx.String(base64.RawURLEncoding.EncodeToString(challenge[:])),
		CodeChallengeMethod: telnyx.OAuthGetAuthorizeParamsCodeChallengeMethodS256,
	})
	switch {
	case err != nil || answer == nil:
		return err
	case answer.Get("state") != state:
		return errors.New("the callback has another state: it belongs to another login")
	case answer.Has("error"):
		return fmt.Errorf("no consent: %s", answer.Get("error"))
	}
	tokens, err := t.account.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType:    telnyx.OAuthTokenParamsGrantTypeAuthorizationCode,
		ClientID:     telnyx.String(t.app.ClientID), // a public client has no secret: PKCE's verifier replaces it
		Code:         telnyx.String(answer.Get("code")),
		CodeVerifier: telnyx.String(verifier),
		RedirectUri:  telnyx.String(t.redirectURI),
	})
	if err != nil {
		return err
	}
	t.did("OAuth.Token", "exchanged the code for a token of %d s, for %s", tokens.ExpiresIn, tokens.Scope)
	t.tokens, err = t.account.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType:    telnyx.OAuthTokenParamsGrantTypeRefreshToken,
		ClientID:     telnyx.String(t.app.ClientID),
		RefreshToken: telnyx.String(tokens.RefreshToken),
	})
	if err != nil {
		return err
	}
	t.did("OAuth.Token", "refreshed it for another %d s", t.tokens.ExpiresIn)
	return nil
}

// skipConsent asks no user. It only checks that the API accepts the request.
func (t *tour) skipConsent(ctx context.Context, request telnyx.OAuthGetAuthorizeParams) (url.Values, error) {
	if _, err := t.consentPage(ctx, request); err != nil {
		return nil, err
	}
	t.say("SKIPPED, because it needs a person with a browser: consent, code, refresh. To be that person:")
	t.say("go run ./examples/quickstart -login")
	return nil, nil
}

// consentByAPI does what a consent page does: it gets the request, and decides on it.
func (t *tour) consentByAPI(ctx context.Context, request telnyx.OAuthGetAuthorizeParams) (url.Values, error) {
	page, err := t.consentPage(ctx, request)
	if err != nil {
		return nil, err
	}
	token := page.Query().Get("consent_token")
	asked, err := t.account.OAuth.Get(ctx, token)
	if err != nil {
		return nil, err
	}
	t.did("OAuth.Get", "%q asks for:", asked.Data.Name)
	for _, scope := range asked.Data.RequestedScopes {
		t.say("%s: %s", scope.ID, scope.Description)
	}
	decision, err := t.account.OAuth.Grants(ctx, telnyx.OAuthGrantsParams{ConsentToken: token, Allowed: true})
	if err != nil {
		return nil, err
	}
	t.did("OAuth.Grants", "allowed it: the browser would go to %s with a code", t.redirectURI)
	back, err := url.Parse(decision.RedirectUri)
	if err != nil {
		return nil, errors.New("the API's redirect URI is malformed") // err would show the code that is in it
	}
	return back.Query(), nil
}

// consentPage sends the authorization request, and returns where the API would send the user's browser.
func (t *tour) consentPage(ctx context.Context, request telnyx.OAuthGetAuthorizeParams) (*url.URL, error) {
	var res *http.Response
	if err := t.account.OAuth.GetAuthorize(ctx, request, option.WithResponseInto(&res)); err != nil {
		return nil, err
	}
	page, err := res.Location()
	if err != nil {
		page = res.Request.URL // no redirect: the response is the page
	}
	if refusal := page.Query().Get("error"); refusal != "" {
		return nil, fmt.Errorf("the API refuses the authorization request: %s", refusal)
	}
	t.did("OAuth.GetAuthorize", "the user's browser would go to %s://%s%s", page.Scheme, page.Host, page.Path)
	return page, nil
}

// consentAt lets a person decide in a browser, which then calls the listener.
func (t *tour) consentAt(listener net.Listener) {
	t.redirectURI = "http://" + listener.Addr().String() + "/callback"
	t.consent = func(ctx context.Context, request telnyx.OAuthGetAuthorizeParams) (url.Values, error) {
		link, err := t.account.OAuth.AuthorizeURL(request)
		if err != nil {
			return nil, err
		}
		t.did("OAuth.AuthorizeURL", "open this link in a browser, within five minutes:\n\n%s\n", link)
		ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Minute, errors.New("the browser did not come back"))
		defer cancel()

		answers := make(chan url.Values, 1)
		server := &http.Server{ReadHeaderTimeout: 10 * time.Second}
		server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := r.URL.Query()
			if answer.Get("state") != request.State.Value {
				http.NotFound(w, r) // not the browser of this login
				return
			}
			fmt.Fprintln(w, "Thank you. You may close this window.")
			select {
			case answers <- answer:
			default: // the browser came twice
			}
		})
		go server.Serve(listener)
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			server.Shutdown(ctx) // the browser gets its page first
		}()
		select {
		case answer := <-answers:
			return answer, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
