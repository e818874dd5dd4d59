package oauthflow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

// What the model's server does with the next token request.
const (
	fine         = "fine"
	keptRefresh  = "fine, without rotation"
	lostAnswer   = "answer lost"
	lostRequest  = "connection broke on the way" // the client cannot distinguish it from a lost answer
	noConnection = "no connection"
	busy         = "503"
	tooMany      = "429"
	gateway      = "403 of a gateway"
	broken       = "500"
	oauthError   = "server_error"
	temporarily  = "temporarily_unavailable"
	badClient    = "invalid_client"
	refused      = "invalid_grant"
	unusable     = "an answer without a token"
	macToken     = "a token that is not Bearer"
	overAtOnce   = "expires_in 0"
)

var weathers = []string{
	fine, fine, fine, keptRefresh, lostAnswer, lostRequest, noConnection, busy, tooMany, gateway, broken, oauthError,
	temporarily, badClient, refused, unusable, macToken, overAtOnce,
}

// A world is the server, the store and the processes of the model, with what the invariants need to know.
type world struct {
	t     *rapid.T
	clock *clock
	store *unsteadyStore

	mu        sync.Mutex
	weather   string
	issued    int
	spent     map[string]bool // refresh tokens that may have been used
	reusable  map[string]bool // refresh tokens that a success did not replace
	inFlight  map[string]int  // refresh requests by account
	violation string          // seen on another goroutine
	hold      chan struct{}   // the next request waits for it
	holding   chan struct{}   // closed when a request waits

	// dead has the accounts that may need a new login, and why.
	dead map[string]string

	processes []*process
}

// A process has one source for each account.
type process struct {
	account string
	config  oauthflow.Config
	source  *oauthflow.Source
	shaky   bool // one of its saves failed since the last login: only it knows the unsaved token
	last    string
}

// A view is the store as a process sees it.
type view struct {
	*unsteadyStore
	process *process
}

func (v view) Save(ctx context.Context, key oauthflow.Key, r oauthflow.Record) (string, error) {
	version, err := v.unsteadyStore.Save(ctx, key, r)
	if errors.Is(err, errDisk) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.process.shaky = true
	}
	return version, err
}

var accounts = []string{"ann", "bob"}

func newWorld(t *rapid.T) *world {
	w := &world{
		t: t, clock: new(clock), weather: fine,
		spent: map[string]bool{}, reusable: map[string]bool{}, inFlight: map[string]int{},
		dead: map[string]string{"ann": "no login", "bob": "no login"},
	}
	w.clock.advance(time.Hour * 24 * 365 * 56)
	w.store = &unsteadyStore{world: w, had: map[string]bool{}}
	for range 2 {
		for _, account := range accounts {
			p := &process{account: account, config: oauthflow.Config{
				Client: telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL("https://api.example/v2"),
					option.WithHTTPClient(w)),
				ClientID: "app", RedirectURI: "https://app.example/cb", Account: account, Now: w.clock.now,
			}}
			p.config.Store = view{w.store, p}
			w.processes = append(w.processes, p)
			w.restart(p)
		}
	}
	return w
}

func (w *world) restart(p *process) {
	var err error
	p.source, err = p.config.Stored()
	require.NoError(w.t, err)
	w.store.mu.Lock()
	shaky := p.shaky
	p.shaky = false
	w.store.mu.Unlock()
	if shaky {
		w.kill(p.account, "a process ended after its store failed")
	}
}

// kill notes that account may need a new login.
func (w *world) kill(account, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead[account] = why
}

