package option

import (
	"bytes"
	"cmp"
	"io"
	"log"
	"math"
	"net/http"
	"strings"
	"unicode"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// maxLogged bounds how much of a body is logged, in bytes.
const maxLogged = 64 << 10

// WithDebugLog writes every request and response of every attempt, token requests included, to logger, with secrets
// redacted. If logger is nil, it writes to log.Default(). Bodies are logged up to 64 KiB.
func WithDebugLog(logger *log.Logger) RequestOption {
	return WithMiddleware(func(req *http.Request, next MiddlewareNext) (*http.Response, error) {
		to := cmp.Or(logger, log.Default())
		var sent []byte
		if req.Body != nil && req.Body != http.NoBody {
			sent, req.Body = peek(req.Body, math.MaxInt64)
		}
		secrets := redact.Redactor{}.With(req.Header, req.URL, req.Header.Get("Content-Type"), sent)
		to.Printf("telnyx request:\n%s %s\n%s", req.Method, secrets.URL(req.URL), text(secrets, req.Header, sent))
		res, err := next(req)
		if err != nil {
			to.Printf("telnyx request failed:\n%s %s\n%s", req.Method, secrets.URL(req.URL), secrets.Text(err.Error()))
			return res, err
		}
		if res != nil && res.Body != nil {
			if final := res.Request; final != nil { // with what the HTTP client and inner middlewares added
				secrets = secrets.With(final.Header, final.URL, "", nil)
			}
			var head []byte
			head, res.Body = peek(res.Body, maxLogged)
			to.Printf("telnyx response:\n%d %s\n%s",
				res.StatusCode, http.StatusText(res.StatusCode), text(secrets, res.Header, head))
		}
		return res, err
	})
}

// peek reads at most n bytes of a body. It returns them, and a body to read from the beginning.
func peek(body io.ReadCloser, n int64) (head []byte, all io.ReadCloser) {
	head, err := io.ReadAll(io.LimitReader(body, n))
	rest := io.Reader(body)
	if err != nil { // a second read need not return it again
		rest = failing{err}
	}
	return head, struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), rest), body}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// text returns a header and a body without secrets, and without the control characters of a hostile response.
func text(secrets redact.Redactor, header http.Header, body []byte) string {
	var b strings.Builder
	_ = secrets.Header(header).Write(&b)
	if len(body) > 0 {
		content := secrets.Body(header.Get("Content-Type"), body[:min(len(body), maxLogged)])
		b.WriteString("\n" + content[:min(len(content), maxLogged)] + "\n") // a mask may be longer than its secret
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\n' || r == '\t' {
			return r
		}
		return unicode.ReplacementChar
	}, strings.ReplaceAll(b.String(), "\r\n", "\n"))
}
