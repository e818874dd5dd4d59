package oauthtest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// routeTable finds operations of the contract, which it calls by their operationId.
type routeTable []route

// operation names the operation that a request asks for, empty for none. It looks at the end of the path, so that
// the base path of another deployment does not matter.
func (t routeTable) operation(method string, u *url.URL) string {
	segments := strings.Split(u.EscapedPath(), "/")
	name, longest := "", 0
	for _, rt := range t {
		pattern := strings.Split(strings.TrimPrefix(rt.path, "/v2"), "/")[1:]
		if rt.operation != "" && rt.method == method && len(pattern) > longest && endsWith(segments, pattern) {
			name, longest = rt.operation, len(pattern)
		}
	}
	return name
}

func endsWith(segments, pattern []string) bool {
	if len(segments) < len(pattern) {
		return false
	}
	for i, segment := range segments[len(segments)-len(pattern):] {
		wildcard := strings.HasPrefix(pattern[i], "{")
		if segment == "" || !wildcard && segment != pattern[i] {
			return false
		}
	}
	return true
}

// mustHave panics on a name that no operation has: a rule or an assertion about it would hold whatever happens.
func (t routeTable) mustHave(operations ...string) {
	for _, name := range operations {
		known := []string{}
		for _, rt := range t {
			if rt.operation != "" && !slices.Contains(known, rt.operation) {
				known = append(known, rt.operation)
			}
		}
		if !slices.Contains(known, name) {
			panic(fmt.Sprintf("oauthtest: no operation has the id %q; those of the contract are %s", name, strings.Join(known, ", ")))
		}
	}
}
