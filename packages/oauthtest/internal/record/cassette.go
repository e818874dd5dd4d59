package record

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v4"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// loadCassette reads a recording, and checks that it can be replayed.
func loadCassette(text []byte) (*cassette.Cassette, error) {
	var file struct{ Version any }
	if err := yaml.Unmarshal(text, &file); err == nil && file.Version != cassette.CassetteFormatVersion {
		return nil, fmt.Errorf("the recording has version %v, but only version %d is understood",
			cmp.Or[any](file.Version, "none"), cassette.CassetteFormatVersion)
	}
	tape, err := cassette.LoadWithFS("recording", memory(text))
	if err != nil {
		return nil, fmt.Errorf("this is not a recording: %w", err)
	}
	for n, i := range tape.Interactions {
		if wrong := unusable(i); wrong != "" {
			return nil, fmt.Errorf("interaction %d %s", n, wrong)
		}
	}
	return tape, nil
}

func unusable(i *cassette.Interaction) string {
	if i == nil {
		return "is empty"
	}
	u, err := url.Parse(i.Request.URL)
	switch {
	case err != nil || !u.IsAbs() || u.Host == "":
		return "has no absolute URL"
	case i.Request.Method == "":
		return "has no method"
	case i.Response.Code < 200 || i.Response.Code > 599:
		return fmt.Sprintf("has the status %d, which no final response has", i.Response.Code)
	}
	for name := range i.Response.Headers {
		if name != http.CanonicalHeaderKey(name) {
			return fmt.Sprintf("has the header %q, which is not spelled as net/http spells it", name)
		}
	}
	return ""
}

// memory is a file system with one recording, which was read before.
type memory []byte

func (m memory) ReadFile(string) ([]byte, error) { return slices.Clone(m), nil }
func (m memory) WriteFile(string, []byte) error  { return os.ErrPermission }
func (m memory) IsFileExists(string) bool        { return true }

// disk replaces whole files, so that a recording is never incomplete. A symbolic link is not replaced.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

func (disk) IsFileExists(name string) bool { _, err := os.Stat(name); return err == nil }

func (disk) WriteFile(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	name = resolved(name)
	next := name + ".new"
	err := os.WriteFile(next, text, 0o666)
	if err == nil {
		err = os.Rename(next, name)
	}
	if err != nil {
		os.Remove(next)
	}
	return err
}

// resolved returns the file that a symbolic link points to, even if it does not exist yet.
func resolved(name string) string {
	for range 8 {
		target, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(name), target)
		}
		name = target
	}
	return name
}

// encodeCassette writes only the members of the cassette format that a replay needs, so that a recording can be
// reviewed.
func encodeCassette(tape []*cassette.Interaction) ([]byte, error) {
	type request struct {
		Method  string
		URL     string
		Headers http.Header `yaml:",omitempty"`
		Body    string      `yaml:",omitempty"`
	}
	type response struct {
		Code    int
		Headers http.Header `yaml:",omitempty"`
		Body    string
	}
	type interaction struct {
		ID       int
		Request  request
		Response response
	}
	var file struct {
		Version      int
		Interactions []interaction
	}
	file.Version = cassette.CassetteFormatVersion
	for _, i := range tape {
		file.Interactions = append(file.Interactions, interaction{
			i.ID,
			request{i.Request.Method, i.Request.URL, i.Request.Headers, i.Request.Body},
			response{i.Response.Code, i.Response.Headers, i.Response.Body},
		})
	}
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(file); err != nil {
		return nil, err
	}
	return text.Bytes(), e.Close()
}
