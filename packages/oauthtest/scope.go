package oauthtest

import (
	"fmt"
	"slices"
	"strings"
)

// liveScopes are the scopes_supported of the live metadata.
func liveScopes() []string {
	return []string{
		"account_management.read", "account_management.write", "ai.read", "ai.write", "authentication_and_access.read",
		"billing.read", "edge_compute.read", "edge_compute.write", "enterprise_integrations.read",
		"enterprise_integrations.write",
		"fax.read", "fax.write", "messaging.read", "messaging.write", "networking.read", "networking.write", "numbers.read",
		"numbers.write", "reporting.read", "reporting.write", "speech.read", "speech.write", "storage.read", "storage.write",
		"verify.read", "verify.write", "video.read", "video.write", "voice.read", "voice.write", "wireless.read",
		"wireless.write",
	}
}

func splitScopes(s string) []string { return union(nil, strings.Fields(s)) }

// union returns the items of a and then those of b, each once.
func union(a, b []string) []string {
	sum := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(sum, s) {
			sum = append(sum, s)
		}
	}
	return sum
}

// grantScopes returns the scopes that a request gets: those it asks for, or all that are allowed if it asks for none
// (RFC 6749 section 3.3). ok is false if it asks for more.
func grantScopes(asked string, allowed []string) (granted []string, ok bool) {
	if strings.TrimSpace(asked) == "" {
		return allowed, true
	}
	granted = splitScopes(asked)
	for _, s := range granted {
		if !slices.Contains(allowed, s) {
			return nil, false
		}
	}
	return granted, true
}

type scopeWire struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// describeScope describes a scope such as "edge_compute.read" to people.
func describeScope(id string) scopeWire {
	area, verb, _ := strings.Cut(strings.ReplaceAll(id, "_", " "), ".")
	if verb == "" {
		return scopeWire{id, area, "Full access to " + area}
	}
	return scopeWire{id, area + ": " + verb, "May " + verb + " " + area + " resources"}
}

// WithRequiredScopes requires access tokens to have all of the scopes for the given operations, such as
// [ListOAuthClients]: others get 401, as from the live API, with a Bearer challenge of insufficient_scope (RFC 6750
// section 3.1, which recommends 403). The API key needs no scopes. By default no scopes are required, because it is not
// known which ones the live API requires. [NewServer] and [New] panic on an operationId that the contract does not
// have, and on one that takes no bearer token.
func WithRequiredScopes(byOperation map[string][]string) Option {
	return func(s *settings) {
		s.requiredScopes = map[string][]string{}
		for operation, scopes := range byOperation {
			s.requiredScopes[operation] = slices.Clone(scopes)
		}
	}
}

// mustTakeBearers panics on an operation that takes no bearer tokens: its scopes would be ignored.
func (s *Server) mustTakeBearers(operations ...string) {
	s.table.mustHave(operations...)
	for _, rt := range s.table {
		if rt.access != bearer && slices.Contains(operations, rt.operation) {
			panic(fmt.Sprintf("oauthtest: WithRequiredScopes: %s does not take bearer tokens", rt.operation))
		}
	}
}
