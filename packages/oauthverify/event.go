package oauthverify

import "time"

// An Event describes a fetch of keys, an introspection or a decision. It never has a token, and its Err is safe to log.
type Event struct {
	Kind EventKind
	// Err is nil on success.
	Err error
	// Duration is how long it took, by Clock.
	Duration time.Duration
	// Keys and Skipped are set for EventKeys: the number of usable keys in the cache now, and the number of keys in the
	// response that are not usable.
	Keys, Skipped int
	// Stale is set for an EventKeys that failed: how far the cached keys are past their age; 0 if they are not, or if
	// there are none.
	Stale time.Duration
	// Remaining is set for EventIntrospection: how many introspections may begin now.
	Remaining int
	// Introspected is set for EventDecision: whether an introspection response decided.
	Introspected bool
}

// EventKind is the kind of an Event.
type EventKind string

// The kinds of events.
const (
	EventKeys          EventKind = "keys"          // a fetch of keys ended
	EventIntrospection EventKind = "introspection" // an introspection ended, or was not made because of the budget
	EventDecision      EventKind = "decision"      // Verify or VerifyRequest returned
)
