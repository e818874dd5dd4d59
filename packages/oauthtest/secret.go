package oauthtest

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
)

func newUUID() string { // version 4, RFC 9562 section 5.4
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func newAPIKey() string {
	var b [16]byte
	rand.Read(b[:])
	return "KEY" + hex.EncodeToString(b[:])
}

// newSecret is for client secrets, codes and tokens, told apart in a test's output by their prefix.
func newSecret(prefix string) string { return prefix + rand.Text() }

func sameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
