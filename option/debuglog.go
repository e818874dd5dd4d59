package option

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// maxLogged bounds how much of a body is logged, in bytes.
const maxLogged = 64 << 10

// WithDebugLog writes every request and answer of every attempt, token requests included, to logger, with secrets
// redacted; to log.Default() if logger is nil. Bodies are logged up to 64 KiB.
func WithDebugLog(logger *log.Logger) RequestOption {
	return WithMiddleware(func(req *http.Request, next MiddlewareNext) (*http.Response, error) {
		to := logger
		if to == nil {
			to = log.Default()
		}
		sent := requestBody(req)
		secrets := redact.Of(req.Header, req.URL, req.Header.Get("Content-Type"), sent)
		to.Printf("telnyx request:\n%s %s\n%s", req.Method, secrets.URL(req.URL), text(secrets, req.Header, sent))
		res, err := next(req)
		if err != nil {
			to.Printf("telnyx request failed:\n%s %s\n%s", req.Method, secrets.URL(req.URL), secrets.Text(err.Error()))
			return res, err
		}
		if res != nil && res.Body != nil {
			if final := res.Request; final != nil { // what the HTTP client and inner middlewares added counts too
				secrets = secrets.With(redact.Of(final.Header, final.URL, "", nil))
			}
			head, rest := peek(res.Body)
			to.Printf("telnyx response:\n%d %s\n%s",
				res.StatusCode, http.StatusText(res.StatusCode), text(secrets, res.Header, head))
			res.Body = rest
		}
		return res, err
	})
}

// requestBody reads what is about to be sent, and leaves it to be read again.
func requestBody(req *http.Request) []byte {
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	sent, err := io.ReadAll(req.Body)
	rest := io.Reader(bytes.NewReader(sent))
	if err != nil {
		rest = io.MultiReader(rest, failing{err})
	}
	req.Body = readCloser{rest, req.Body}
	return sent
}

// peek reads the beginning of a body, and returns a body that still has it.
func peek(body io.ReadCloser) (head []byte, rest io.ReadCloser) {
	head, err := io.ReadAll(io.LimitReader(body, maxLogged))
	next := io.Reader(body)
	if err != nil {
		next = failing{err}
	}
	return head, readCloser{io.MultiReader(bytes.NewReader(head), next), body}
}

type readCloser struct {
	io.Reader
	io.Closer
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func text(secrets redact.Redactor, header http.Header, body []byte) string {
	var b strings.Builder
	shown := secrets.Header(header)
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(shown[name], ", "))
	}
	if len(body) > 0 {
		content := secrets.Body(header.Get("Content-Type"), body[:min(len(body), maxLogged)])
		b.WriteString("\n" + content[:min(len(content), maxLogged)] + "\n") // a mask may be longer than its secret
	}
	return strings.Map(printable, b.String())
}

// printable keeps a hostile answer from writing control sequences to a terminal.
func printable(r rune) rune {
	switch {
	case unicode.IsPrint(r), r == '\n', r == '\t':
		return r
	case r == '\r': // of a line end
		return -1
	}
	return unicode.ReplacementChar
}
