package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// A planted is a text with secrets in it, and the request that it answers.
type planted struct {
	class       string
	header      http.Header
	url         *url.URL
	contentType string // of the request
	sent        string
	carrier     string // what holds text: body, text, header or url
	textType    string
	text        string
	secrets     []string
}

// A gardener plants secrets, the same ones for the same seed.
type gardener struct{ *rand.Rand }

func pick[T any](g gardener, of ...T) T { return of[g.IntN(len(of))] }

func (g gardener) word(alphabet string, n int) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range n {
		b.WriteRune(letters[g.IntN(len(letters))])
	}
	return b.String()
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func (g gardener) secret() string {
	alphabet := pick(g, "0123456789abcdef", alphanumeric, alphanumeric+"-_", alphanumeric+"+/", alphanumeric+"-._~",
		alphanumeric+`/+=&"<>'~.-_ %\`, alphanumeric+"äé€😀")
	return pick(g, "s", "Z", "7") + g.word(alphabet, 10+g.IntN(30)) + pick(g, "e", "Y", "3")
}

// encodings are the ways to write a text so that it can stand in another one.
var encodings = []struct {
	name   string
	encode func(string) string
}{
	{"query", url.QueryEscape},
	{"path", url.PathEscape},
	{"lower percent", func(s string) string {
		return lowerPercent.ReplaceAllStringFunc(url.QueryEscape(s),
			strings.ToLower)
	}},
	{"every byte percent", func(s string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
		return b.String()
	}},
	{"percent punctuation", func(s string) string {
		return punctuation.ReplaceAllStringFunc(s, func(c string) string { return fmt.Sprintf("%%%02X", c[0]) })
	}},
	{"html", html.EscapeString},
	{"html hexadecimal", func(s string) string {
		return punctuation.ReplaceAllStringFunc(s, func(c string) string { return fmt.Sprintf("&#x%X;", c[0]) })
	}},
	{"html decimal", func(s string) string {
		return punctuation.ReplaceAllStringFunc(s, func(c string) string { return fmt.Sprintf("&#%d;", c[0]) })
	}},
	{"json", quoted},
	{"json slashes", func(s string) string { return strings.ReplaceAll(quoted(s), "/", `\/`) }},
	{"json ascii", func(s string) string {
		var b strings.Builder
		for _, c := range utf16.Encode([]rune(s)) {
			if c < 128 && strings.ContainsRune(alphanumeric+" :,{}[]()", rune(c)) {
				b.WriteByte(byte(c))
			} else {
				fmt.Fprintf(&b, `\u%04x`, c)
			}
		}
		return b.String()
	}},
}

var (
	lowerPercent = regexp.MustCompile(`%[0-9A-F]{2}`)
	punctuation  = regexp.MustCompile(`[/+=&"<>'~._%\\-]`)
)

// quoted is s as the content of a JSON string.
func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text[1 : len(text)-1])
}

func (g gardener) encoded(text string, atMost int) string {
	for range g.IntN(atMost + 1) {
		text = encodings[g.IntN(len(encodings))].encode(text)
	}
	return text
}

func (g gardener) noise() string {
	return pick(g, "", " ", "the server says ", "bad request: ", "x=1&page[size]=2 ", "[error] ", "100% of ",
		`C:\temp\new `, `{"a":1} `, "<p>", "&amp; ", "%zz ", `"quoted" `,
		"it's ", "https://host.test:8443/a/b?x=1 ", "POST /v2/oauth/token HTTP/1.1\n", "level=info msg=", "\n",
		"a:b:c ", "&copy; ", "() {", "[1,[2] ", "ümlaut ")
}

// keys are secret names that are one wherever they stand.
var keys = []string{"access_token", "refresh_token", "client_secret", "password", "code_verifier", "clientSecret",
	"id_token", "x-api-key", "device_code", "consent_token"}

