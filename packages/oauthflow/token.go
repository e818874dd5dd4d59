package oauthflow

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// A Token is what the server issued. Its JSON has the secrets, in the members of oauth2.Token and two more, so that a
// stored oauth2.Token can be read as a Token. It is printed and logged without secrets.
type Token struct {
	AccessToken string `json:"access_token"`
	// TokenType is "Bearer" or "", which means the same. A response with another type is an error.
	TokenType    string `json:"token_type,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	// Expiry is zero if the server did not tell it: a Source then renews the token 30 minutes after it got it. It is at
	// most a day after the token was issued.
	Expiry time.Time `json:"expiry,omitzero"`
	// Scopes are the granted scopes: those of the response, else the requested ones (RFC 6749, section 5.1).
	Scopes []string `json:"scopes,omitempty"`
	// Missing are the scopes that were requested and not granted. They are a warning in Config.Logger, not an error.
	Missing []string `json:"missing,omitempty"`
}

// OAuth2 returns the token for golang.org/x/oauth2, without the refresh token: only a Source may use that.
func (t Token) OAuth2() *oauth2.Token {
	return &oauth2.Token{AccessToken: t.AccessToken, TokenType: t.TokenType, Expiry: t.Expiry}
}

// String describes the token without secrets.
func (t Token) String() string {
	parts := []string{"expires " + when(t.Expiry)}
	if t.AccessToken == "" {
		parts = append(parts, "no access token")
	}
	if t.RefreshToken != "" {
		parts = append(parts, "with a refresh token")
	}
	if len(t.Scopes) > 0 {
		parts = append(parts, fmt.Sprintf("scopes %q", t.Scopes))
	}
	if len(t.Missing) > 0 {
		parts = append(parts, fmt.Sprintf("missing %q", t.Missing))
	}
	return "oauthflow.Token{" + strings.Join(parts, ", ") + "}"
}

// Format prints String for every verb.
func (t Token) Format(f fmt.State, _ rune) { fmt.Fprint(f, t.String()) }

// LogValue is String for log/slog.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }
