package telnyx

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	"github.com/team-telnyx/telnyx-go/internal/redact"
)

// These types can hold secrets, which fmt and log/slog do not print. json.Marshal writes them, and so does
// slog.JSONHandler for a slice or map of these types, which it passes to encoding/json.

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthGrantsResponse) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthRegisterResponse) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthTokenResponse) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthGrantsParams) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthIntrospectParams) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthTokenParams) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// Format prints the fields, secrets redacted, whatever the verb.
func (r OAuthClient) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthGrantsResponse) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthRegisterResponse) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthTokenResponse) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthGrantsParams) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthIntrospectParams) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthTokenParams) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthClient) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthRegisterParams) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthClientNewParams) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthClientUpdateParams) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthClientNewResponse) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthClientGetResponse) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue returns the fields for log/slog, secrets redacted.
func (r OAuthClientUpdateResponse) LogValue() slog.Value { return slog.StringValue(redacted(r)) }

// LogValue keeps the client's options out of logs.
func (r Client) LogValue() slog.Value { return slog.StringValue("telnyx.Client") }

// LogValue keeps the service's options out of logs.
func (r WellKnownService) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%T", r)) }

// LogValue keeps the service's options out of logs.
func (r OAuthService) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%T", r)) }

// LogValue keeps the service's options out of logs.
func (r OAuthClientService) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%T", r)) }

// LogValue keeps the service's options out of logs.
func (r OAuthGrantService) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%T", r)) }

// redacted returns a struct as %+v prints it, without its metadata and without secrets.
func redacted(v any) string {
	var parts []string
	for field, value := range reflect.ValueOf(v).Fields() {
		wire, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if wire == "" || wire == "-" || value.IsZero() {
			continue
		}
		text := redact.Mask
		if !redact.Name(wire) {
			text = redact.Redactor{}.Text(fmt.Sprint(value.Interface()))
		}
		parts = append(parts, field.Name+":"+text)
	}
	return "{" + strings.Join(parts, " ") + "}"
}