// request puts a secret into a request.
func (p *planted) request(g gardener, secret string) {
	p.header = http.Header{"Accept": {"application/json"}}
	p.url = &url.URL{Scheme: "https", Host: "api.test", Path: "/v2/oauth/token"}
	key := pick(g, append(keys, "code")...)
	switch g.IntN(8) {
	case 0:
		p.header.Set("X-Api-Key", secret)
	case 1:
		p.header.Set("Authorization", "Bearer "+secret)
	case 2:
		p.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("id:"+url.QueryEscape(secret))))
	case 3:
		p.url.RawQuery = url.Values{"page": {"1"}, key: {secret}}.Encode()
	case 4:
		p.contentType, p.sent = "application/x-www-form-urlencoded", url.Values{"grant_type": {"x"},
			key: {secret}}.Encode()
	case 5:
		p.contentType, p.sent = "application/json", `{"grant_type":"x","`+key+`":"`+quoted(secret)+`"}`
	case 6:
		p.contentType, p.sent = "application/json", `{"a":{"`+key+`s":["`+quoted(secret)+`",{"n":77777}]}}`
	case 7:
		p.url.Path, p.url.RawPath = "/v2/oauth/consent/"+secret, "/v2/oauth/consent/"+url.PathEscape(secret)
	}
}

