package oauthtest

import (
	"slices"
	"strings"
)

// liveScopes are the scopes_supported of the live metadata.
func liveScopes() []string {
	return []string{
		"account_management.read", "account_management.write", "ai.read", "ai.write", "authentication_and_access.read",
		"billing.read", "edge_compute.read", "edge_compute.write", "enterprise_integrations.read", "enterprise_integrations.write",
		"fax.read", "fax.write", "messaging.read", "messaging.write", "networking.read", "networking.write", "numbers.read",
		"numbers.write", "reporting.read", "reporting.write", "speech.read", "speech.write", "storage.read", "storage.write",
		"verify.read", "verify.write", "video.read", "video.write", "voice.read", "voice.write", "wireless.read", "wireless.write",
	}
}

func splitScopes(s string) []string { return union(nil, strings.Fields(s)) }

// union is a and then what b adds, each once.
func union(a, b []string) []string {
	sum := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(sum, s) {
			sum = append(sum, s)
		}
	}
	return sum
}

// grantScopes is what a request for scopes gets: what it asked for, or everything allowed when it did not ask
// (RFC 6749 section 3.3). ok is false when it asked for more.
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

// describeScope words "edge_compute.read" for a person.
func describeScope(id string) scopeWire {
	area, verb, _ := strings.Cut(strings.ReplaceAll(id, "_", " "), ".")
	if verb == "" {
		return scopeWire{id, area, "Full access to " + area}
	}
	return scopeWire{id, area + ": " + verb, "May " + verb + " " + area + " resources"}
}
