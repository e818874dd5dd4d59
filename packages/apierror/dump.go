package apierror

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
)

// DumpRequest returns the request as text, with secrets redacted; with the body if body is true. It can be repeated.
func (e *Error) DumpRequest(body bool) []byte {
	if e.Request == nil {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method(e.Request), e.redactor.URL(e.Request.URL))
	e.dump(&b, e.Request.Header, e.requestBody(), body)
	return b.Bytes()
}

// DumpResponse returns the answer as text, with secrets redacted; with the body if body is true. It can be repeated.
func (e *Error) DumpResponse(body bool) []byte {
	if e.Response == nil {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/%d.%d %d %s\r\n", e.Response.ProtoMajor, e.Response.ProtoMinor, e.StatusCode, http.StatusText(e.StatusCode))
	e.dump(&b, e.Response.Header, []byte(e.body), body)
	return b.Bytes()
}

func (e *Error) dump(b *bytes.Buffer, header http.Header, content []byte, withBody bool) {
	shown := e.redactor.Header(header)
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		for _, value := range shown[name] {
			fmt.Fprintf(b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("\r\n")
	if withBody {
		b.WriteString(e.redactor.Body(header.Get("Content-Type"), content))
	}
}

// requestBody is what was sent, also where a test made the Error by hand.
func (e *Error) requestBody() []byte {
	if e.sent != nil || e.Request.GetBody == nil {
		return e.sent
	}
	body, err := e.Request.GetBody()
	if err != nil {
		return nil
	}
	defer body.Close()
	content, _ := io.ReadAll(body)
	return content
}
