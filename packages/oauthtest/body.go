package oauthtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// object is a JSON request body that is read member by member. It collects all problems in flaws, so that one response
// reports all of them. Members that were not taken are unknown.
type object struct {
	members map[string]json.RawMessage
	flaws   []flaw
}

func readObject(r *http.Request) (*object, *problem) {
	if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType != "application/json" {
		return nil, invalidRequest("Content-Type must be application/json.")
	}
	body, refused := readBody(r)
	if refused != nil {
		return nil, refused
	}
	members, refused := uniqueMembers(body)
	return &object{members: members}, refused
}

// uniqueMembers reads a JSON object, and refuses duplicate members, as RFC 6749 section 3.2 does for the parameters of
// a form.
func uniqueMembers(body []byte) (map[string]json.RawMessage, *problem) {
	members, d := map[string]json.RawMessage{}, json.NewDecoder(bytes.NewReader(body))
	if open, _ := d.Token(); !json.Valid(body) || open != json.Delim('{') {
		return nil, invalidRequest("The body must be a JSON object.")
	}
	for d.More() {
		name, _ := d.Token() // cannot fail: the object is valid
		var value json.RawMessage
		_ = d.Decode(&value)
		if _, again := members[name.(string)]; again {
			return nil, invalidRequest(fmt.Sprintf("%.100q is given more than once.", name))
		}
		members[name.(string)] = value
	}
	return members, nil
}

func (o *object) flaw(member string, index int, code, detail string) {
	o.flaws = append(o.flaws, flaw{member, index, code, detail})
}

func (o *object) has(member string) bool { _, ok := o.members[member]; return ok }

func (o *object) require(members ...string) {
	for _, m := range members {
		if !o.has(m) {
			o.flaw(m, -1, codeBadRequest, "is required")
		}
	}
}

func (o *object) refuseRest() {
	for _, m := range slices.Sorted(maps.Keys(o.members)) {
		o.flaw(m, -1, codeBadRequest, "is not a known member")
	}
}

// take moves a member into dst. It leaves dst unchanged if the member is absent or has the wrong type.
func take[T any](o *object, member, kind string, dst *T) bool {
	raw, ok := o.members[member]
	if !ok {
		return false
	}
	delete(o.members, member)
	var v *T // a pointer, to distinguish null from the zero value
	if err := json.Unmarshal(raw, &v); err != nil || v == nil {
		o.flaw(member, -1, codeBadRequest, "must be "+kind)
		return false
	}
	*dst = *v
	return true
}

func (o *object) text(member string, dst *string) bool { return take(o, member, "a string", dst) }

// clear takes a null and empties the member; the contract's update has no other way to empty it.
func (o *object) clear(member string, dst *string) {
	if string(o.members[member]) == "null" {
		delete(o.members, member)
		*dst = ""
	}
}

func (o *object) flag(member string, dst *bool) bool { return take(o, member, "a boolean", dst) }

func (o *object) oneOf(member string, dst *string, allowed ...string) {
	if o.text(member, dst) && !slices.Contains(allowed, *dst) {
		o.flaw(member, -1, codeNotAllowed, "must be one of "+strings.Join(allowed, ", "))
	}
}

// list takes an array of strings. check says what is wrong with an item, or returns "".
func (o *object) list(member string, dst *[]string, code string, check func(string) string) bool {
	var items []*string
	if !take(o, member, "an array of strings", &items) {
		return false
	}
	list := make([]string, 0, len(items))
	for i, item := range items {
		if item == nil {
			o.flaw(member, i, codeBadRequest, "must be a string")
		} else if wrong := check(*item); wrong != "" {
			o.flaw(member, i, code, wrong)
		} else {
			list = append(list, *item)
		}
	}
	*dst = list
	return true
}

func (o *object) grantTypes(member string, dst *[]string) {
	before := len(o.flaws)
	if o.list(member, dst, codeNotAllowed, checkGrantType) && len(*dst) == 0 && len(o.flaws) == before {
		o.flaw(member, -1, codeBadRequest, "must not be empty")
	}
}

func (o *object) redirectURIs(member string, dst *[]string) {
	o.list(member, dst, codeBadRequest, checkRedirectURI)
}

func (o *object) webURI(member string, dst *string) {
	if o.text(member, dst) && !isWebURI(*dst) {
		o.flaw(member, -1, codeBadRequest, "must be an http or https URI")
	}
}

func isGrantType(s string) bool {
	return s == "client_credentials" || s == "authorization_code" || s == "refresh_token"
}

func checkGrantType(s string) string {
	if isGrantType(s) {
		return ""
	}
	return "must be one of client_credentials, authorization_code, refresh_token"
}

// checkRedirectURI accepts https, http to the same machine, and private-use schemes, which are reversed domain
// names and so have a dot in them (RFC 8252 section 7).
func checkRedirectURI(s string) string {
	u, err := url.Parse(s)
	switch {
	case err != nil || !u.IsAbs():
		return "must be an absolute URI"
	case strings.Contains(s, "#"):
		return "must not have a fragment"
	case u.Scheme == "https" && u.Hostname() != "",
		u.Scheme == "http" && (isLoopback(u) || u.Hostname() == "localhost"),
		strings.Contains(u.Scheme, "."):
		return ""
	default:
		return "must use https, http on a loopback address, or a private-use scheme"
	}
}

func isWebURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

func isLoopback(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}
