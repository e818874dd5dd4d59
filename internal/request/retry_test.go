package request

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestARequestIsRetriedAfterAResponseOnlyIfThatIsSafe(t *testing.T) {
	for _, c := range []struct {
		status                     int
		should                     string
		idempotent, creation, once bool
	}{
		{status: 200}, {status: 302}, {status: 400}, {status: 401}, {status: 403}, {status: 404}, {status: 422},
		{status: 408, idempotent: true},
		{status: 409, idempotent: true},
		{status: 429, idempotent: true, creation: true},
		{status: 500, idempotent: true},
		{status: 502, idempotent: true},
		{status: 503, idempotent: true, creation: true},
		{status: 504, idempotent: true},
		{status: 599, idempotent: true},
		{status: 500, should: "true", idempotent: true, creation: true},
		{status: 400, should: "true", idempotent: true, creation: true},
		{status: 503, should: "false"},
		{status: 429, should: "false"},
		{status: 500, should: "perhaps", idempotent: true},
	} {
		h := http.Header{}
		if c.should != "" {
			h.Set("X-Should-Retry", c.should)
		}
		for safety, want := range map[Safety]bool{Idempotent: c.idempotent, Creation: c.creation, Once: c.once} {
			require.Equal(
				t, want, retryAnswer(safety, c.status, h), "status %d, x-should-retry %q, safety %d", c.status, c.should, safety,
			)
		}
	}
}

func TestAFailedRequestIsRetriedIfNothingWasSentOrItIsIdempotent(t *testing.T) {
	for _, c := range []struct {
		safety    Safety
		untouched bool
		want      bool
	}{
		{Idempotent, false, true}, {Idempotent, true, true},
		{Creation, false, false}, {Creation, true, true},
		{Once, false, false}, {Once, true, true},
	} {
		require.Equal(t, c.want, retryFailure(c.safety, c.untouched, io.ErrUnexpectedEOF), "%+v", c)
	}
}

func TestAPermanentErrorIsNotRetried(t *testing.T) {
	_, badURL := url.Parse(strings.TrimSuffix("http://[::1]", "]"))
	for _, err := range []error{
		&tls.CertificateVerificationError{Err: errors.New("expired")},
		x509.UnknownAuthorityError{},
		x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"},
		x509.CertificateInvalidError{},
		x509.SystemRootsError{},
		tls.RecordHeaderError{},
		badURL,
		&net.AddrError{Err: "invalid port", Addr: "h:99999"},
		&refusedRedirect{errors.New("not there")},
		http.ErrSchemeMismatch,
		errTooLarge,
		context.Canceled,
	} {
		wrapped := &url.Error{Op: "Get", URL: "https://h", Err: fmt.Errorf("sending: %w", err)}
		require.False(t, retryFailure(Idempotent, true, wrapped), "%T", err)
	}
	for _, err := range []error{
		io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, &net.OpError{Op: "dial", Err: errors.New("refused")},
	} {
		require.True(t, retryFailure(Idempotent, false, err), "%T", err)
	}
}

func TestBackoffIsBetweenHalfOfACeilingThatDoublesAndTheCeiling(t *testing.T) {
	const almostOne = 1 - 1e-12
	for n, ceiling := range map[int]time.Duration{
		0: 500 * time.Millisecond, 1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second,
		4: 8 * time.Second, 5: 8 * time.Second, 63: 8 * time.Second, 64: 8 * time.Second, math.MaxInt: 8 * time.Second,
	} {
		require.Equal(t, ceiling/2, backoff(n, 0), "retry %d", n)
		require.Equal(t, ceiling*3/4, backoff(n, 0.5), "retry %d", n)
		require.InDelta(t, ceiling, backoff(n, almostOne), float64(time.Millisecond), "retry %d", n)
	}
}

