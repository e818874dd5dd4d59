package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestAClientLogsInAfterTheRefusalAndCallsTheTool(t *testing.T) {
	var out strings.Builder

	err := run(t.Context(), &out)

	if err != nil {
		t.Fatal(err)
	}
	const want = `^\{"user":"[0-9a-f-]{36}"\}\nwithout a token: 401 Unauthorized\n$`
	if !regexp.MustCompile(want).MatchString(out.String()) {
		t.Fatalf("%q does not match %s", out.String(), want)
	}
}
