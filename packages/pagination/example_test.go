package pagination_test

import (
	"context"
	"fmt"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
	"github.com/team-telnyx/telnyx-go/packages/pagination"
)

func ExampleDefaultFlatPagination_GetNextPage() {
	srv := oauthtest.New()
	defer srv.Close()
	for _, name := range []string{"Ada", "Bob", "Cid"} {
		srv.AddClient(oauthtest.Client{Name: name})
	}
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()), option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	page, err := client.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{PageSize: telnyx.Int(2)})
	for page != nil && err == nil {
		fmt.Println("page", page.Meta.PageNumber, "of", page.Meta.TotalPages, "has", len(page.Data))
		page, err = page.GetNextPage()
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// page 1 of 2 has 2
	// page 2 of 2 has 1
}

func ExampleDefaultFlatPagination_All() {
	srv := oauthtest.New()
	defer srv.Close()
	for _, name := range []string{"Ada", "Bob", "Cid"} {
		srv.AddClient(oauthtest.Client{Name: name})
	}
	client := telnyx.NewClient(
		option.WithAPIKey(srv.APIKey()), option.WithBaseURL(srv.BaseURL()), option.WithHTTPClient(srv.Client()),
	)

	page, err := client.OAuthClients.List(context.Background(), telnyx.OAuthClientListParams{PageSize: telnyx.Int(2)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Meta.TotalResults, "clients")
	printNames(page)
	// Output:
	// 3 clients
	// Ada
	// Bob
	// Cid
}

func printNames(page *pagination.DefaultFlatPagination[telnyx.OAuthClient]) {
	for c, err := range page.All() { // of this page and of those that follow
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Name)
	}
}