func TestSafetyDependsOnTheEndpointAndTheBodyAsSent(t *testing.T) {
	const (
		form, json, capitals = formType, jsonType, "Application/X-WWW-Form-Urlencoded; charset=UTF-8"
		grant                = `{"grant_type":"client_credentials"`
	)
	for _, c := range []struct {
		name, method, path, body, contentType string
		want                                  Safety
	}{
		{"reading", "GET", "oauth_clients", "", "", Idempotent},
		{"replacing", "PUT", "oauth_clients/1", "{}", json, Idempotent},
		{"deleting", "DELETE", "oauth_grants/1", "", "", Idempotent},
		{"creating", "POST", "oauth_clients", "{}", json, Creation},
		{"registering", "POST", "oauth/register", "{}", json, Creation},
		{"changing", "PATCH", "anything", "{}", json, Creation},
		{"introspecting", "POST", "oauth/introspect", "token=t", form, Idempotent},
		{"client credentials", "POST", "oauth/token", "grant_type=client_credentials", form, Idempotent},
		{"client credentials as JSON", "POST", "oauth/token", `{"grant_type":"client_credentials"}`, json, Idempotent},
		{"a code", "POST", "oauth/token", "grant_type=authorization_code&code=c", form, Once},
		{"a refresh token", "POST", "oauth/token", "grant_type=refresh_token&refresh_token=r", form, Once},
		{"a code that claims to be none", "POST", "oauth/token", "grant_type=client_credentials&code=c", form, Once},
		{"a code behind an empty one", "POST", "oauth/token", "grant_type=client_credentials&code=&code=c", form, Once},
		{"a code behind an empty one as JSON", "POST", "oauth/token", grant + `,"code":["","c"]}`, json, Once},
		{"a code before an empty one as JSON", "POST", "oauth/token", grant + `,"code":"x","code":""}`, json, Once},
		{"a code with an escaped name as JSON", "POST", "oauth/token", grant + `,"c\u006fde":"x"}`, json, Once},
		{"a null code as JSON", "POST", "oauth/token", grant + `,"code":null}`, json, Idempotent},
		{"two grants as JSON", "POST", "oauth/token", grant + `,"grant_type":"refresh_token"}`, json, Once},
		{"a form in capitals", "POST", "oauth/token", "grant_type=client_credentials", capitals, Idempotent},
		{"a code in a form in capitals", "POST", "oauth/token", "grant_type=client_credentials&code=c", capitals, Once},
		{"arrays without end", "POST", "oauth/token", strings.Repeat("[", 1<<20), json, Once},
		{"objects without end", "POST", "oauth/token", strings.Repeat(`{"a":`, 1<<20), json, Once},
		{"two grants", "POST", "oauth/token", "grant_type=client_credentials&grant_type=refresh_token", form, Once},
		{"half a JSON text", "POST", "oauth/token", `{"grant_type":"client_credentials"`, json, Once},
		{
			"client credentials with an assertion", "POST", "oauth/token", "grant_type=client_credentials&client_assertion=a",
			form, Once,
		},
		{"introspecting with an assertion", "POST", "oauth/introspect", "token=t&client_assertion=a", form, Once},
		{"an unknown grant", "POST", "oauth/token", "grant_type=device", form, Once},
		{"an unknown body", "POST", "oauth/token", "--x--", "multipart/form-data", Once},
		{"a query behind the path", "POST", "/oauth/token?a=b", "code=c", form, Once},
		{"an escaped path", "POST", "oauth%2Ftoken", "code=c", form, Once},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := ParseEndpoint(c.method, c.path)
			require.NoError(t, e.err)
			cfg := NewConfig(e, nil)
			require.NoError(t, cfg.Complete())
			require.Equal(t, c.want, safetyOf(cfg.Endpoint, []byte(c.body), c.contentType))
		})
	}
}

func TestNothingWasSentOnlyIfThereWasNeverAConnection(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for _, c := range []struct {
		asked, got bool
		err        error
		want       bool
	}{
		{asked: true, err: io.EOF, want: true},
		{asked: true, got: true, err: io.EOF},
		{err: io.EOF},
		{err: dial, want: true},
		{asked: true, got: true, err: dial}, // a second dial, after bytes left over the first connection
		{err: &net.OpError{Op: "read", Err: io.EOF}},
	} {
		var trace trace
		trace.asked.Store(c.asked)
		trace.got.Store(c.got)
		require.Equal(t, c.want, trace.untouched(c.err), "%+v", c)
	}
}
