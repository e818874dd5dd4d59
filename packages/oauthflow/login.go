package oauthflow

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/cli/browser"
)

// Login has the settings of Config.Login. The zero value opens the default browser, and waits five minutes.
type Login struct {
	// OpenBrowser opens the URL. Nil: the default browser, whose output does not reach stdout. If it fails, the user can
	// open the printed URL.
	OpenBrowser func(url string) error
	// Out is where the URL is printed. Nil: os.Stderr.
	Out io.Writer
	// Timeout is how long the user has. 0: five minutes. After it, the error is context.DeadlineExceeded.
	Timeout time.Duration
	// Headless is for machines without a browser. Login then does not listen or open a browser: it prints the URL, and
	// reads lines from In until one is the URL of the callback, or its query, with the right state. It prints to Out that
	// other lines are refused. At the end of In, the error is io.ErrUnexpectedEOF. An empty RedirectURI is
	// http://127.0.0.1/callback.
	Headless bool
	// In is read if Headless. Nil: os.Stdin.
	In io.Reader
}

// Login gets a token for the user at this machine, and saves it as Finish does (RFC 8252).
//
// It listens on loopback only: on 127.0.0.1, or on [::1] if RedirectURI has that host; on RedirectURI's port, or on a
// free one; for RedirectURI's path, or for /callback if RedirectURI is "". The redirect URI that is sent has the
// listener's port. A RedirectURI with another host is an error, also localhost (RFC 8252, section 8.3).
//
// It passes the first GET of that path with the right state to Finish, and returns its result. If ctx ends before, it
// returns the cause. Other requests are refused and change nothing. The page in the browser is written after the
// exchange, and shows its result. When Login returns, the page is written and the port is free.
func (c Config) Login(ctx context.Context, l Login) (Token, error) {
	if err := c.check(); err != nil {
		return Token{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(l.Timeout, 5*time.Minute))
	defer cancel()
	if l.Out == nil {
		l.Out = os.Stderr
	}
	if l.Headless {
		return c.loginByHand(ctx, l)
	}
	redirect, err := loopbackURI(c.RedirectURI)
	if err != nil {
		return Token{}, invalid("RedirectURI", "%w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(redirect.Hostname(),
		cmp.Or(redirect.Port(), "0")))
	if err != nil {
		return Token{}, fmt.Errorf("oauthflow: listening for the callback: %w", err)
	}
	redirect.Host = listener.Addr().String()
	c.RedirectURI = redirect.String()
	pending, err := c.Begin()
	if err != nil {
		listener.Close()
		return Token{}, err
	}
	wait := &callback{config: c, pending: pending, path: cmp.Or(redirect.Path, "/"), done: make(chan struct{}), ctx: ctx}
	stop := wait.serve(listener)
	defer stop()
	defer l.show(pending.URL)()
	select {
	case <-wait.done:
		return wait.token, wait.err
	case <-ctx.Done():
		return Token{}, fmt.Errorf("oauthflow: waiting for the login: %w", context.Cause(ctx))
	}
}

// loopbackURI parses the redirect URI of a Login that listens.
func loopbackURI(uri string) (*url.URL, error) {
	uri = cmp.Or(uri, defaultRedirectURI)
	if err := checkRedirectURI(uri); err != nil {
		return nil, err
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.Hostname() != "127.0.0.1" && u.Hostname() != "::1" {
		return nil, errors.New("Login needs http://127.0.0.1 or http://[::1] (RFC 8252, sections 7.3 and 8.3), or Headless")
	}
	return u, nil
}

// show prints the URL and opens the browser. The function that it returns waits up to a second for the browser's
// command.
func (l Login) show(target string) (wait func()) {
	fmt.Fprintf(l.Out, "Open this URL to sign in:\n\n  %s\n\n", target)
	open := l.OpenBrowser
	if open == nil {
		silenceBrowser()
		open = browser.OpenURL
	}
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		if err := open(target); err != nil {
			fmt.Fprintln(l.Out, "The browser could not be opened; please open the URL yourself.")
		}
	}()
	return func() {
		select {
		case <-opened:
		case <-time.After(time.Second): // a browser in a terminal runs until its user ends it
		}
	}
}

// silenceBrowser discards what browsers print: another program may read the stdout of this one.
var silenceBrowser = sync.OnceFunc(func() { browser.Stdout = io.Discard })

// A callback is the HTTP handler of a Login.
type callback struct {
	config  Config
	pending *Pending
	path    string
	ctx     context.Context

	once  sync.Once
	done  chan struct{} // closed once there is a result
	token Token
	err   error
}

// serve answers requests until it is stopped.
func (b *callback) serve(listener net.Listener) (stop func()) {
	server := &http.Server{Handler: b, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	server.SetKeepAlivesEnabled(false)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	return func() {
		// Browsers open connections that they do not use. Do not wait for those.
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
		<-ended
	}
}

// ServeHTTP finishes the authorization with the first request that has the right state. Later ones get the same page.
func (b *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	states := r.URL.Query()["state"]
	switch {
	case r.URL.Path != b.path:
		http.Error(w, "not found", http.StatusNotFound)
		return
	case r.Method != http.MethodGet || !b.pending.matches(states):
		http.Error(w, "this is not the answer to the login that is under way", http.StatusBadRequest)
		return
	}
	first := false
	b.once.Do(func() { first = true })
	if first {
		b.token, b.err = b.config.Finish(b.ctx, b.pending, r.URL.Query())
		defer close(b.done) // Login waits until the page is written
	} else {
		<-b.done
	}
	writePage(w, b.config, b.token, b.err)
}

// matches reports whether states has exactly one value, the state of p.
func (p *Pending) matches(states []string) bool { return len(states) == 1 && p.isState(states[0]) }

// loginByHand lets the user copy the URLs between this machine and the browser.
func (c Config) loginByHand(ctx context.Context, l Login) (Token, error) {
	c.RedirectURI = cmp.Or(c.RedirectURI, defaultRedirectURI)
	pending, err := c.Begin()
	if err != nil {
		return Token{}, err
	}
	fmt.Fprintf(l.Out, "Open this URL to sign in, in any browser:\n\n  %s\n\n"+
		"The browser ends at a page that may not load. Paste its address here:\n", pending.URL)
	in := l.In
	if in == nil {
		in = os.Stdin
	}
	lines, readErr := readLines(ctx, in)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return Token{}, fmt.Errorf("oauthflow: waiting for the pasted address: %w", <-readErr)
			}
			if query := queryOf(line); pending.matches(query["state"]) {
				return c.Finish(ctx, pending, query)
			}
			fmt.Fprintln(l.Out, "This is not the answer to this login. Paste the whole address, or its part after the ?.")
		case <-ctx.Done():
			return Token{}, fmt.Errorf("oauthflow: waiting for the pasted address: %w", context.Cause(ctx))
		}
	}
}

// readLines reads until ctx ends, but cannot stop a Read that is under way then. After the last line, err has the
// reason.
func readLines(ctx context.Context, in io.Reader) (lines chan string, err chan error) {
	lines, err = make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
		err <- cmp.Or(scanner.Err(), io.ErrUnexpectedEOF)
	}()
	return lines, err
}

// queryOf returns the query of a pasted URL, or the pasted query.
func queryOf(line string) url.Values {
	line = strings.Trim(strings.TrimSpace(line), `"'`)
	if _, query, found := strings.Cut(line, "?"); found {
		line = query
	}
	line, _, _ = strings.Cut(line, "#")
	values, err := url.ParseQuery(line)
	if err != nil {
		return nil
	}
	return values
}
