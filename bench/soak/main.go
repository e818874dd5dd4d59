// Command soak makes many calls from many goroutines against the test server, with faults in a share of them. It fails
// unless every call ends as expected, and no goroutines or memory are left.
//
//	go run ./bench/soak -calls 200000 -goroutines 64 -faults 0.05
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func main() {
	calls := flag.Int64("calls", 200_000, "calls to make")
	goroutines := flag.Int("goroutines", 64, "goroutines that make them")
	share := flag.Float64("faults", 0.05, "share of requests that fail, from 0 to 1")
	seed := flag.Uint64("seed", 1, "decides which requests fail")
	loopback := flag.Bool("loopback", false, "use a socket; the default is in memory")
	flag.Parse()
	if err := run(os.Stdout, *calls, *goroutines, *share, *seed, *loopback); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// attemptTimeout is much longer than a response takes, also on a busy machine, so that only stalls reach it.
const attemptTimeout = 10 * time.Second

// soak is one run.
type soak struct {
	srv    *oauthtest.Server
	faults *oauthtest.Faults
	client telnyx.Client
	base   telnyx.Client // for cleaning up, without faults
	http   *http.Client
	made   atomic.Int64
	faulty sync.Map // numbers of the calls that a fault happened to

	mu       sync.Mutex
	outcomes map[string]int
	wrong    []string
}

// figures are compared before and after.
type figures struct {
	heap       uint64
	goroutines int
}

func run(out io.Writer, calls int64, goroutines int, share float64, seed uint64, loopback bool) error {
	s := newSoak(seed, share, loopback)
	defer s.srv.Close()
	s.phase(goroutines, calls/10) // pools, caches and plans grow to their size
	before, warmUp := s.measure(), s.faults.Injected()
	began := time.Now()
	s.phase(goroutines, calls)
	took := time.Since(began)
	after := s.measure()

	made := s.made.Load()
	fmt.Fprintf(
		out, "calls       %d in %s (%.0f/s), after a tenth of that to warm up\n", made, took.Round(time.Millisecond),
		float64(made)/took.Seconds(),
	)
	fmt.Fprintf(out, "goroutines  %d calling; %d before, %d after\n", goroutines, before.goroutines, after.goroutines)
	fmt.Fprintf(out, "heap        %.2f MiB before, %.2f MiB after\n", mib(before.heap), mib(after.heap))
	fmt.Fprintf(out, "faults      %d\n", s.faults.Injected()-warmUp)
	fmt.Fprintln(out, "outcomes")
	for _, kind := range slices.Sorted(maps.Keys(s.outcomes)) {
		fmt.Fprintf(out, "  %-22s %d\n", kind, s.outcomes[kind])
	}

	var problems []error
	for _, w := range s.wrong[:min(len(s.wrong), 10)] {
		problems = append(problems, errors.New(w))
	}
	if len(s.wrong) > 0 {
		problems = append(problems, fmt.Errorf("%d calls ended in an unexpected way", len(s.wrong)))
	}
	if after.goroutines > before.goroutines {
		problems = append(problems, fmt.Errorf("%d more goroutines run than before", after.goroutines-before.goroutines))
	}
	const slack = 2 << 20
	if after.heap > before.heap+before.heap/10+slack {
		problems = append(problems, errors.New("the heap has grown"))
	}
	if share > 0 && s.faults.Injected() == warmUp {
		problems = append(problems, errors.New("no fault has happened"))
	}
	return errors.Join(problems...)
}

func mib(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

const callHeader = "X-Soak-Call"

func newSoak(seed uint64, share float64, loopback bool) *soak {
	s := &soak{outcomes: map[string]int{}}
	opts := []oauthtest.Option{
		oauthtest.WithHistory(0), oauthtest.WithOpaqueTokens(), oauthtest.WithScopes("messaging.read", "messaging.write"),
	}
	transport := http.RoundTripper(&http.Transport{MaxIdleConnsPerHost: 256})
	if loopback {
		s.srv = oauthtest.NewServer(opts...)
	} else {
		s.srv = oauthtest.New(opts...)
		transport = s.srv.Transport()
	}
	s.http = &http.Client{Transport: transport}
	s.base = telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(s.srv.BaseURL()),
		option.WithAPIKey(s.srv.APIKey()),
		option.WithHTTPClient(s.http))
	options := slices.Concat(
		s.base.Options,
		[]option.RequestOption{option.WithRequestTimeout(attemptTimeout), option.WithMaxResponseBytes(64 << 10)},
	)
	s.client = telnyx.NewClient(options...)

	s.faults = oauthtest.NewFaults(seed).Watch(func(r *http.Request, _ oauthtest.Fault) {
		s.faulty.Store(
			r.Header.Get(callHeader), true,
		)
	})
	quick, slow := quickFaults(), slowFaults()
	const rare = 0.02 // of the faults: each of these makes a goroutine wait for the timeout
	for _, f := range quick {
		s.faults.Sometimes(share*(1-rare)/float64(len(quick)), f)
	}
	for _, f := range slow {
		s.faults.Sometimes(share*rare/float64(len(slow)), f)
	}
	return s
}

func slowFaults() []oauthtest.Fault {
	return []oauthtest.Fault{oauthtest.FaultStallBeforeHeaders(), oauthtest.FaultStallMidBody()}
}

func quickFaults() []oauthtest.Fault {
	return []oauthtest.Fault{
		oauthtest.FaultRefuseConnection(),
		oauthtest.FaultReset(),
		oauthtest.FaultHangUp(),
		oauthtest.FaultLostAnswer(),
		oauthtest.FaultResetMidBody(),
		oauthtest.FaultTruncate(),
		oauthtest.FaultDelay(20 * time.Millisecond),
		oauthtest.FaultMalformedJSON(),
		oauthtest.FaultDuplicateAnswer(),
		oauthtest.FaultDuplicateRequest(),
		oauthtest.FaultContentType("text/html"),
		oauthtest.FaultGatewayHTML(http.StatusBadGateway),
		oauthtest.FaultGatewayHTML(http.StatusOK),
		oauthtest.FaultStatus(http.StatusInternalServerError, "", "").AfterEffect(),
		oauthtest.FaultRetryAfter(http.StatusServiceUnavailable, "0.05"),
		oauthtest.FaultRetryAfter(http.StatusTooManyRequests, "0.05"),
		oauthtest.FaultRetryAfter(http.StatusTooManyRequests, "3600"),
		oauthtest.FaultHugeBody(256 << 10),
		oauthtest.FaultGzipBomb(8 << 20),
		oauthtest.FaultRedirect(http.StatusFound, "/moved"),
	}
}

// phase makes calls with faults, and then removes what they created on the server.
func (s *soak) phase(goroutines int, calls int64) {
	s.made.Store(0)
	clear(s.outcomes)
	s.srv.Inject(s.faults)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for s.made.Load() < calls {
				s.session()
			}
		})
	}
	wg.Wait()
	s.srv.Inject(nil)
	ctx := context.Background()
	for { // always the first page, because deleting moves the pages
		page, err := s.base.OAuthClients.List(ctx, telnyx.OAuthClientListParams{PageSize: telnyx.Int(100)})
		if err != nil || len(page.Data) == 0 {
			break
		}
		for _, c := range page.Data {
			if err := s.base.OAuthClients.Delete(ctx, c.ClientID); err != nil {
				s.fail("cleaning up", err)
			}
		}
	}
	s.faulty.Clear()
}

