package option

import (
	"bytes"
	"cmp"
	"io"
	"log"
	"net/http"
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
		to := cmp.Or(logger, log.Default())
		sent, err := readAgain(req)
		if err != nil {
			return nil, err
		}
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
			head, err := io.ReadAll(io.LimitReader(res.Body, maxLogged))
			rest := io.Reader(res.Body)
			if err != nil {
				rest = failing{err}
			}
			to.Printf("telnyx response:\n%d %s\n%s",
				res.StatusCode, http.StatusText(res.StatusCode), text(secrets, res.Header, head))
			res.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(bytes.NewReader(head), rest), res.Body}
		}
		return res, err
	})
}

// readAgain reads what is about to be sent, and leaves it to be read again.
func readAgain(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	defer req.Body.Close()
	sent, err := io.ReadAll(req.Body)
	req.Body = io.NopCloser(bytes.NewReader(sent))
	return sent, err
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func text(secrets redact.Redactor, header http.Header, body []byte) string {
	var b strings.Builder
	_ = secrets.Header(header).Write(&b)
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
	case r == '\r': // of the end of a header
		return -1
	}
	return unicode.ReplacementChar
}
