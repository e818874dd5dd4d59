package redact

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// A Redactor hides secrets. The zero Redactor knows them by name and look only.
type Redactor struct {
	pieces  map[string]bool       // of secrets: all of a short one, every pieceLength bytes of a long one, and ends
	lengths [pieceLength + 1]bool // that pieces have
}

const (
	// pieceLength is how much of a secret is hidden wherever it stands, even if the rest is missing.
	pieceLength = 16
	// sureLength is how long a secret is that is hidden wherever it stands, and how much of one is at the end of a text that
	// was cut. A shorter one is hidden only as a whole word, as it may be part of a longer, harmless one.
	sureLength = 8
	// least is how long a secret is. To hide shorter ones would spoil any text.
	least = 4
	// cut is before pieces that are hidden only at the end of a text.
	cut = "\x00"
)

// Of returns a Redactor that also knows the values of the secrets in a request.
func Of(header http.Header, u *url.URL, contentType string, body []byte) Redactor {
	s := &search{learned: &Redactor{}}
	for name, values := range header {
		for _, value := range values {
			s.header(name, value)
		}
	}
	s.form(view{text: urlText(u)})
	s.body(contentType, string(body))
	return *s.learned
}

// With returns a Redactor that knows what both know.
func (r Redactor) With(other Redactor) Redactor {
	both := Redactor{pieces: map[string]bool{}}
	for _, one := range []Redactor{r, other} {
		maps.Copy(both.pieces, one.pieces)
		for n, has := range one.lengths {
			both.lengths[n] = both.lengths[n] || has
		}
	}
	return both
}

func (r *Redactor) learn(secret string) {
	if len(secret) < least {
		return
	}
	if r.pieces == nil {
		r.pieces = map[string]bool{}
	}
	n := min(len(secret), pieceLength)
	r.lengths[n] = true
	for i := range len(secret) - n + 1 {
		r.pieces[secret[i:i+n]] = true
	}
	for n := sureLength; n < min(len(secret), pieceLength); n++ {
		r.pieces[cut+secret[:n]] = true
	}
}

// values hides the known secrets in v.
func (s *search) values(v view) {
	for n, has := range s.known.lengths {
		for i := 0; has && i+n <= len(v.text); i++ {
			s.steps++
			if s.known.pieces[v.text[i:i+n]] && (n >= sureLength || isWhole(v.text, i, i+n)) {
				s.hide(v, i, i+n)
			}
		}
		if n >= sureLength && n <= len(v.text) && s.known.pieces[cut+v.text[len(v.text)-n:]] {
			s.hide(v, len(v.text)-n, len(v.text))
		}
	}
}

// in reports whether a known secret is in text.
func (r Redactor) in(text string) bool {
	s := &search{known: r}
	s.values(view{text: text})
	return len(s.spans) > 0
}

// isWhole reports whether text[i:j] is not a part of a longer word.
func isWhole(text string, i, j int) bool {
	return !(i > 0 && strings.IndexByte(word, text[i-1]) >= 0) && !(j < len(text) && strings.IndexByte(word, text[j]) >= 0)
}
