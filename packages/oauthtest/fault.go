package oauthtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is one way in which a request fails. [Faults] says when it happens.
//
// There are two kinds. With some faults the server does not process the request ([FaultStatus], [FaultReset]…). With
// the others it does, and the response is damaged ([FaultTruncate], [FaultDelay]…). [Fault.AfterEffect] makes a fault
// of the second kind from one of the first.
type Fault struct {
	name    string
	before  func()        // called first
	carried int           // how often the request is processed
	spoil   func(*answer) // may be nil
}

// String describes the fault in a few words.
func (f Fault) String() string { return f.name }

// AfterEffect returns f with the request processed first: a gateway's 502 after the server has done its work, or a
// connection that breaks before the response arrives.
func (f Fault) AfterEffect() Fault {
	if f.carried == 0 {
		f.carried = 1
		f.name += ", after the effect"
	}
	return f
}

// WithHeader returns f with another header in its response: FaultStatus(401, "", "").
// WithHeader("WWW-Authenticate", `Bearer error="insufficient_scope"`). It does nothing if there is no response.
func (f Fault) WithHeader(name, value string) Fault {
	spoil := f.spoil
	f.spoil = func(a *answer) {
		if spoil != nil {
			spoil(a)
		}
		if a.header = a.header.Clone(); a.header == nil {
			a.header = http.Header{}
		}
		a.header.Add(name, value)
	}
	return f
}

// happen applies the fault to one request. do processes the request.
func (f Fault) happen(do func() (response, error)) (answer, error) {
	if f.before != nil {
		f.before()
	}
	var a answer
	for range f.carried {
		var err error
		if a.response, err = do(); err != nil {
			return answer{}, err
		}
	}
	if f.spoil != nil {
		f.spoil(&a)
	}
	return a, nil
}

// FaultStatus answers instead of the server. An empty content type sends none.
func FaultStatus(status int, contentType, body string) Fault {
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	name := strings.TrimSpace(fmt.Sprintf("status %d %s", status, contentType))
	return instead(name, response{status, header, []byte(body)})
}

// FaultGatewayHTML answers with the HTML page of a gateway that cannot reach the server.
func FaultGatewayHTML(status int) Fault {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	f := FaultStatus(status, "text/html",
		"<html>\r\n<head><title>"+title+"</title></head>\r\n<body>\r\n<center><h1>"+title+
			"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")
	f.name = fmt.Sprintf("status %d with a gateway's HTML", status)
	return f
}

// FaultRetryAfter answers with an error that has a Retry-After header of any value: "3", a date, or an invalid one.
func FaultRetryAfter(status int, value string) Fault {
	p := refuse(status, "", "Try again later.")
	p.header = http.Header{"Retry-After": {value}}
	return instead(fmt.Sprintf("status %d, Retry-After: %s", status, value), p.asEnvelope())
}

// FaultRateLimited answers 429 as the live API does: code 10011, the ratelimit headers and Retry-After, which all ask
// to wait for reset, rounded up to seconds.
func FaultRateLimited(reset time.Duration) Fault {
	seconds := int((reset + time.Second - 1) / time.Second)
	p := refuse(http.StatusTooManyRequests, "", "You have exceeded the rate limit.")
	p.header = introspections().headers(0, seconds)
	p.header.Set("Retry-After", strconv.Itoa(seconds))
	return instead(fmt.Sprintf("rate limit, reset in %d s", seconds), p.asEnvelope())
}

// FaultRedirect answers with a redirect to location.
func FaultRedirect(status int, location string) Fault {
	return instead(fmt.Sprintf("redirect %d to %s", status, location), redirect(status, location))
}

// FaultHugeBody answers 200 with a JSON object of n bytes or a few more, which it keeps in memory.
func FaultHugeBody(n int) Fault {
	body := `{"padding":"` + strings.Repeat("a", n) + `"}`
	f := FaultStatus(http.StatusOK, "application/json", body)
	f.name = fmt.Sprintf("body of %d bytes", n)
	return f
}

