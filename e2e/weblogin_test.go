package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// weblogin starts examples/weblogin, and returns its address.
func weblogin(t *testing.T) (root string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "weblogin")
	build := exec.Command("go", "build", "-o", program, "./examples/weblogin")
	build.Dir = ".."
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	cmd := exec.Command(program, "-addr", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), "TELNYX_CLIENT_ID=", "TELNYX_BASE_URL=")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

func TestAUserSignsInToTheWebApplicationAndOut(t *testing.T) {
	b, root := openBrowser(t), weblogin(t)
	b.open(root)
	b.picture("weblogin")

	b.press("#login", allow)
	b.press(allow, "#user")

	b.picture("weblogin-in")
	require.Equal(t, root+"/", b.address())
	require.Contains(t, b.text(), "Weblogin")
	b.press("#logout", "#login")
	b.open(root)
	require.Contains(t, b.text(), "Sign in with Telnyx")
}

func TestAUserDeniesTheLoginOfTheWebApplication(t *testing.T) {
	b, root := openBrowser(t), weblogin(t)
	b.open(root + "/login")

	b.press(deny, "#note")

	require.Contains(t, b.text(), "You did not give access")
}

func TestAWrongStateIsRefusedByTheWebApplication(t *testing.T) {
	b, root := openBrowser(t), weblogin(t)
	b.open(root + "/login")

	b.open(root + "/callback?code=stolen&state=guessed")

	require.Contains(t, b.text(), "not the answer to your login")
	b.open(root)
	require.NotContains(t, b.text(), "Hello")
}

const user = `document.querySelector("#user").innerText`

func TestACallbackWorksOnceInTheWebApplication(t *testing.T) {
	b, root := openBrowser(t), weblogin(t)
	b.open(root + "/login")
	b.press(allow, "#user")
	before := b.get(chromedp.Evaluate[string](user))

	b.do(chromedp.NavigateBack()) // to the consent page, which was decided on
	b.open(root)

	require.Equal(t, before, b.get(chromedp.Evaluate[string](user)))
}
