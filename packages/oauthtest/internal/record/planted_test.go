package record

import (
	"encoding/base64"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// A gardener puts secrets into exchanges, the same ones for the same seed.
type gardener struct{ *rand.Rand }

func pick[T any](g gardener, of ...T) T { return of[g.IntN(len(of))] }

func (g gardener) word(alphabet string, n int) string {
	letters, text := []rune(alphabet), make([]rune, n)
	for i := range text {
		text[i] = letters[g.IntN(len(letters))]
	}
	return string(text)
}

// random is a secret that can be recognised without its name.
func (g gardener) random() string {
	middle := g.word(pick(g, alphanumeric, alphanumeric+"-_"), 6+g.IntN(20))
	return g.word(alphanumeric, 4) + pick(g, "7x", "4Q9", "0z1") + middle +
		pick(g, "k3m", "Z9a")
}

// any is a secret of any look.
func (g gardener) any() string {
	return pick(g, g.random(), "s"+g.word(alphanumeric[:26], 7+g.IntN(20))+"e",
		"Q"+g.word(alphanumeric+`/+=&"<>'~.-_ %\äé€`, 8+g.IntN(20))+"Z", "open-"+g.word(alphanumeric[:26], 5)+"-sesame")
}

func (g gardener) spelled(secret string) string {
	return pick(g, func(s string) string { return s }, url.QueryEscape, url.PathEscape, html.EscapeString,
		func(s string) string { q := quoteJSON(s); return q[1 : len(q)-1] },
		func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		func(s string) string { return html.EscapeString(url.QueryEscape(s)) },
		func(s string) string { return base64.StdEncoding.EncodeToString([]byte("id:" + s)) },
	)(secret)
}

func (g gardener) prose() string {
	return pick(g, "", "see ", "Invalid token: ", "the client ", "100% of ", "(", `"`, "error=x ", "a:b ", "ümlaut ",
		"name='x' ", "https://a.example/b ", "{", `\ `)
}

// plant adds a secret to an exchange, and returns it.
func (g gardener) plant(i *cassette.Interaction) (secret string) {
	request, answer := http.Header(i.Request.Headers), http.Header(i.Response.Headers)
	secret = g.any()
	asQuery := url.QueryEscape(secret)
	switch g.IntN(16) {
	case 0:
		request.Add(pick(g, "X-Api-Key", "Proxy-Authorization", "X-Auth-Token"), strings.ReplaceAll(secret, "€", ""))
		secret = strings.ReplaceAll(secret, "€", "")
	case 1:
		request.Add("Authorization", pick(g, "Bearer ", "Basic id:", "Digest ")+secret)
	case 2:
		i.Request.URL += "&" + pick(g, "token", "client_secret", "api_key") + "=" + asQuery
	case 3:
		i.Request.Body += "&" + pick(g, "code", "refresh_token", "password") + "=" + asQuery
	case 4:
		i.Request.URL = strings.Replace(i.Request.URL, "?", "/oauth/consent/"+url.PathEscape(secret)+"?", 1)
	case 5:
		answer.Add("Location", "https://a.example/cb?code="+asQuery+"&state=1")
	case 6:
		answer.Add("Www-Authenticate", `Bearer error="invalid_token", access_token=`+quoteJSON(secret))
	case 7:
		i.Response.Body = `{"` + pick(g, "access_token", "secrets", "jwt") + `":[` + quoteJSON(secret) + `],"rest":` +
			i.Response.Body + `}`
	case 8:
		i.Response.Body = `{"data":{"token":{"deep":[{"name":` + quoteJSON(secret) + `}]}},"rest":` + i.Response.Body + `}`
	default:
		secret = g.random()
		switch g.IntN(9) {
		case 0:
			request.Add(pick(g, "X-Mine", "Cookie", "Idempotency-Key"), pick(g, "", "a=")+secret)
		case 1:
			answer.Add(pick(g, "X-Mine", "Set-Cookie", "X-Request-Id"), "a="+secret)
		case 2:
			i.Response.Body = `{"` + secret + `":"x","rest":` + i.Response.Body + `}`
		case 3:
			i.Response.Body = `{"` + pick(g, "detail", "title", "name", "description", "kid", "id", "city") + `":` +
				quoteJSON(g.prose()+secret+pick(g, "", " is bad", ".", ",")) + `,"rest":` + i.Response.Body + `}`
		case 4:
			i.Response.Body = `{"redirect_uris":["https://a.example/cb/` + secret + `?x=1"],"rest":` + i.Response.Body + `}`
		case 5:
			answer.Add("Location", pick(g, "https://a.example", "")+"/cb#"+pick(g, "ticket=", "")+secret)
		case 6:
			answer.Add("Www-Authenticate", pick(g, "Bearer ", `Bearer ticket="`, `Bearer realm="`)+secret+pick(g, "", `"`))
		case 7:
			i.Request.URL += "&" + pick(g, "state", "name", "scope", "x") + "=" + secret
		case 8:
			i.Request.Body += "&" + pick(g, "name", "scope", "x", secret) + "=" + secret
		}
	}
	return secret
}

// planted are exchanges with secrets, of which some are repeated in texts of any exchange.
func (g gardener) planted() (tape []*cassette.Interaction, secrets []string) {
	for range 1 + g.IntN(3) {
		tape = append(tape, &cassette.Interaction{
			Request: cassette.Request{Method: "POST", URL: "https://h/v2/oauth/token?page[size]=1", Body: "grant_type=x",
				Headers: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}},
			Response: cassette.Response{Code: 200, Headers: http.Header{"Content-Type": {"application/json"}},
				Body: `{"expires_in":1800}`},
		})
	}
	for range 1 + g.IntN(4) {
		secrets = append(secrets, g.plant(pick(g, tape...)))
	}
	for _, secret := range secrets {
		i := pick(g, tape...)
		switch text := g.prose() + g.spelled(secret) + pick(g, "", " is bad"); g.IntN(4) {
		case 0:
			i.Response.Body = `{"` + pick(g, "detail", "error_description", "title") + `":` + quoteJSON(text) + `,"rest":` +
				i.Response.Body + `}`
		case 1:
			http.Header(i.Response.Headers).Add("Www-Authenticate", "Bearer error_description="+quoteJSON(text))
		case 2:
			i.Request.Body += "&scope=" + url.QueryEscape(text)
		}
	}
	return tape, secrets
}

func FuzzPlantedSecrets(f *testing.F) {
	for seed := range uint64(500) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		tape, secrets := gardener{rand.New(rand.NewPCG(seed, 9))}.planted()

		out, err := redacted(tape, defaultSettings(), nil)
		if err != nil {
			return
		}

		text, err := encodeCassette(out)
		require.NoError(t, err)
		readable := string(text)
		for range 6 {
			for _, secret := range secrets {
				for _, shown := range []string{secret, base64.StdEncoding.EncodeToString([]byte("id:" + secret))} {
					if at := strings.Index(readable, shown); at >= 0 {
						t.Fatalf("%q is in …%s", secret, readable[max(0, at-80):min(len(readable), at+80)])
					}
				}
			}
			readable = withoutEscapes(readable)
		}
	})
}

func TestExchangesWithPlantedSecretsAreRecorded(t *testing.T) {
	refused := 0
	for seed := range uint64(1000) {
		tape, _ := gardener{rand.New(rand.NewPCG(seed, 9))}.planted()
		if _, err := redacted(tape, defaultSettings(), nil); err != nil {
			t.Log(seed, err)
			refused++
		}
	}
	require.Less(t, refused, 50, "of 1000 are refused")
}