// FaultGzipBomb answers 200 with few bytes that decompress to n.
func FaultGzipBomb(n int64) Fault {
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	io.CopyN(z, spaces{}, n) // cannot fail: it writes to a bytes.Buffer
	z.Close()
	header := http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	return instead(fmt.Sprintf("gzip of %d bytes", n), response{http.StatusOK, header, body.Bytes()})
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// FaultRefuseConnection refuses the connection: the only failure after which a client knows that the request was not
// processed. A server on a port resets the connection instead, because it cannot refuse one that it has accepted.
func FaultRefuseConnection() Fault { return breaks("connection refused", refuses) }

// FaultReset resets the connection before the answer.
func FaultReset() Fault { return breaks("connection reset before the answer", resets) }

// FaultHangUp closes the connection before the answer.
func FaultHangUp() Fault { return breaks("connection closed before the answer", hangsUp) }

// FaultStallBeforeHeaders never answers. It ends with the client's own limit or with [Server.Close].
func FaultStallBeforeHeaders() Fault { return breaks("stall before the answer", stalls) }

// FaultLostAnswer resets the connection after the request was processed, so that the client does not know that it was.
func FaultLostAnswer() Fault {
	f := FaultReset().AfterEffect()
	f.name = "answer lost after the effect"
	return f
}

// FaultResetMidBody resets the connection in the middle of the answer's body. It does not change an answer without a
// body.
func FaultResetMidBody() Fault { return breaksMidBody("connection reset mid-body", resets) }

// FaultTruncate closes the connection in the middle of the answer's body. It does not change an answer without a body.
func FaultTruncate() Fault { return breaksMidBody("body truncated", hangsUp) }

// FaultStallMidBody sends half of the answer's body, and then nothing. It does not change an answer without a body.
func FaultStallMidBody() Fault { return breaksMidBody("stall mid-body", stalls) }

// FaultDelay sends the answer after d.
func FaultDelay(d time.Duration) Fault {
	return spoiled("delay of "+d.String(), func(a *answer) { a.delay = d })
}

// FaultMalformedJSON sends the first half of the answer's body as a complete one.
func FaultMalformedJSON() Fault {
	return spoiled("malformed JSON", func(a *answer) { a.body = a.body[:len(a.body)/2] })
}

// FaultDuplicateAnswer sends the answer's body twice, one after the other.
func FaultDuplicateAnswer() Fault {
	return spoiled("body sent twice", func(a *answer) { a.body = bytes.Repeat(a.body, 2) })
}

// FaultDuplicateRequest processes the request twice, as if a proxy had wrongly retried it. The client gets the second
// response.
func FaultDuplicateRequest() Fault {
	f := spoiled("request carried out twice", nil)
	f.carried = 2
	return f
}

// FaultHeader sends the answer with one header replaced; an empty value removes it.
func FaultHeader(name, value string) Fault {
	return spoiled("answer with "+strings.TrimSpace(name+": "+value), func(a *answer) {
		a.header = a.header.Clone()
		if a.header.Set(name, value); value == "" {
			a.header[http.CanonicalHeaderKey(name)] = nil // without it, net/http would set a Date
		}
	})
}

// FaultContentType sends the answer with another content type.
func FaultContentType(contentType string) Fault { return FaultHeader("Content-Type", contentType) }

// FaultClockSkew sends the answer with a Date that differs by d from the right one.
func FaultClockSkew(d time.Duration) Fault {
	return spoiled("Date off by "+d.String(), func(a *answer) {
		date, err := http.ParseTime(a.header.Get("Date"))
		if err != nil {
			date = time.Now()
		}
		a.header = a.header.Clone()
		a.header.Set("Date", date.Add(d).UTC().Format(http.TimeFormat))
	})
}

// FaultBefore calls do before the request is processed: srv.Advance or srv.RevokeGrant, for example. String returns
// name.
func FaultBefore(name string, do func()) Fault {
	f := spoiled(name, nil)
	f.before = do
	return f
}

// FaultRotateKeys calls [Server.RotateKeys] just before the request.
func FaultRotateKeys(s *Server) Fault { return FaultBefore("keys rotated", s.RotateKeys) }

// FaultRevokeTokens calls [Server.RevokeTokens] just before the request.
func FaultRevokeTokens(s *Server) Fault { return FaultBefore("all tokens revoked", s.RevokeTokens) }

func instead(name string, res response) Fault {
	return Fault{name: name, spoil: func(a *answer) { a.response = res }}
}

func breaks(name string, how ending) Fault {
	return Fault{name: name, spoil: func(a *answer) { a.ending, a.sent = how, -1 }}
}

func breaksMidBody(name string, how ending) Fault {
	return spoiled(name, func(a *answer) {
		if len(a.body) > 0 {
			a.ending, a.sent = how, len(a.body)/2
		}
	})
}

func spoiled(name string, spoil func(*answer)) Fault {
	return Fault{name: name, carried: 1, spoil: spoil}
}
