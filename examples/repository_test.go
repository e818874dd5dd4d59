package examples_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

func TestTheConfigurationOfTheRepositoryIsYAML(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../.github/*.yml", "../.github/*/*.yml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.Len(t, files, 5)

	for _, file := range files {
		var content map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(read(t, file[len("../"):])), &content), file)
		require.NotEmpty(t, content, file)
	}
}

func TestTheWorkflowRunsTheChecksOnTheOldestAndNewestGoAndOnAllSystems(t *testing.T) {
	oldest := submatch(t, `(?m)^go (1\.\d+)`, read(t, "go.mod"))
	newest := submatch(t, `(?m)^newest_go=go(1\.\d+)`, read(t, ".ci/run"))
	var workflow struct {
		Jobs struct {
			Test struct {
				Strategy struct {
					Matrix struct{ OS, Go []string }
				}
			}
		}
	}

	err := yaml.Unmarshal([]byte(read(t, ".github/workflows/ci.yml")), &workflow)

	require.NoError(t, err)
	matrix := workflow.Jobs.Test.Strategy.Matrix
	require.Equal(t, []string{oldest, newest}, matrix.Go)
	require.Equal(t, []string{"ubuntu-latest", "macos-latest", "windows-latest"}, matrix.OS)
}

func TestEveryPatchOfTheOldestGoIsEnough(t *testing.T) {
	for _, module := range []string{"go.mod", "examples/mcp/go.mod", "e2e/go.mod"} {
		require.Regexp(t, `(?m)^go 1\.\d+\.0$`, read(t, module), module)
	}
}

func TestTheWorkflowNamesOnlyChecksThatExist(t *testing.T) {
	checks := read(t, ".ci/run")
	runs := regexp.MustCompile(`\.ci/run((?: \w+)+)`).FindAllStringSubmatch(read(t, ".github/workflows/ci.yml"), -1)
	require.NotEmpty(t, runs)

	for _, run := range runs {
		for _, name := range regexp.MustCompile(`\w+`).FindAllString(run[1], -1) {
			require.Contains(t, checks, "\ncheck_"+name+"() {")
		}
	}
}

func submatch(t *testing.T, pattern, text string) string {
	t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(text)
	require.NotNil(t, match, pattern)
	return match[1]
}
