package apierror

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// DumpRequest returns the request as text without secrets, with the body if body is true. It can be called again.
func (e *Error) DumpRequest(body bool) []byte {
	if e.Request == nil {
		return nil
	}
	var sent []byte
	if again := e.Request.GetBody; again != nil {
		if body, err := again(); err == nil {
			sent, _ = io.ReadAll(body)
		}
	}
	// The redactor of an Error that a test made by hand does not know the secrets of the request.
	secrets := e.redactor.With(e.Request.Header, e.Request.URL, e.Request.Header.Get("Content-Type"), sent)
	first := fmt.Sprintf("%s %s HTTP/1.1", method(e.Request), secrets.URL(e.Request.URL))
	return dump(secrets, first, e.Request.Header, sent, body)
}

// DumpResponse returns the response as text without secrets, with the body if body is true. It can be called again.
func (e *Error) DumpResponse(body bool) []byte {
	if e.Response == nil {
		return nil
	}
	first := fmt.Sprintf("HTTP/%d.%d %d %s",
		e.Response.ProtoMajor, e.Response.ProtoMinor, e.StatusCode, http.StatusText(e.StatusCode))
	return dump(e.redactor, first, e.Response.Header, []byte(e.body), body)
}

func dump(secrets redact.Redactor, first string, header http.Header, content []byte, withBody bool) []byte {
	b := bytes.NewBufferString(first + "\r\n")
	_ = secrets.Header(header).Write(b)
	b.WriteString("\r\n")
	if withBody {
		b.WriteString(secrets.Body(header.Get("Content-Type"), content))
	}
	return b.Bytes()
}
