package telnyx_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/team-telnyx/telnyx-go"

// packageFiles parses the files of every package of the module, without tests, by directory.
func packageFiles(t *testing.T) map[string][]*ast.File {
	t.Helper()
	found := map[string][]*ast.File{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		hidden := entry != nil && name != "." && strings.HasPrefix(entry.Name(), ".")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (hidden || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir(), hidden, !strings.HasSuffix(name, ".go"), strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		dir := filepath.ToSlash(filepath.Dir(name))
		found[dir] = append(found[dir], file)
		return err
	})
	require.NoError(t, err)
	return found
}

// importsOf returns the imports of a package: those of this module by directory, those of other modules by path. The
// standard library is left out.
func importsOf(t *testing.T, files []*ast.File) (own, others []string) {
	t.Helper()
	for _, file := range files {
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			dir, isOwn := strings.CutPrefix(name, module)
			host, _, _ := strings.Cut(name, "/")
			switch {
			case isOwn:
				own = append(own, path.Clean(strings.TrimPrefix(dir, "/")))
			case strings.Contains(host, "."):
				others = append(others, name)
			}
		}
	}
	return own, others
}

// isCore reports whether a package belongs to the core, which every program links.
func isCore(dir string) bool {
	return slices.Contains([]string{
		".", "option", "packages/apierror", "packages/param", "packages/respjson", "packages/pagination",
	}, dir) || strings.HasPrefix(dir, "internal/")
}

func isFlow(dir string) bool { return strings.HasPrefix(dir, "packages/oauth") }

func TestPackagesImportOnlyWhatTheDesignAllows(t *testing.T) {
	// ours and theirs are all that a package may import of this module and of others; nil leaves it open.
	rules := []struct {
		why          string
		concerns     func(dir string) bool
		ours, theirs func(imported string) bool
	}{
		{
			"param, respjson and escape import only the standard library",
			func(dir string) bool {
				return slices.Contains([]string{"packages/param", "packages/respjson", "internal/escape"}, dir)
			},
			none, none,
		},
		{
			"redact imports only escape and gjson",
			func(dir string) bool { return dir == "internal/redact" },
			only("internal/escape"), only("github.com/tidwall/gjson"),
		},
		{
			"internal packages do not import the packages that users import",
			func(dir string) bool { return strings.HasPrefix(dir, "internal/") },
			func(dir string) bool { return dir != "." && dir != "option" && !isFlow(dir) }, nil,
		},
		{
			"pagination imports neither option nor internal/request",
			func(dir string) bool { return dir == "packages/pagination" },
			only("packages/respjson", "internal/apijson"), none,
		},
		{
			"the core imports no other module than gjson and sjson",
			isCore,
			func(dir string) bool { return isCore(dir) }, only("github.com/tidwall/gjson", "github.com/tidwall/sjson"),
		},
		{
			"oauthflow, oauthverify and oauthtest do not import each other",
			isFlow,
			// The compiler keeps the internal packages of a flow to that flow.
			func(dir string) bool { return !isFlow(dir) || strings.Contains(dir, "/internal/") }, nil,
		},
		{
			"oauthtest has types of its own, so that a wrong JSON tag of the client cannot pass",
			func(dir string) bool { return strings.HasPrefix(dir+"/", "packages/oauthtest/") },
			only("internal/escape", "internal/redact", "packages/oauthtest/internal/record"), nil,
		},
		{
			"only tests import test libraries",
			func(string) bool { return true },
			nil, func(name string) bool {
				return !slices.ContainsFunc([]string{
					"github.com/stretchr/testify", "github.com/google/go-cmp", "go.uber.org/goleak", "github.com/getkin/kin-openapi",
				}, func(module string) bool { return name == module || strings.HasPrefix(name, module+"/") })
			},
		},
	}
	for _, rule := range rules {
		concerned := 0
		for dir, files := range packageFiles(t) {
			if !rule.concerns(dir) {
				continue
			}
			concerned++
			own, others := importsOf(t, files)
			for _, imported := range own {
				require.True(t, rule.ours == nil || rule.ours(imported), "%s imports %s: %s", dir, imported, rule.why)
			}
			for _, imported := range others {
				require.True(t, rule.theirs == nil || rule.theirs(imported), "%s imports %s: %s", dir, imported, rule.why)
			}
		}
		require.NotZero(t, concerned, rule.why)
	}
}

func none(string) bool { return false }

func only(allowed ...string) func(string) bool {
	return func(imported string) bool { return slices.Contains(allowed, imported) }
}

