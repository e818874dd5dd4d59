package examples_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The commands of the document run in an empty module, with the modules that are in the cache already.
func TestAnEmptyModuleUsesACloneAsTheDocumentsSay(t *testing.T) {
	for _, document := range []string{"README.md", "docs/migrating.md"} {
		t.Run(document, func(t *testing.T) { useClone(t, document) })
	}
}

func useClone(t *testing.T, document string) {
	clone, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	sums, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(`package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

func main() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `+"`"+`{"data":{"client_id":"c1","name":"Pager"}}`+"`"+`)
	}))
	defer api.Close()
	client := telnyx.NewClient(option.WithoutEnvironment(), option.WithBaseURL(api.URL), option.WithAPIKey("KEY"))
	res, err := client.OAuthClients.Get(context.Background(), "c1")
	if err != nil {
		panic(err)
	}
	fmt.Print(res.Data.Name)
}
`), 0o600))
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %v: %s", args, out)
		return string(out)
	}

	run("mod", "init", "example.test/app")
	commands := regexp.MustCompile(`(?m)^go (mod [^#\n]+)`).FindAllStringSubmatch(read(t, document), -1)
	require.GreaterOrEqual(t, len(commands), 2)
	for _, command := range commands {
		args := strings.Fields(command[1])
		if last := len(args) - 1; args[last-1] == "-replace" {
			name, _, found := strings.Cut(args[last], "=")
			require.True(t, found, command[0])
			args[last] = name + "=" + clone
		}
		run(args...)
	}

	require.Equal(t, "Pager", run("run", "."))
}

// Each row of the tables has tests that fail if the row is false.
func TestEveryRowOfTheMigrationPageIsTested(t *testing.T) {
	held := map[string][]string{
		"same: Client": {
			"TestGetPostPutPatchAndDeleteTakeEveryKindOfParamsAndResult",
			"TestExecuteTakesEveryFormOfParams",
		},
		"same: Services": {
			"TestEveryOperationOfTheContractIsExactlyOneMethod",
			"TestServicesWorkWithoutAClient",
		},
		"same: Params": {
			"TestBodyParamsHaveTheMirroredMethods",
			"TestQueryParamsHaveTheMirroredMethods",
			"TestEveryParamsStructSendsExtraFieldsOverridesAndRawJSON",
		},
		"same: Responses": {
			"TestParamsAndResponsesHaveExactlyTheFieldsOfTheContract",
			"TestMetadataHasOneRecordForEachField",
		},
		"same: Errors": {
			"TestFailureToSendIsAURLErrorWithoutSecretsAroundTheTransportsOwnError",
			"TestBodyOfTheRequestCanBeReadByTheCaller",
		},
		"same: Lists": {
			"TestGetNextPageWalksAListPageByPage",
		},
		"same: Environment": {
			"TestNewClientReadsTheEnvironment",
		},
		"differs: Retries": {
			"TestACodeIsNeverSentTwiceWhateverTheServerAnswers",
			"TestACreationIsRepeatedOnlyAfterAnAnswerThatSaysItDidNotHappen",
		},
		"differs: Redirects": {
			"TestRedirectWithCredentialsIsFollowedToTheSameOriginOnly",
		},
		"differs: Credentials": {
			"TestEndpointsWithoutSecurityGetNoCredentialAtAll",
			"TestTokenRequestIsAuthenticatedByTheClientAndNeverByTheAPIKey",
		},
		"differs: Client credentials": {
			"TestAutomaticTokensWorkAgainstAServerThatChecksThem",
		},
		"differs: Response bodies": {
			"TestATruncatedResponseIsATypedErrorWithTheBytesReceived",
		},
		"differs: Lists": {
			"TestAListThatEndsBeforeItsTotalIsAnError",
		},
		"differs: Errors": {
			"TestNoSecretIsShownWhateverAHostileServerEchoes",
			"TestKindsMatchStatusAndCode",
		},
		"differs: `GetAuthorize`": {
			"TestGetAuthorizeReturnsNilForASuccessAndForARedirectThatItDoesNotFollow",
		},
		"differs: `WithEnvironmentProduction`": {
			"TestWithEnvironmentProductionOverridesTheEnvironmentAndNoOtherOption",
		},
	}
	firstCell := regexp.MustCompile(`(?m)^\| ([^|]+) \|`)
	var rows []string
	page := read(t, "docs/migrating.md")
	for name, heading := range map[string]string{"same": "## What is the same", "differs": "## What differs"} {
		_, section, found := strings.Cut(page, heading)
		require.True(t, found)
		section, _, _ = strings.Cut(section, "\n## ")
		for _, row := range firstCell.FindAllStringSubmatch(section, -1)[1:] { // without the head
			rows = append(rows, name+": "+row[1])
		}
	}
	require.ElementsMatch(t, rows, slices.Collect(maps.Keys(held)))

	tests := map[string]bool{}
	require.NoError(t, filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		for _, test := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(text, -1) {
			tests[string(test[1])] = true
		}
		return err
	}))
	for row, names := range held {
		for _, name := range names {
			require.True(t, tests[name], "%s: there is no %s", row, name)
		}
	}
}
