// Package examples_test compares the documents with the code: their snippets compile, and their lists are complete.
package examples_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

const module = "github.com/team-telnyx/telnyx-go"

func TestGoCodeInTheDocumentsCompiles(t *testing.T) {
	packages := map[string]string{} // by the place that it is in
	for _, name := range documents(t) {
		for i, block := range regexp.MustCompile("(?ms)^```go\n(.*?)^```").FindAllStringSubmatch(read(t, name), -1) {
			place := regexp.MustCompile(`\W`).ReplaceAllString(fmt.Sprintf("%s_%d", name, i+1), "_")
			packages[place] = program(t, block[1])
		}
	}
	require.Greater(t, len(packages), 10)

	out, err := build(t, packages)

	require.NoError(t, err, out)
}

func TestGoCodeThatDoesNotCompileIsFound(t *testing.T) {
	out, err := build(t, map[string]string{"broken": program(t, "client.NoSuchService.Get(ctx)")})

	require.Error(t, err)
	require.Contains(t, out, "client.NoSuchService undefined")
}

func TestTheReadmeListsEveryOperationOfTheContract(t *testing.T) {
	contract, err := openapi3.NewLoader().LoadFromFile("../api/openapi.yaml")
	require.NoError(t, err)
	var want []string
	for path, item := range contract.Paths.Map() {
		for method, operation := range item.Operations() {
			want = append(want, operation.OperationID+" "+method+" "+path)
		}
	}
	require.Len(t, want, 17)

	var listed []string
	row := regexp.MustCompile("(?m)^\\| `client\\.\\w+\\.\\w+` \\| `(.*?)` \\| [^|]+ \\| `oauthtest\\.(.*?)` \\|$")
	for _, cells := range row.FindAllStringSubmatch(read(t, "README.md"), -1) {
		listed = append(listed, cells[2]+" "+cells[1])
	}

	require.ElementsMatch(t, want, listed)
}

func TestTheReadmeListsEveryOption(t *testing.T) {
	readme := read(t, "README.md")
	inOption := exported(t, "../option", "RequestOption")
	require.Greater(t, len(inOption), 20)

	for _, name := range inOption {
		require.Regexp(t, `(?m)^\|[^|]*`+"`option\\."+name+"`", readme)
	}
}

func TestLinksBetweenTheDocumentsAreNotBroken(t *testing.T) {
	for _, name := range documents(t) {
		text := regexp.MustCompile("(?ms)^```.*?^```|`[^`\n]*`").ReplaceAllString(read(t, name), "") // without code
		for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1) {
			file, heading, _ := strings.Cut(link[1], "#")
			if strings.HasPrefix(link[1], "https://") || strings.HasPrefix(link[1], "../../actions/") {
				continue // elsewhere, or beside the files where the repository is hosted
			}
			target := filepath.Join(filepath.Dir(name), file)
			if file == "" {
				target = name
			}
			_, err := os.Stat("../" + target)
			require.NoError(t, err, "%s links to %s", name, link[1])
			if heading != "" {
				require.Contains(t, headings(read(t, target)), heading, "%s links to %s", name, link[1])
			}
		}
	}
}

func TestTheArchitectureListsEveryPackage(t *testing.T) {
	architecture := read(t, "docs/architecture.md")

	files, err := filepath.Glob("../*/*/*.go")
	require.NoError(t, err)
	require.Greater(t, len(files), 50)
	for _, file := range files {
		dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../")
		if !strings.HasPrefix(dir, "examples/") {
			require.Regexp(t, "(?m)^"+dir+"/ ", architecture)
		}
	}
}

// documents returns the names of all Markdown files for people, relative to the root.
func documents(t *testing.T) (names []string) {
	t.Helper()
	for _, pattern := range []string{"../*.md", "../docs/*.md"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range found {
			names = append(names, strings.TrimPrefix(filepath.ToSlash(name), "../"))
		}
	}
	require.Contains(t, names, "README.md")
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../" + name)
	require.NoError(t, err)
	return string(text)
}

// headings returns the anchors of a document, as its readers link to them.
func headings(document string) (anchors []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(document, -1) {
		anchor := regexp.MustCompile(`[^\w -]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		anchors = append(anchors, strings.ReplaceAll(anchor, " ", "-"))
	}
	return anchors
}

// program completes a snippet to a file: it puts statements into a function with ctx and client, and adds the package
// clause and the imports if they are missing.
func program(t *testing.T, snippet string) string {
	t.Helper()
	if strings.HasPrefix(snippet, "package ") {
		return snippet
	}
	if !regexp.MustCompile(`\A(//.*\n)*(func|type) `).MatchString(snippet) {
		snippet = "func _(ctx context.Context, client telnyx.Client) error {\n" + snippet + "\nreturn nil\n}\n"
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", "package snippet\n"+snippet, 0)
	require.NoError(t, err, snippet)
	used := map[string]bool{"context": true, "telnyx": true}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	text := "package snippet\nvar _ context.Context\nvar _ telnyx.Client\n" + snippet
	imports := ""
	for _, path := range []string{
		"bytes", "context", "crypto/tls", "database/sql", "encoding/json", "errors", "fmt", "io", "log", "log/slog",
		"mime/multipart", "net/http", "net/url", "os", "path/filepath", "strings", "sync/atomic", "testing", "time",
		module, module + "/option", module + "/packages/oauthflow", module + "/packages/oauthtest",
		module + "/packages/oauthverify", module + "/packages/pagination", module +
			"/packages/param",
		module + "/packages/respjson",
	} {
		name := strings.TrimSuffix(path[strings.LastIndex(path, "/")+1:], "-go")
		if used[name] {
			imports += fmt.Sprintf("import %s %q\n", name, path)
		}
	}
	return strings.Replace(text, "\n", "\n"+imports, 1)
}

// build compiles each of the packages as if it were in the module.
func build(t *testing.T, packages map[string]string) (out string, err error) {
	t.Helper()
	dir, err := filepath.Abs(".")
	require.NoError(t, err)
	overlay := map[string]map[string]string{"Replace": {}}
	args := []string{"build", "-overlay", filepath.Join(t.TempDir(), "overlay.json")}
	for _, place := range slices.Sorted(maps.Keys(packages)) {
		file := filepath.Join(t.TempDir(), "snippet.go")
		require.NoError(t, os.WriteFile(file, []byte(packages[place]), 0o600))
		overlay["Replace"][filepath.Join(dir, place, "snippet.go")] = file
		args = append(args, "./"+place)
	}
	text, err := json.Marshal(overlay)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(args[2], text, 0o600))
	output, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
	return string(output), err
}

// exported returns the names of the exported functions in a directory that return the type result.
func exported(t *testing.T, dir, result string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Recv != nil || f.Type.Results == nil {
				continue
			}
			if id, ok := f.Type.Results.List[0].Type.(*ast.Ident); ok && id.Name == result {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}
