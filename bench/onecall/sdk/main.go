// Command sdk makes one call with the SDK, to compare its size and start-up with those of bench/onecall/floor. Without
// an argument it ends before the call.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/team-telnyx/telnyx-go"
)

func main() {
	client := telnyx.NewClient()
	if len(os.Args) < 2 {
		return
	}
	c, err := client.OAuthClients.Get(context.Background(), os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%+v\n", c.Data)
}
