package record

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// Load is loadCassette for the tests that need package oauthtest, which imports this package.
func Load(text []byte) (*cassette.Cassette, error) { return loadCassette(text) }

// Server has the methods of oauthtest.Server that Drift needs.
type Server interface {
	URL() string
	APIKey() string
	Transport() http.RoundTripper
}

// Drift sends recorded requests to a server and returns where its answers differ from the recorded ones.
func Drift(t *testing.T, srv Server, tape []*cassette.Interaction) (found []string) {
	live := bindings{bound: map[string]string{
		"redacted-authorization-1":  srv.APIKey(),
		"redacted-state-1":          "state of this run",
		"redacted-code_verifier-1":  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", // RFC 7636 appendix B
		"redacted-code_challenge-1": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	}}
	words := newVocabulary(defaultSettings(), srv.URL())
	for n, i := range tape {
		res, err := srv.Transport().RoundTrip(filled(t, live, srv, i.Request))
		require.NoError(t, err)
		body, err := drain(res.Body)
		require.NoError(t, err)
		answer := cassette.Response{Code: res.StatusCode, Headers: res.Header, Body: string(body)}
		if answer.Code != i.Response.Code {
			found = append(found,
				fmt.Sprintf("%d %s %s answers %d, recorded is %d", n, i.Request.Method, i.Request.URL, answer.Code,
					i.Response.Code))
		}
		was := readAnswer(i.Response, rewriter{
			text:    func(_ place, value string) string { return value },
			literal: func(_ place, raw string, _ gjson.Result) string { return raw },
			header:  words.recorded,
		})
		is := readAnswer(answer, rewriter{
			text: func(p place, value string) string {
				if words.keeps(p, value) {
					value = words.settled(p.name, value)
				}
				return value
			},
			literal: words.literal,
			header:  words.recorded,
		})
		places := maps.Clone(was)
		maps.Copy(places, is)
		for at := range sorted(places) {
			switch a, b := was[at], is[at]; {
			case a.place != b.place:
				found = append(found, fmt.Sprintf("%d: %s is there on one side only", n, at))
			case !slices.Contains([]string{"description", "detail", "error_description", "title"}, a.name) &&
				!live.unify(a.value, b.value):
				found = append(found, fmt.Sprintf("%d: %s is %q, recorded is %q", n, at, b.value, a.value))
			}
		}
	}
	return found
}

// filled is a recorded request with the values of this run.
func filled(t *testing.T, live bindings, srv Server, r cassette.Request) *http.Request {
	body := live.fill(r.Body, func(s string) string { q := quoteJSON(s); return q[1 : len(q)-1] })
	target := strings.Replace(live.fill(r.URL, url.PathEscape), recordedOrigin, srv.URL(), 1)
	req, err := http.NewRequestWithContext(t.Context(), r.Method, target, strings.NewReader(body))
	require.NoError(t, err)
	for name := range r.Headers {
		value := live.fill(r.Headers.Get(name), func(s string) string { return s })
		if pair, ok := strings.CutPrefix(value, "Basic "); ok {
			value = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
		}
		req.Header.Set(name, value)
	}
	return req
}

func readAnswer(r cassette.Response, w rewriter) values {
	found := values{}
	w.noting(found).response(r)
	return found
}