// named assigns a secret to a name.
func (g gardener) named(secret string) string {
	key := pick(g, keys...)
	plain := g.word(alphanumeric, 12)
	switch g.IntN(24) {
	case 13:
		return `<INPUT type=hidden data-name=` + key + ` value=` + url.QueryEscape(secret) + ` class="a b">`
	case 14:
		return `<button value = "` + html.EscapeString(secret) + `" class='x' name = '` + key +
			`'>Send</button> <link rel="stylesheet" href="/a/b/c.css">`
	case 15:
		return `client[secret]=` + url.QueryEscape(secret) + `&tokens[]=` + plain
	case 16:
		return `{"` + strings.ReplaceAll(key, "_", `\u005f`) + `":"` + quoted(secret) + `"}`
	case 17:
		return strings.ReplaceAll(key, "_", "%5F") + `=` + url.QueryEscape(secret) + `&page=1`
	case 18:
		return `{"` + key + `":{"a":["` + plain + `",{"b":"` + quoted(secret) + `"}],"c":"}"},"d":1}`
	case 19:
		return key + `s={1=>"` + quoted(secret) + `", 2=>[]}, rest`
	case 20:
		return `next=` + url.QueryEscape(`https://a.test/cb?x={"`+key+`":"`+quoted(secret)+`"}&y=1`) + `&z=2`
	case 21:
		return "?" + url.Values{"state": {"/cb?" + url.Values{key: {secret}, "b": {plain}}.Encode()}}.Encode()
	case 22:
		return `{"` + key + `"  :` + "\n\t" + `"` + quoted(secret) + `" , "b":2}`
	case 23:
		return key + `='` + strings.NewReplacer(`'`, "", `\`, "").Replace(secret) + `' and more`
	case 0:
		return `{"n":1,"` + key + `":"` + quoted(secret) + `","m":"` + plain + `"}`
	case 1:
		return `{"a":[{"` + key + `": "` + quoted(secret) + `"}], "b": null}`
	case 2:
		return `{"` + key + `s":["` + quoted(secret) + `",["` + plain + `"]]}`
	case 3:
		return `{"body":"` + quoted(`{"`+key+`":"`+quoted(secret)+`"}`) + `"}`
	case 4:
		return `{"body":"` + quoted(`{"a":"`+quoted(`{"`+key+`":"`+quoted(secret)+`"}`)+`"}`) + `"}`
	case 5:
		return url.Values{"a": {plain}, key: {secret}, "z": {"1"}}.Encode()
	case 6:
		return "https://app.test/cb?state=1&" + pick(g, key, "code") + "=" + url.QueryEscape(secret) + "&x=" + plain
	case 7:
		return `<input type="hidden" name="` + key + `" value="` + html.EscapeString(secret) + `">`
	case 8:
		return `<meta content='` + html.EscapeString(secret) + `' name='` + key +
			`'/><link rel="stylesheet" href="/assets/the/style/of/the/page.css">`
	case 9:
		return `time=1 ` + key + `="` + quoted(secret) + `" level=info`
	case 10:
		return `{:a=>1, "` + key + `"=>"` + quoted(secret) + `"}`
	case 11:
		return `{'` + key + `': '` + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(secret) + `', 'b': 1}`
	case 12:
		return key + " = " + g.word(alphanumeric, 9) + secret[:1] + ", next"
	default:
		return `{"url":"https://app.test/?` + key + `=` + url.QueryEscape(secret) + `#x","` + key + `":{"value":"` +
			quoted(secret) + `"}}`
	}
}

// looks writes a secret that is known by its look, and returns it.
func (g gardener) looks() (text, secret string) {
	random := g.word(alphanumeric, 16+g.IntN(20))
	switch g.IntN(6) {
	case 0:
		return "key KEY" + random + ".", "KEY" + random
	case 1:
		secret = "eyJ" + g.word(alphanumeric+"-_", 12) + ".eyJ" + g.word(alphanumeric+"-_", 20) + "." + random
		return "jwt=" + secret + " ", secret
	case 2:
		return pick(g, "Authorization: Bearer ", "bearer  ", "got BEARER ") + random + "7 is bad", random + "7"
	case 3:
		secret = base64.StdEncoding.EncodeToString([]byte("id:" + random))
		return pick(g, "Authorization: Basic ", "basic ") + secret + "\n", secret
	case 4:
		return "GET /v2/oauth/consent/" + random + "?x=1", random
	default:
		return "https://user:" + random + "@host.test/a/path/long/enough/to/be/cut/before/the/at", random
	}
}

// plant makes a text. A wild one is damaged, so that its secrets need not look like any.
func plant(g gardener, wild bool) planted {
	p := planted{carrier: pick(g, "body", "body", "text"), textType: pick(g, "application/json", "text/html", "")}
	var snippet string
	switch g.IntN(3) {
	case 0:
		secret := g.secret()
		if g.IntN(8) == 0 {
			secret = g.word(alphanumeric, 4+g.IntN(4))
		}
		p.request(g, secret)
		p.class, p.secrets, snippet = "known", []string{secret}, g.encoded(pick(g, "", " ", "got ",
			`{"token_type":"`)+secret+pick(g, "", " ", "."), 3)
	case 1:
		secret := g.secret()
		p.class, p.secrets, snippet = "named", []string{secret}, g.encoded(g.named(secret), 2)
	case 2:
		var secret string
		snippet, secret = g.looks()
		p.class, p.secrets, snippet = "look", []string{secret}, g.encoded(snippet, 2)
	}
	p.embed(g, snippet)
	if wild && p.class[:5] == "known" {
		p.class = "wild " + p.class
		p.text = g.damaged(p.text)
	}
	return p
}

func (g gardener) damaged(text string) string {
	for range 1 + g.IntN(3) {
		i := g.IntN(len(text) + 1)
		j := min(len(text), i+g.IntN(12))
		switch g.IntN(6) {
		case 0:
			text = text[:i] + text[j:]
		case 1:
			text = text[:j] + text[i:]
		case 2:
			text = pick(g, text[:i], text[i:], text)
		default:
			text = text[:i] + pick(g, "%", `\`, "&", `"`, "'", "{", "[", "}", "]", "<", ">", "=", ":", ",", ";", " ",
				"\n", "%2", `\u00`, "&#x", "KEY", "eyJ", "Bearer ", "://",
				`"token":`, "token=", "<input ", "oauth/consent/", "?", "@", "/", "&amp;", `\"`, "+", "%25", "a",
				"0") + text[i:]
		}
	}
	return text
}

// embed makes a text of a snippet.
func (p *planted) embed(g gardener, snippet string) {
	before, after := g.noise(), g.noise()
	switch form := g.IntN(12); form {
	case 0:
		p.class += ", alone"
		p.text = snippet
	case 1, 2:
		p.class += ", prose"
		p.text = before + snippet + " " + after
	case 3:
		p.class += ", html"
		p.text = "<html><title>400</title><body>" + before + "<pre>" + html.EscapeString(snippet) + "</pre>" + after +
			"</body>"
	case 4, 5, 6:
		p.class += ", json"
		p.text = `{"error":"invalid_request","error_description":"` + quoted(before+snippet+" "+after) +
			`","n":[1,true,{"a":"` + quoted(after) + `"}]}`
		if form == 6 {
			p.class += " cut"
			p.text = p.text[:len(p.text)-1-g.IntN(min(len(p.text)-60, 40))]
		}
	case 7:
		p.class += ", json in json"
		p.text = `{"errors":[{"detail":"` + quoted(`{"got":"`+quoted(before+snippet)+`"}`) + `","meta":{"x":null}}]}`
	case 8:
		p.class += ", form"
		p.carrier, p.textType = "body", "application/x-www-form-urlencoded"
		p.text = url.Values{"got": {before + snippet}, "b": {after}}.Encode()
	case 9:
		p.class += ", url"
		p.carrier = "url"
		p.text = "https://host.test/a?state=" + url.QueryEscape(before+snippet) + "&b=" + url.QueryEscape(after)
	case 10:
		p.class += ", header"
		p.carrier = "header"
		p.text = strings.ReplaceAll(before+snippet, "\n", " ")
	case 11:
		p.class += ", log"
		p.text = `time=2026-01-01T00:00:00Z level=ERROR msg=` + strconv.Quote(before+snippet) + " attempt=1\n" + after
	}
}

// shown is what a redactor makes of the text.
func (p *planted) shown() string {
	r := redact.Redactor{}.With(p.header, p.url, p.contentType, []byte(p.sent))
	switch p.carrier {
	case "text":
		return r.Text(p.text)
	case "header":
		return r.Header(http.Header{"X-Echo": {p.text}}).Get("X-Echo")
	case "url":
		u, err := url.Parse(p.text)
		if err != nil {
			return ""
		}
		return r.URL(u)
	}
	return r.Body(p.textType, []byte(p.text))
}

// leak returns a secret that a person can read from a text, whatever escapes it takes to undo.
func (p *planted) leak(shown string) string {
	for _, secret := range p.secrets {
		if reads(shown, secret, 5) {
			return secret
		}
	}
	return ""
}

func reads(text, secret string, depth int) bool {
	if i := strings.Index(text, secret); i >= 0 {
		if len(secret) >= 8 {
			return true
		}
		return regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(secret) + `($|\W)`).MatchString(text)
	}
	if depth == 0 {
		return false
	}
	for _, undone := range []string{percents.ReplaceAllStringFunc(text, unpercent), html.UnescapeString(text),
		backslashes.ReplaceAllStringFunc(text, unbackslash), strings.ReplaceAll(text, "+", " ")} {
		if undone != text && reads(undone, secret, depth-1) {
			return true
		}
	}
	return false
}

var (
	percents    = regexp.MustCompile(`%[0-9a-fA-F]{2}`)
	backslashes = regexp.MustCompile(`(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4})|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]`)
)

func unpercent(s string) string {
	s, _ = url.PathUnescape(s)
	return s
}

func unbackslash(s string) string {
	var out string
	if json.Unmarshal([]byte(`"`+s+`"`), &out) != nil {
		return s[1:]
	}
	return out
}

func TestPlantedSecretsAreNotShown(t *testing.T) {
	g := gardener{rand.New(rand.NewPCG(8, 4))}
	for n := range 5_000 {
		p := plant(g, n%2 == 1)
		if shown := p.shown(); p.leak(shown) != "" {
			t.Errorf("text %d (%s) shows %q:\n%s\n%s", n, p.class, p.leak(shown), p.text, shown)
		}
	}
}