func TestOnlyTheDecoderUsesUnsafe(t *testing.T) {
	users := map[string]int{}
	for dir, files := range packageFiles(t) {
		for _, file := range files {
			if slices.ContainsFunc(file.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"unsafe"` }) {
				users[dir]++
			}
		}
	}
	require.Equal(t, map[string]int{"internal/apijson": 1}, users)
}

// linked lists the packages that a program with these packages links, and whether each is of the standard library.
func linked(t *testing.T, packages ...string) map[string]bool {
	t.Helper()
	list := append([]string{"list", "-deps", "-f", "{{.ImportPath}} {{.Standard}}"}, packages...)
	out, err := exec.CommandContext(t.Context(), "go", list...).Output()
	require.NoError(t, err)

	found := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		name, standard, _ := strings.Cut(strings.TrimSpace(line), " ")
		found[name] = standard == "true"
	}
	return found
}

func TestTheCoreLinksNoOtherModuleThanGjsonAndSjson(t *testing.T) {
	core := linked(t, ".", "./option")
	require.Contains(t, core, module)
	for name, standard := range core {
		dir, own := strings.CutPrefix(name, module)
		project := strings.TrimPrefix(name, "github.com/tidwall/")
		tidwall := slices.Contains([]string{"gjson", "match", "pretty", "sjson"}, project)
		require.True(t, standard || tidwall || own && isCore(path.Clean(strings.TrimPrefix(dir, "/"))), name)
	}
}

// An import does not show its cost: package html alone would add 70 KB to every program.
func TestTheCoreLinksOnlySlogBeyondWhatACallByHandLinks(t *testing.T) {
	floor := linked(t, "./bench/onecall/floor")
	var added []string
	for name, standard := range linked(t, ".", "./option") {
		if _, anyway := floor[name]; standard && !anyway {
			added = append(added, name)
		}
	}
	require.ElementsMatch(t, []string{"log/slog", "log/slog/internal", "log/slog/internal/buffer"}, added)
}

// constants are the functions whose results count as constants, because Go has no constants of their types.
var constants = []string{"errors.New", "regexp.MustCompile", "strings.NewReplacer", "reflect.TypeFor", "template.Must"}

// variables are the other package-level variables that are allowed, and why no call can leave state in them.
var variables = map[string]string{
	"examples/weblogin.pageSource":      "a file that go:embed puts there",
	"internal/apijson.plans":            "what is known of a type, which does not change",
	"packages/oauthverify.strictly":     "never written",
	"packages/param.nullKey":            "never written",
	"packages/param.plans":              "what is known of a type, which does not change",
	"packages/param.nullSlices":         "what is known of a type, which does not change",
	"internal/request.Production":       "never written",
	"internal/request.defaultClient":    "never written",
	"internal/request.operations":       "never written",
	"internal/request.roomy":            "the transport that all clients share, made once",
	"internal/request.standard":         "never written",
	"packages/oauthflow.pageStyle":      "a file that go:embed puts there",
	"packages/oauthflow.silenceBrowser": "the browser package's output is a variable of its own",
	"packages/oauthtest.pageSource":     "a file that go:embed puts there",

	"packages/oauthtest/internal/record.recorders": "which tests record which files: no two may write one",
}

func TestNoPackageHasStateOrAnInit(t *testing.T) {
	have := map[string]bool{}
	for dir, files := range packageFiles(t) {
		for _, file := range files {
			for _, decl := range file.Decls {
				f, isFunc := decl.(*ast.FuncDecl)
				require.False(t, isFunc && f.Recv == nil && f.Name.Name == "init", "%s has an init function", dir)
			}
		}
		for _, spec := range specs(files, token.VAR) {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				if name.Name != "_" && !(i < len(v.Values) && isConstant(v.Values[i])) {
					have[dir+"."+name.Name] = true
				}
			}
		}
	}

	for name := range have {
		require.Contains(t, variables, name, "a package-level variable without a reason")
	}
	for name, reason := range variables {
		require.Contains(t, have, name, "a variable that is gone: %s", reason)
	}
}

// isConstant reports whether a value is the result of one of these functions.
func isConstant(value ast.Expr) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	fun := call.Fun
	if generic, ok := fun.(*ast.IndexExpr); ok {
		fun = generic.X
	}
	selector, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := selector.X.(*ast.Ident)
	return ok && slices.Contains(constants, of.Name+"."+selector.Sel.Name)
}
