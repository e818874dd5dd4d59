package main

import (
	"crypto/rand"
	_ "embed"
	"errors"
	"html/template"
	"log"
	"net/http"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

//go:embed page.html
var pageSource string

// An app is the web application.
type app struct {
	config   oauthflow.Config // of the application; a user's has an Account
	options  []option.RequestOption
	sessions sessions
	page     *template.Template
}

func newApp(config oauthflow.Config, options []option.RequestOption) http.Handler {
	a := &app{
		config: config, options: options,
		sessions: sessions{byID: map[string]session{}, secure: strings.HasPrefix(config.RedirectURI, "https:")},
		page:     template.Must(template.New("").Parse(pageSource)),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /login", a.login)
	mux.HandleFunc("GET /callback", a.callback)
	mux.HandleFunc("POST /logout", a.logout)
	return mux
}

// of is the configuration of a user.
func (a *app) of(user string) oauthflow.Config {
	config := a.config
	config.Account = user
	return config
}

// home shows who is signed in, and data that the application can read with the token.
func (a *app) home(w http.ResponseWriter, r *http.Request) {
	user := a.sessions.get(r).user
	if user == "" {
		a.show(w, http.StatusOK, view{})
		return
	}
	source, err := a.of(user).Stored()
	if err != nil {
		a.fail(w, "the token", err)
		return
	}
	defer source.Close()
	client := telnyx.NewClient(append(a.options, option.WithoutEnvironment(), oauthflow.WithTokenSource(source))...)
	clients, err := client.OAuthClients.List(r.Context(), telnyx.OAuthClientListParams{})
	switch {
	case errors.Is(err, oauthflow.ErrReauthorize), errors.Is(err, telnyx.ErrUnauthorized): // the grant may be revoked
		a.forget(r, user)
		a.sessions.put(w, r, session{})
		a.show(w, http.StatusOK, view{Note: "Your login has ended. Please sign in again."})
	case err != nil:
		a.fail(w, "the list of clients", err)
	default:
		a.show(w, http.StatusOK, view{User: user, Clients: clients.Data})
	}
}

// login begins an authorization, and sends the browser to Telnyx.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	pending, err := a.config.Begin()
	if err != nil {
		a.fail(w, "the login", err)
		return
	}
	a.sessions.put(w, r, session{user: a.sessions.get(r).user, pending: pending})
	http.Redirect(w, r, pending.URL, http.StatusFound)
}

// callback finishes it. A real application would take the user from the token, or from its own accounts.
func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	user, before := "user-"+rand.Text()[:8], a.sessions.take(r)
	if before.pending == nil {
		a.show(w, http.StatusBadRequest, view{Note: "There is no login under way. Please sign in."})
		return
	}
	_, err := a.of(user).Finish(r.Context(), before.pending, r.URL.Query())
	switch {
	case errors.Is(err, telnyx.ErrAccessDenied):
		a.show(w, http.StatusForbidden, view{Note: "You did not give access. Nothing was changed."})
	case errors.Is(err, oauthflow.ErrStateMismatch), errors.Is(err, oauthflow.ErrInvalidCallback):
		a.show(w, http.StatusBadRequest, view{Note: "This is not the answer to your login. Please sign in again."})
	case err != nil:
		a.fail(w, "the login", err)
	default:
		a.forget(r, before.user)
		a.sessions.put(w, r, session{user: user})
		http.Redirect(w, r, "/", http.StatusFound)
	}
}

// forget removes the token of a login that has ended. If that fails, the token stays until it expires.
func (a *app) forget(r *http.Request, user string) {
	if user == "" {
		return
	}
	if err := a.of(user).Forget(r.Context()); err != nil {
		log.Println("weblogin:", err)
	}
}

// logout forgets the token: Telnyx has no endpoint that revokes it.
func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	if user := a.sessions.get(r).user; user != "" {
		if err := a.of(user).Forget(r.Context()); err != nil {
			a.fail(w, "the logout", err)
			return
		}
	}
	a.sessions.put(w, r, session{})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// A view is what the page shows.
type view struct {
	User, Note string
	Clients    []telnyx.OAuthClient
}

func (a *app) show(w http.ResponseWriter, status int, v view) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	if err := a.page.Execute(w, v); err != nil {
		log.Println("weblogin:", err)
	}
}

// fail logs the error, which has no secrets, and tells the user only what did not work.
func (a *app) fail(w http.ResponseWriter, what string, err error) {
	log.Println("weblogin:", err)
	a.show(w, http.StatusBadGateway, view{Note: "Something went wrong with " + what + ". Please try again."})
}
