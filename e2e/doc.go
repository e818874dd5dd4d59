// Package e2e has the tests that need more than Go: a real browser, and an OAuth server that somebody else wrote. It is a
// module of its own, so that go test ./... of the SDK needs neither. README.md says how to run them.
package e2e
