package oauthflow

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/team-telnyx/telnyx-go/internal/request"
)

// A Pending is an authorization request that waits for its callback. Its JSON has what Finish needs: keep it where only
// the session of this user can read it. It is printed and logged without State, verifier and URL.
type Pending struct {
	// URL is the address to send the user's browser to. It is not part of the JSON.
	URL string
	// State is repeated in the callback. An application with several requests under way finds the Pending by it.
	State string

	details pendingDetails
	used    *atomic.Bool // the code was sent; copies share it
}

// pendingDetails is the JSON of a Pending.
type pendingDetails struct {
	State        string   `json:"state"`
	CodeVerifier string   `json:"code_verifier"`
	RedirectURI  string   `json:"redirect_uri"`
	Issuer       string   `json:"issuer"`
	ClientID     string   `json:"client_id"`
	Scopes       []string `json:"scopes,omitempty"`
	Resources    []string `json:"resources,omitempty"`
}

// Begin makes an authorization request with a new state and code_verifier, each of 256 random bits (RFC 6749, section
// 4.1.1; RFC 7636, section 4.1). It sends nothing.
func (c Config) Begin() (*Pending, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkRedirectURI(c.RedirectURI); err != nil {
		return nil, invalid("RedirectURI", "%w", err)
	}
	issuer, err := c.issuer()
	if err != nil {
		return nil, err
	}
	where, err := c.authorizationEndpoint()
	if err != nil {
		return nil, err
	}
	p := &Pending{State: random(), used: new(atomic.Bool), details: pendingDetails{
		CodeVerifier: random(), RedirectURI: c.RedirectURI, Issuer: issuer, ClientID: c.ClientID,
		Scopes: slices.Clone(c.Scopes), Resources: slices.Clone(c.Resources),
	}}
	query := url.Values{
		"response_type": {"code"}, "client_id": {c.ClientID}, "redirect_uri": {c.RedirectURI}, "state": {p.State},
		"code_challenge": {challengeOf(p.details.CodeVerifier)}, "code_challenge_method": {"S256"},
	}
	if len(c.Scopes) > 0 {
		query.Set("scope", strings.Join(c.Scopes, " "))
	}
	if len(c.Resources) > 0 {
		query["resource"] = p.details.Resources
	}
	where.RawQuery = query.Encode()
	p.URL = where.String()
	return p, nil
}

// random is 256 random bits in base64url.
func random() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// challengeOf is the S256 code_challenge of a verifier (RFC 7636, section 4.2).
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// checkRedirectURI returns what is wrong with a redirect URI (RFC 6749, section 3.1.2; RFC 8252, sections 7.1 and 7.3).
func checkRedirectURI(uri string) error {
	if uri == "" {
		return errors.New("it is empty")
	}
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		return errors.New("it is not a URL")
	case !u.IsAbs() || strings.Contains(uri, "#"):
		return errors.New("it must be an absolute URL without a fragment (RFC 6749, section 3.1.2)")
	case u.Scheme == "https" && u.Host != "", u.Scheme == "http" && request.Loopback(u.Hostname()):
		return nil
	case u.Scheme == "https" || u.Scheme == "http":
		return errors.New("it must be https; http is for loopback only (RFC 8252, section 7.3)")
	case !strings.Contains(u.Scheme, "."):
		return fmt.Errorf("the private-use scheme %q needs a dot, such as com.example.app (RFC 8252, section 7.1)", u.Scheme)
	}
	return nil
}

// MarshalJSON returns what Finish needs, with its secrets: state, code_verifier, redirect_uri, issuer, client_id,
// scopes and resources.
func (p *Pending) MarshalJSON() ([]byte, error) {
	details := p.details
	details.State = p.State
	return json.Marshal(details)
}

// UnmarshalJSON reads what MarshalJSON wrote. URL is then empty.
func (p *Pending) UnmarshalJSON(data []byte) error {
	var details pendingDetails
	if err := json.Unmarshal(data, &details); err != nil {
		return errors.New("oauthflow: the JSON is not that of a Pending")
	}
	*p = Pending{State: details.State, details: details, used: new(atomic.Bool)}
	return nil
}

// String describes the request without its secrets.
func (p Pending) String() string {
	return fmt.Sprintf("oauthflow.Pending{client %q, issuer %q, scopes %q}",
		p.details.ClientID, p.details.Issuer, p.details.Scopes)
}

// Format prints String for every verb.
func (p Pending) Format(f fmt.State, _ rune) { fmt.Fprint(f, p.String()) }

// LogValue is String for log/slog.
func (p Pending) LogValue() slog.Value { return slog.StringValue(p.String()) }
