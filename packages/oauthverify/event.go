package oauthverify

import "time"

// An Event is something that happened. It never has a token, and its Err is safe to log.
type Event struct {
	Kind EventKind
	// Err is nil if it went well.
	Err error
	// Duration is how long it took, by Clock.
	Duration time.Duration
	// Keys and Skipped are, for EventKeys, how many usable keys are held now, and how many of the answer were not usable.
	Keys, Skipped int
	// Stale is, for an EventKeys that failed, how far the held keys are past their age; 0 while they are not, or if none
	// are held.
	Stale time.Duration
	// Remaining is, for EventIntrospection, how many introspections may begin now.
	Remaining int
	// Introspected is, for EventDecision, whether an introspection answer decided.
	Introspected bool
}

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventKeys          EventKind = "keys"          // a fetch of keys ended
	EventIntrospection EventKind = "introspection" // an introspection ended, or was not made for want of budget
	EventDecision      EventKind = "decision"      // Verify or VerifyRequest returned
)