// Do is the token endpoint.
func (w *world) Do(req *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(req.Body)
	form, _ := url.ParseQuery(string(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	weather := w.weather
	w.weather = fine
	if weather == noConnection {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
	account := strings.Split(form.Get("refresh_token")+form.Get("code")+"--", "-")[1]
	refreshing := form.Get("refresh_token") != ""
	if refreshing {
		if w.inFlight[account]++; w.inFlight[account] > 1 && !w.store.lost() { // invariant 3
			w.violation = "two renewals of " + account + " are under way"
		}
		defer func() { w.inFlight[account]-- }()
	}
	if hold := w.hold; hold != nil {
		w.hold = nil
		close(w.holding)
		w.mu.Unlock()
		<-hold
		w.mu.Lock()
	}

	refresh := form.Get("refresh_token")
	if refresh != "" {
		if w.spent[refresh] && !w.reusable[refresh] { // invariant 1
			w.violation = fmt.Sprintf("the refresh token %s was sent again after it may have been used", refresh)
		}
		switch weather {
		case busy, tooMany, gateway, temporarily, badClient: // unused
		default:
			w.spent[refresh] = true
		}
		switch weather {
		case lostAnswer, lostRequest, broken, oauthError, unusable, macToken:
			if !w.reusable[refresh] {
				w.dead[account] = weather
			}
		case refused:
			w.dead[account] = weather
		}
	}
	answer := func(status int, body string) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: req, ProtoMajor: 1,
			Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
	w.issued++
	token := fmt.Sprintf(`"access_token":"at-%s-%d","token_type":"Bearer"`, account, w.issued)
	rotated := fmt.Sprintf(`,"refresh_token":"rt-%s-%d"`, account, w.issued)
	switch weather {
	case keptRefresh:
		if refresh == "" { // a code always brings a refresh token
			return answer(200, `{`+token+rotated+`,"expires_in":1800}`)
		}
		w.reusable[refresh] = true
		return answer(200, `{`+token+`,"expires_in":1800}`)
	case overAtOnce:
		return answer(200, `{`+token+rotated+`,"expires_in":0}`)
	case lostAnswer, lostRequest:
		return nil, errors.New("connection reset by peer")
	case busy:
		return answer(503, `busy`)
	case tooMany:
		return answer(429, `{"errors":[{"code":"10011","title":"too many"}]}`)
	case gateway:
		return answer(403, `<html>no`)
	case broken:
		return answer(500, `{}`)
	case oauthError, temporarily, badClient, refused:
		return answer(400, `{"error":"`+weather+`"}`)
	case unusable:
		return answer(200, `{"token_type":"Bearer"}`)
	case macToken:
		return answer(200, `{"access_token":"x","token_type":"mac"}`)
	}
	return answer(200, `{`+token+rotated+`,"expires_in":1800}`)
}

// An unsteadyStore is a MemoryStore whose next operations may fail, and whose locks can be lost.
type unsteadyStore struct {
	oauthflow.MemoryStore
	world *world

	mu         sync.Mutex
	failSaves  int  // how many saves fail from now on
	skipSaves  int  // how many succeed before that
	afterwards bool // they save, and then return an error
	failLoads  int
	loseLock   bool
	lostOne    bool            // ever
	had        map[string]bool // access tokens that were saved
}

var errDisk = errors.New("the disk is full")

func (s *unsteadyStore) Load(ctx context.Context, key oauthflow.Key) (oauthflow.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failLoads > 0 {
		s.failLoads--
		return oauthflow.Record{}, errDisk
	}
	return s.MemoryStore.Load(ctx, key)
}

func (s *unsteadyStore) Save(ctx context.Context, key oauthflow.Key, r oauthflow.Record) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fails := false
	switch {
	case s.skipSaves > 0:
		s.skipSaves--
	case s.failSaves > 0:
		s.failSaves--
		fails = true
	}
	if fails && !s.afterwards {
		return "", errDisk
	}
	version, err := s.MemoryStore.Save(ctx, key, r)
	if err == nil {
		for field := range strings.SplitSeq(string(r.Data), `"`) {
			if strings.HasPrefix(field, "at-") {
				s.had[field] = true
			}
		}
	}
	if fails && err == nil {
		return "", errDisk
	}
	return version, err
}

func (s *unsteadyStore) Lock(ctx context.Context, key oauthflow.Key) (context.Context, func(), error) {
	held, release, err := s.MemoryStore.Lock(ctx, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && s.loseLock { // the lease ran out: others can have the lock
		s.loseLock, s.lostOne = false, true
		s.world.kill(key.Account, "a lock was lost: a renewal under way looks like one whose answer was lost")
		release()
		return held, func() {}, nil
	}
	return held, release, err
}

func (s *unsteadyStore) lost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lostOne
}

func (s *unsteadyStore) saved(accessToken string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.had[accessToken]
}

// check checks the result of a call.
func (w *world) check(p *process, t oauthflow.Token, err error) {
	saveError, unsaved := errors.AsType[*oauthflow.SaveError](err)
	transient, reauthorize := errors.Is(err, oauthflow.ErrTransient), errors.Is(err, oauthflow.ErrReauthorize)
	switch {
	case err == nil:
		p.last = t.AccessToken
		if !strings.HasPrefix(t.AccessToken, "at-"+p.account+"-") { // invariant 5
			w.t.Fatalf("%s got the token %s", p.account, t.AccessToken)
		}
		if !w.store.saved(t.AccessToken) { // invariant 2
			w.t.Fatalf("the token %s was returned before it was saved", t.AccessToken)
		}
	case unsaved:
		if saveError.Token.AccessToken == "" {
			w.t.Fatal("the SaveError has no token")
		}
	case transient && reauthorize:
		w.t.Fatalf("both transient and final: %v", err)
	case reauthorize:
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.dead[p.account] == "" && !w.othersShaky(p) {
			w.t.Fatalf("the login of %s was lost: %v", p.account, err)
		}
	case transient, errors.Is(err, context.Canceled), errors.Is(err, telnyx.ErrInvalidClient):
	default:
		w.t.Fatalf("an error of no kind: %v", err)
	}
}

// othersShaky reports whether another process of the account has a token that the store does not have.
func (w *world) othersShaky(p *process) bool {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	return slices.ContainsFunc(w.processes, func(other *process) bool {
		return other != p && other.account == p.account && other.shaky
	})
}

func (w *world) process(t *rapid.T) *process {
	return w.processes[rapid.IntRange(0, len(w.processes)-1).Draw(t, "process")]
}

// login finishes an authorization in a process.
func (w *world) login(t *rapid.T, p *process) {
	pending, err := p.config.Begin()
	require.NoError(w.t, err)
	w.mu.Lock()
	w.issued++
	code := fmt.Sprintf("code-%s-%d", p.account, w.issued)
	w.mu.Unlock()
	code = strings.Replace(code, "code-", "co-", 1)
	_, err = p.config.Finish(t.Context(), pending, url.Values{"code": {code}, "state": {pending.State}})
	if err == nil {
		w.mu.Lock()
		delete(w.dead, p.account)
		w.mu.Unlock()
		w.store.mu.Lock()
		for _, other := range w.processes {
			other.shaky = other.shaky && other.account != p.account
		}
		w.store.mu.Unlock()
	}
}

// modelSteps is how many steps a test run takes at least; OAUTHFLOW_MODEL_STEPS is another number. .ci/run model takes
// 100,000.
const modelSteps = 5_000

// The invariants, by the numbers in the comments:
//
//  1. A refresh token that may have been used is not sent again, unless the server is known to accept it again.
//  2. A token is returned only after it was saved.
//  3. An account has at most one renewal under way, unless a lock was lost.
//  4. A caller whose context ends gets its result without waiting for the renewal.
//  5. A caller gets only tokens of its own account.
func TestTheLifeOfATokenKeepsItsInvariants(t *testing.T) {
	want := modelSteps
	if n, err := strconv.Atoi(os.Getenv("OAUTHFLOW_MODEL_STEPS")); err == nil {
		want = n
	}
	steps := 0
	for steps < want {
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			t.Repeat(w.actions(&steps))
			w.settle(t)
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d steps", steps)
}

func (w *world) actions(steps *int) map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){
		"token": func(t *rapid.T) {
			p := w.process(t)
			token, err := p.source.Token(t.Context())
			w.check(p, token, err)
		},
		"renew": func(t *rapid.T) {
			p := w.process(t)
			token, err := p.source.Renew(t.Context(), p.last)
			if err == nil && token.AccessToken == p.last {
				t.Fatal("the refused token came back")
			}
			w.check(p, token, err)
		},
		"many at once, some of whom leave": func(t *rapid.T) { w.crowd(t, w.process(t)) },
		"time passes": func(t *rapid.T) {
			w.clock.advance(time.Duration(rapid.IntRange(1, 2000).Draw(t, "seconds")) * time.Second)
		},
		"login":        func(t *rapid.T) { w.login(t, w.process(t)) },
		"login fails":  func(t *rapid.T) { w.set(lostAnswer); w.login(t, w.process(t)) },
		"login, early": func(t *rapid.T) { w.login(t, w.process(t)) },
		"restart":      func(t *rapid.T) { w.restart(w.process(t)) },
		"logout": func(t *rapid.T) {
			p := w.process(t)
			w.kill(p.account, "logout")
			_ = p.config.Forget(t.Context())
		},
		"weather": func(t *rapid.T) { w.set(rapid.SampledFrom(weathers).Draw(t, "weather")) },
		"the disk fills": func(t *rapid.T) {
			w.store.mu.Lock()
			defer w.store.mu.Unlock()
			w.store.skipSaves = rapid.IntRange(0, 2).Draw(t, "good saves")
			w.store.failSaves = rapid.IntRange(1, 3).Draw(t, "failed saves")
			w.store.afterwards = rapid.Bool().Draw(t, "after they were done")
		},
		"the disk cannot be read": func(t *rapid.T) {
			w.store.mu.Lock()
			defer w.store.mu.Unlock()
			w.store.failLoads = rapid.IntRange(1, 3).Draw(t, "failed loads")
		},
		"a lock gets lost": func(*rapid.T) {
			w.store.mu.Lock()
			defer w.store.mu.Unlock()
			w.store.loseLock = true
		},
	}
	actions[""] = func(t *rapid.T) { // after each of the others
		*steps++
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.violation != "" {
			t.Fatal(w.violation)
		}
	}
	return actions
}

func (w *world) set(weather string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.weather = weather
}

// crowd makes many callers wait for one renewal. Some of them leave before its end.
func (w *world) crowd(t *rapid.T, p *process) {
	w.mu.Lock()
	hold, holding := make(chan struct{}), make(chan struct{})
	w.hold, w.holding = hold, holding
	w.mu.Unlock()
	type result struct {
		oauthflow.Token
		error
	}
	ctx, leave := context.WithCancel(t.Context())
	staying, leaving := make(chan result, 3), make(chan result, 3)
	for range 3 {
		go func() { t, err := p.source.Token(t.Context()); staying <- result{t, err} }()
		go func() { t, err := p.source.Token(ctx); leaving <- result{t, err} }()
	}
	var first *result // of those who stay, if the server gets no request
	select {
	case <-holding:
	case r := <-staying:
		first = &r
	}
	leave()
	for range 3 { // invariant 4: the server has not answered yet
		r := <-leaving
		w.check(p, r.Token, r.error)
	}
	w.mu.Lock()
	w.hold = nil
	w.mu.Unlock()
	close(hold)
	if first != nil {
		w.check(p, first.Token, first.error)
	}
	for n := range 3 {
		if n == 0 && first != nil {
			continue
		}
		r := <-staying
		w.check(p, r.Token, r.error)
	}
}

// settle ends all failures, and checks that every process gets a token after a login.
func (w *world) settle(t *rapid.T) {
	w.set(fine)
	w.store.mu.Lock()
	w.store.failSaves, w.store.failLoads, w.store.loseLock = 0, 0, false
	w.store.mu.Unlock()
	for _, p := range w.processes {
		_ = p.source.Close()
		w.restart(p)
	}
	for _, p := range w.processes[:len(accounts)] {
		w.login(t, p)
	}
	w.clock.advance(time.Hour)
	for _, p := range w.processes {
		token, err := p.source.Token(t.Context())
		require.NoError(t, err)
		w.check(p, token, nil)
		require.NoError(t, p.source.Close())
	}
}
