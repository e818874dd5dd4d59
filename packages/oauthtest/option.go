package oauthtest

import (
	"crypto/rsa"
	"strings"
	"time"
)

// Option changes one default of a [Server].
type Option func(*settings)

type settings struct {
	url                string
	apiKey             string
	orgID, userID      string
	clock              func() time.Time
	remembered         int
	key                *rsa.PrivateKey
	scopes             []string
	accessLifetime     time.Duration
	refreshLifetime    time.Duration
	codeLifetime       time.Duration
	consentLifetime    time.Duration
	opaqueTokens       bool
	plainPKCE          bool
	rateLimits         bool
	managementEnvelope bool
	liveStatuses       bool
}

func defaultSettings() settings {
	return settings{
		url:             "https://api.telnyx.test",
		apiKey:          newAPIKey(),
		orgID:           newUUID(),
		userID:          newUUID(),
		clock:           time.Now,
		remembered:      10_000,
		scopes:          liveScopes(),
		accessLifetime:  1800 * time.Second,
		refreshLifetime: 30 * 24 * time.Hour,
		codeLifetime:    60 * time.Second,
		consentLifetime: 10 * time.Minute,
	}
}

// WithURL sets what [Server.URL] answers for a server without a listener, e.g. https://api.telnyx.eu. [NewServer]
// ignores it, since its address is that of its port. A trailing slash is dropped.
func WithURL(root string) Option {
	return func(s *settings) { s.url = strings.TrimRight(root, "/") }
}

// WithAPIKey sets the key that the bearer endpoints accept. An empty key leaves the generated one.
func WithAPIKey(key string) Option {
	return func(s *settings) {
		if key != "" {
			s.apiKey = key
		}
	}
}

// WithClock sets the server's idea of now, [time.Now] by default, to which [Server.Advance] adds. It is called from
// many goroutines at once.
func WithClock(now func() time.Time) Option {
	return func(s *settings) {
		if now != nil {
			s.clock = now
		}
	}
}

// WithHistory sets how many requests the server remembers for [Server.Requests], and how many secrets for
// [Server.RequireNoSecrets]. The default is 10,000 of each; 0 remembers none, for servers that run for long.
func WithHistory(n int) Option {
	return func(s *settings) { s.remembered = max(n, 0) }
}

// WithSigningKey signs access tokens with a key of yours, of 2048 bits at least, until [Server.RotateKeys]. By
// default each server makes one when it first needs it, which takes a moment; tests with many servers can share one.
func WithSigningKey(key *rsa.PrivateKey) Option {
	return func(s *settings) { s.key = key }
}

// WithScopes replaces the scopes that the server knows, which are by default the 32 of the live API. Note that
// "admin", the example of the contract, is not one of them.
func WithScopes(scopes ...string) Option {
	return func(s *settings) { s.scopes = append([]string{}, scopes...) }
}

// WithAccessTokenLifetime replaces the 1800 s of the live API. Zero or less issues tokens that are expired.
func WithAccessTokenLifetime(d time.Duration) Option {
	return func(s *settings) { s.accessLifetime = d }
}

// WithRefreshTokenLifetime replaces the 30 days that a refresh token lives. Zero or less issues expired ones.
func WithRefreshTokenLifetime(d time.Duration) Option {
	return func(s *settings) { s.refreshLifetime = d }
}

// WithCodeLifetime replaces the 60 s that an authorization code lives. Zero or less issues expired ones.
func WithCodeLifetime(d time.Duration) Option {
	return func(s *settings) { s.codeLifetime = d }
}

// WithConsentLifetime replaces the 10 minutes in which a consent token waits for its decision. Zero or less
// issues expired ones.
func WithConsentLifetime(d time.Duration) Option {
	return func(s *settings) { s.consentLifetime = d }
}

// WithOpaqueTokens issues random strings as access tokens. The default is a JWT (RFC 9068) signed with RS256.
func WithOpaqueTokens() Option {
	return func(s *settings) { s.opaqueTokens = true }
}

// WithPlainPKCE accepts the code challenge method "plain" (RFC 7636 section 4.2). The contract lists it, the live
// metadata does not, so it is refused by default.
func WithPlainPKCE() Option {
	return func(s *settings) { s.plainPKCE = true }
}

// WithRateLimits turns on the limits of the live API: 5 introspections in 60 s for each client and 5 registrations
// in an hour, announced in the ratelimit headers; one more answers 429 with Retry-After.
func WithRateLimits() Option {
	return func(s *settings) { s.rateLimits = true }
}

// WithErrorEnvelope makes the bearer endpoints refuse with {"errors":[...]}, the second shape that the live API
// uses there. The default is the contract's {"error","error_description"}.
func WithErrorEnvelope() Option {
	return func(s *settings) { s.managementEnvelope = true }
}

// WithLiveStatuses answers as the live API where it differs from the contract: creating a client is 200, not 201.
func WithLiveStatuses() Option {
	return func(s *settings) { s.liveStatuses = true }
}
