package oauthflow

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/internal/request"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/apierror"
)

const (
	maxLife     = 24 * time.Hour   // the longest lifetime of a token, even if the server says more
	unknownLife = 30 * time.Minute // the lifetime of a token, if the server does not say
)

// An issue is a token of a response, and its lifetime; 0 if the server did not say.
type issue struct {
	Token
	told bool // the response had expires_in
	life time.Duration
}

// An outcome says what a failed token request means for the code or refresh token that it carried.
type outcome int

const (
	doubt         outcome = iota // it may have been used
	unsent                       // it was not sent
	turnedAway                   // unused: the server was too busy, or a gateway refused
	misconfigured                // unused: something about the client or the request is wrong
	invalidGrant                 // it is not valid any more
)

// outcomeOf returns the outcome of a failed token request (RFC 6749, section 5.2; RFC 8707, section 2). The OAuth code
// decides; without one, the status does.
func outcomeOf(err error) outcome {
	said, ok := errors.AsType[*telnyx.Error](err)
	if !ok {
		if request.Sent(err) {
			return doubt
		}
		return unsent
	}
	switch said.Code {
	case "invalid_grant":
		return invalidGrant
	case "invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
		"invalid_target":
		return misconfigured
	case "temporarily_unavailable":
		return turnedAway
	case "server_error":
		return doubt
	}
	switch status := said.StatusCode; {
	case status == http.StatusServiceUnavailable, status >= 400 && status <= 499:
		return turnedAway
	}
	return doubt
}

// requestToken sends form to the token endpoint, with the credentials of a client that authenticates in the body.
// Requests with a code or a refresh token are sent once.
func (c Config) requestToken(ctx context.Context, form url.Values) (issue, error) {
	form, authorization, err := c.authenticate(form)
	if err != nil {
		return issue{}, err
	}
	for _, resource := range c.Resources {
		form.Add("resource", resource)
	}
	var res *http.Response
	opts := append(c.options(authorization), option.WithResponseInto(&res),
		option.WithRequestBody("application/x-www-form-urlencoded", form.Encode()))
	if form.Get("grant_type") != grantCredentials {
		opts = append(opts, option.WithMaxRetries(0))
	}
	answer, err := c.Client.OAuth.Token(ctx, telnyx.OAuthTokenParams{
		GrantType: telnyx.OAuthTokenParamsGrantType(form.Get("grant_type")),
	}, opts...)
	if err != nil {
		return issue{}, err
	}
	if err = usable(answer); err != nil {
		body, _ := io.ReadAll(res.Body)
		return issue{}, apierror.New(res.Request, []byte(form.Encode()), res, body, err)
	}
	return c.issue(answer), nil
}

// authenticate returns a copy of form with the client's members of the body, and the Authorization header.
func (c Config) authenticate(form url.Values) (url.Values, string, error) {
	form = maps.Clone(form)
	method, err := c.authMethod()
	switch method {
	case AuthBasic: // both parts are form-encoded first (RFC 6749, section 2.3.1)
		pair := url.QueryEscape(c.ClientID) + ":" + url.QueryEscape(c.ClientSecret)
		return form, "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)), err
	case AuthPost:
		form.Set("client_secret", c.ClientSecret)
	}
	form.Set("client_id", c.ClientID)
	return form, "", err
}

// usable returns an error if a success has no token that can be used, as an error with status 200 has none.
func usable(answer *telnyx.OAuthTokenResponse) error {
	switch {
	case answer.AccessToken == "":
		return errors.New("the response has no access_token")
	case answer.TokenType != "" && !strings.EqualFold(string(answer.TokenType), "Bearer"):
		return fmt.Errorf("the token_type is %.40q, not Bearer", string(answer.TokenType))
	case !request.ValidHeader("Authorization", answer.AccessToken):
		return errors.New("the access_token has characters that a header cannot have")
	}
	return nil
}

// issue reads a usable response.
func (c Config) issue(answer *telnyx.OAuthTokenResponse) issue {
	t := issue{Token: Token{
		AccessToken: answer.AccessToken, TokenType: "Bearer", RefreshToken: answer.RefreshToken,
		Scopes: strings.Fields(answer.Scope),
	}}
	if answer.JSON.ExpiresIn.Valid() {
		seconds := min(max(answer.ExpiresIn, 0), int64(maxLife/time.Second))
		t.told, t.life = true, time.Duration(seconds)*time.Second
		t.Expiry = c.now().Add(t.life)
	}
	return t
}

// grant completes the scopes of t: if the response has none, those of asked were granted (RFC 6749, section 5.1).
func (c Config) grant(ctx context.Context, t *Token, asked []string) {
	if len(t.Scopes) == 0 {
		t.Scopes = slices.Clone(asked)
	}
	t.Missing = nil
	for _, scope := range c.Scopes {
		if !slices.Contains(t.Scopes, scope) {
			t.Missing = append(t.Missing, scope)
		}
	}
	if len(t.Missing) > 0 {
		c.logger().WarnContext(ctx, "oauthflow: the server did not grant all scopes",
			"client_id", c.ClientID, "missing", t.Missing)
	}
}

// A failure is the error of an operation. Its text has no secret; errors.Is and errors.As find its causes.
type failure struct {
	text   string
	causes []error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() []error { return f.causes }

// failed wraps err as the error of an operation, with kind if it is not "". If the server answered, errors.As also
// finds an *oauth2.RetrieveError.
func failed(operation string, kind Kind, err error) error {
	f := &failure{text: "oauthflow: " + operation + ": " + err.Error()}
	if kind != "" {
		f.causes = append(f.causes, kind)
	}
	f.causes = append(f.causes, err)
	if said, ok := errors.AsType[*telnyx.Error](err); ok {
		f.causes = append(f.causes, retrieveError(said))
	}
	return f
}

// retrieveError is what golang.org/x/oauth2 would have returned. Its Body is redacted: its Error method prints it.
func retrieveError(said *telnyx.Error) *oauth2.RetrieveError {
	var r redact.Redactor
	return &oauth2.RetrieveError{
		Response: said.Response, Body: []byte(r.Body(said.Response.Header.Get("Content-Type"), []byte(said.Body()))),
		ErrorCode: said.Code, ErrorDescription: said.Description,
	}
}
