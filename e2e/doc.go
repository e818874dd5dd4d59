// Package e2e has the tests that need more than Go: a real browser, and an independent OAuth server. It is a module of
// its own, so that go test ./... of the SDK needs neither. README.md says how to run them.
package e2e
