package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A browser is one tab of a Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// openBrowser starts a headless Chromium.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	require.NoError(t, err, "these tests need chromium; .ci/run e2e installs it")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		closeTab()
		stop()
	})
	require.NoError(t, chromedp.Do(ctx)) // Chromium runs
	return &browser{t, ctx}
}

// limited returns a context for one step, so that a page that does not load ends the test.
func (b *browser) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, 30*time.Second)
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...))
}

// get runs an action that returns a text.
func (b *browser) get(action chromedp.Action[string]) string {
	b.t.Helper()
	ctx, cancel := b.limited()
	defer cancel()
	text, err := chromedp.Run(ctx, action)
	require.NoError(b.t, err)
	return text
}

func (b *browser) open(target string) { b.t.Helper(); b.do(chromedp.Navigate(target)) }

// press clicks and waits for the next page.
func (b *browser) press(selector string, until string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS(until)))
}

// text returns the text of the page. It reads the document, because a node of an earlier page may not exist any more.
func (b *browser) text() string {
	b.t.Helper()
	return b.get(chromedp.Evaluate[string]("document.body.innerText"))
}

func (b *browser) address() string { b.t.Helper(); return b.get(chromedp.Location()) }

// picture saves what the tab shows, in light and dark and on a phone, in the folder E2E_PICTURES. The tests do not need
// it.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("E2E_PICTURES")
	if dir == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		for device, width := range map[string]int64{"desk": 1100, "phone": 390} {
			b.do(chromedp.EmulateViewport(width, 720), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
				})
				return err
			}))
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			require.NoError(b.t, err)
			require.NoError(b.t, os.WriteFile(filepath.Join(dir, name+"-"+scheme+"-"+device+".png"), png, 0o600))
		}
	}
}
