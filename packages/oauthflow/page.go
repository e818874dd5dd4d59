package oauthflow

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/team-telnyx/telnyx-go"
)

//go:embed page.css
var pageStyle string

// writePage shows the user the result of a login. The page has no secret and loads nothing; values from outside are
// escaped.
func writePage(w http.ResponseWriter, c Config, t Token, err error) {
	state, title, text := outcomeForUser(c, err)
	var scopes strings.Builder
	if err == nil && len(t.Scopes) > 0 {
		scopes.WriteString("<h2>It may use</h2><ul>")
		for _, scope := range t.Scopes {
			fmt.Fprintf(&scopes, "<li>%s</li>", html.EscapeString(scope))
		}
		scopes.WriteString("</ul>")
	}
	sum := sha256.Sum256([]byte(pageStyle))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "+
		"style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	fmt.Fprintf(w, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>%[2]s</title>
<style>%[5]s</style>
</head>
<body class="%[1]s">
<main>
<h1>%[2]s</h1>
<p>%[3]s</p>
%[4]s
<p class="next">You can close this window and go back to the program that opened it.</p>
</main>
</body>
</html>
`, state, html.EscapeString(title), html.EscapeString(text), scopes.String(), pageStyle)
}

// outcomeForUser describes the result of a login to the user.
func outcomeForUser(c Config, err error) (state, title, text string) {
	if err == nil {
		return "good", "You are signed in", "The application " + c.ClientID + " has access to your Telnyx account now."
	}
	if refused, ok := errors.AsType[*AuthorizationError](err); ok {
		if errors.Is(err, telnyx.ErrAccessDenied) {
			return "bad", "Access was declined",
				"You did not give the application " + c.ClientID + " access to your Telnyx account. Nothing was changed."
		}
		text = "Telnyx refused the login: " + printable(refused.Code, 100)
		if refused.Description != "" {
			text += " (" + printable(refused.Description, 300) + ")"
		}
		return "bad", "You are not signed in", text + "."
	}
	if _, ok := errors.AsType[*SaveError](err); ok {
		return "bad", "The login was not saved",
			"Telnyx gave access, but the application " + c.ClientID + " could not save it, and says why."
	}
	return "bad", "You are not signed in",
		"The login of the application " + c.ClientID + " could not be completed. It says why; you can try again there."
}
