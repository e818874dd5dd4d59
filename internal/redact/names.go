package redact

import "strings"

// Name reports whether a header, query parameter, form field or JSON member of this name holds a secret.
// It is the one list; case and the difference between - and _ do not matter.
func Name(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "_")
	switch name {
	case "code", "device_code", "user_code", "jwt":
		return true
	}
	for _, part := range []string{"password", "passwd", "cookie", "apikey", "api_key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	for _, end := range []string{
		"authorization", "token", "secret", "verifier", "assertion", "credential", "credentials", "signature",
		"auth_key", "access_key", "private_key",
	} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
