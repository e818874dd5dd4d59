package oauthtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

func ExampleRecord() {
	t := exampleTB{} // in a test, its *testing.T

	// Answers from testdata/clients.yaml. With TELNYX_RECORD=1 and a real key it calls the API and writes that file.
	client := telnyx.NewClient(
		option.WithoutEnvironment(),
		option.WithAPIKey("any: a replay does not compare it"),
		option.WithHTTPClient(oauthtest.Record(t, "testdata/clients")),
	)

	for c, err := range client.OAuthClients.ListAutoPaging(context.Background(), telnyx.OAuthClientListParams{}).All() {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Name, c.ClientID)
	}
	// Output:
	// Pager 00000000-0000-4000-8000-000000000001
	// Billing 00000000-0000-4000-8000-000000000002
}

// exampleTB replaces *testing.T, which an example does not have.
type exampleTB struct{ testing.TB }

func (exampleTB) Helper()                           {}
func (exampleTB) Failed() bool                      { return false }
func (exampleTB) Skipped() bool                     { return false }
func (exampleTB) Cleanup(func())                    {}
func (exampleTB) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (exampleTB) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
