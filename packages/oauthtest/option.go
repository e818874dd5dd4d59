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
	random             *randomness
	seed               *uint64
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
	tls                bool
	autoConsent        bool
	issParameter       bool
	requiredScopes     map[string][]string
	log                func(line string)
}

func defaultSettings() settings {
	return settings{
		url:             "https://api.telnyx.test",
		random:          new(randomness),
		clock:           time.Now,
		remembered:      10_000,
		scopes:          liveScopes(),
		accessLifetime:  1800 * time.Second,
		refreshLifetime: 30 * 24 * time.Hour,
		codeLifetime:    60 * time.Second,
		consentLifetime: 10 * time.Minute,
	}
}

// WithURL sets [Server.URL] of a server without a listener, e.g. https://api.telnyx.eu. A trailing slash is removed.
// [NewServer] ignores it and uses the address of its listener.
func WithURL(root string) Option {
	return func(s *settings) { s.url = strings.TrimRight(root, "/") }
}

// WithAPIKey sets the key that the bearer endpoints accept. An empty key keeps the generated one.
func WithAPIKey(key string) Option {
	return func(s *settings) {
		if key != "" {
			s.apiKey = key
		}
	}
}

// WithSeed makes ids, secrets, codes, opaque tokens and the API key depend only on n and the order of the requests, so
// that the output of two runs can be compared. Signing keys still differ: set one with [WithSigningKey], or use
// [WithOpaqueTokens]. It is for tests only: anyone who knows n knows the secrets.
func WithSeed(n uint64) Option {
	return func(s *settings) { s.seed = &n }
}

// WithClock sets the server's clock, [time.Now] by default, to which [Server.Advance] adds. It is called by many
// goroutines at once.
func WithClock(now func() time.Time) Option {
	return func(s *settings) {
		if now != nil {
			s.clock = now
		}
	}
}

// WithHistory sets how many requests the server remembers for [Server.Requests], and how many secrets for
// [Server.RequireNoSecrets]. The default is 10,000 of each. Use 0 for servers that run for a long time.
func WithHistory(n int) Option {
	return func(s *settings) { s.remembered = max(n, 0) }
}

// WithSigningKey sets the key that signs access tokens, of at least 2048 bits, until [Server.RotateKeys]. By default
// each server makes one when it first needs it, which takes some 100 ms; tests with many servers can share one.
func WithSigningKey(key *rsa.PrivateKey) Option {
	return func(s *settings) { s.key = key }
}

// WithScopes replaces the scopes of the server, by default the 32 of the live API. "admin", the example of the
// contract, is not one of them.
func WithScopes(scopes ...string) Option {
	return func(s *settings) { s.scopes = append([]string{}, scopes...) }
}

// WithAccessTokenLifetime replaces the 1800 s of the live API. With zero or less, tokens are issued expired.
func WithAccessTokenLifetime(d time.Duration) Option {
	return func(s *settings) { s.accessLifetime = d }
}

// WithRefreshTokenLifetime replaces the default of 30 days. With zero or less, refresh tokens are issued expired.
func WithRefreshTokenLifetime(d time.Duration) Option {
	return func(s *settings) { s.refreshLifetime = d }
}

// WithCodeLifetime replaces the default of 60 s. With zero or less, authorization codes are issued expired.
func WithCodeLifetime(d time.Duration) Option {
	return func(s *settings) { s.codeLifetime = d }
}

// WithConsentLifetime replaces the default of 10 minutes. With zero or less, consent tokens are issued expired.
func WithConsentLifetime(d time.Duration) Option {
	return func(s *settings) { s.consentLifetime = d }
}

// WithIssParameter sends the issuer as iss in every callback, and says so in the metadata (RFC 9207). The metadata of
// the live API does not say that.
func WithIssParameter() Option { return func(s *settings) { s.issParameter = true } }

// WithOpaqueTokens issues random strings as access tokens. The default is a JWT (RFC 9068) signed with RS256.
func WithOpaqueTokens() Option {
	return func(s *settings) { s.opaqueTokens = true }
}

// WithPlainPKCE accepts the code challenge method "plain" (RFC 7636 section 4.2). It is refused by default, because the
// contract lists it but the live metadata does not.
func WithPlainPKCE() Option {
	return func(s *settings) { s.plainPKCE = true }
}

// WithRateLimits turns on the limits of the live API: 5 introspections in 60 s for each client, and 5 registrations in
// an hour. Responses have the ratelimit headers, and one more request gets 429 with Retry-After.
func WithRateLimits() Option {
	return func(s *settings) { s.rateLimits = true }
}

// WithErrorEnvelope makes the bearer endpoints answer errors as {"errors":[...]}, the second shape of the live API. The
// default is the contract's {"error","error_description"}.
func WithErrorEnvelope() Option {
	return func(s *settings) { s.managementEnvelope = true }
}

// WithLiveStatuses answers with the statuses of the live API: 200 where the contract says 201 for a created client.
func WithLiveStatuses() Option {
	return func(s *settings) { s.liveStatuses = true }
}