func (s *soak) measure() figures {
	s.http.CloseIdleConnections()
	for range 5 { // goroutines that are ending need a moment
		time.Sleep(50 * time.Millisecond)
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return figures{m.HeapAlloc, runtime.NumGoroutine()}
}

// attempt makes one call, and reports whether it succeeded. ok reports whether the result of a success is right.
func (s *soak) attempt(what string, call func(context.Context, option.RequestOption) (ok bool, err error)) bool {
	number := strconv.FormatInt(s.made.Add(1), 10)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ok, err := call(ctx, option.WithHeader(callHeader, number))
	kind, documented := kindOf(err)
	s.mu.Lock()
	s.outcomes[kind]++
	s.mu.Unlock()
	_, faulty := s.faulty.LoadAndDelete(number)
	switch {
	case err != nil && (!faulty || !documented):
		s.fail(what, err)
	case err == nil && !ok && !faulty:
		s.fail(what, errors.New("a success without its result"))
	}
	return err == nil && ok
}

func (s *soak) fail(what string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, what+": "+err.Error())
}

// kindOf returns the kind of an error, and reports whether it is a documented one.
func kindOf(err error) (kind string, documented bool) {
	for _, k := range []error{
		telnyx.ErrBadResponse, telnyx.ErrInvalidGrant, telnyx.ErrNotFound, telnyx.ErrUnprocessable, telnyx.ErrRateLimited,
		telnyx.ErrServerError, telnyx.ErrRedirect,
	} {
		if errors.Is(err, k) {
			return k.Error(), true
		}
	}
	var op *net.OpError
	switch {
	case err == nil:
		return "ok", true
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout", true
	case errors.As(err, &op), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection error", true
	}
	return "other", false
}
