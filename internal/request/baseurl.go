package request

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// ParseBaseURL parses and checks a base URL. Its errors do not repeat the URL, which may hold a password.
func ParseBaseURL(base string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(base))
	switch {
	case err != nil:
		return nil, errors.New("not a valid URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the URL must begin with https:// or http://")
	case u.Hostname() == "":
		return nil, errors.New("the URL has no host")
	case u.User != nil:
		return nil, errors.New("the URL must not hold a user or password; use the options for credentials")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the URL must not have a query or fragment")
	}
	if _, err := strconv.ParseUint(cmp.Or(u.Port(), "443"), 10, 16); err != nil {
		return nil, errors.New("the URL has an invalid port")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	if u.Path != "" && !plainPath(u.EscapedPath()) {
		return nil, errors.New(`the URL's path has an empty, "." or ".." segment`)
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// plainPath reports whether no segment of an escaped path is empty, "." or "..".
func plainPath(path string) bool {
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if plain, err := url.PathUnescape(segment); err != nil || plain == "" || plain == "." || plain == ".." {
			return false
		}
	}
	return true
}
