package redact

import "strings"

var unseparated = strings.NewReplacer("-", "", "_", "")

// bare is a name without case, -, _ and a plural: accessTokens are like access_token.
func bare(name string) string {
	name = unseparated.Replace(strings.ToLower(strings.TrimSpace(name)))
	return strings.TrimSuffix(strings.TrimRight(name, "[]"), "s") // client[secret], tokens[]
}

// Name reports whether a header, query parameter, form field or JSON member of this name holds a secret.
// It is the one list.
func Name(name string) bool {
	name = bare(name)
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
