// Command service makes the call of bench/onecall/sdk with a token of packages/oauthflow.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/packages/oauthflow"
)

func main() {
	source, err := oauthflow.Config{
		ClientID: os.Getenv("TELNYX_CLIENT_ID"), ClientSecret: os.Getenv("TELNYX_CLIENT_SECRET"),
	}.ClientCredentials()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer source.Close()
	client := telnyx.NewClient(oauthflow.WithTokenSource(source))
	res, err := client.OAuthClients.Get(context.Background(), os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(res.Data.Name)
}
