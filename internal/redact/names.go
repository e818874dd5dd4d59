package redact

import "strings"

var unseparated = strings.NewReplacer("-", "", "_", "")

// Name reports whether a header, query parameter, form field or JSON member of this name holds a secret.
// It is the one list. Case, -, _ and a plural do not matter: accessTokens are like access_token.
func Name(name string) bool {
	name = unseparated.Replace(strings.ToLower(strings.TrimSpace(name)))
	name = strings.TrimSuffix(strings.TrimRight(name, "[]"), "s") // client[secret], tokens[]
	switch name {
	case "code", "devicecode", "usercode", "authcode", "authorizationcode", "jwt", "idtokenhint", "session", "sessionid":
		return true
	}
	for _, part := range []string{"password", "passwd", "cookie", "apikey", "csrf"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	for _, end := range []string{
		"authorization", "token", "secret", "verifier", "assertion", "credential", "signature",
		"authkey", "accesskey", "privatekey", "secretkey",
	} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
