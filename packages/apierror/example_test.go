package apierror_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/option"
)

func ExampleError() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-1")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"errors": [{"code": "10005", "title": "Not found", "detail": "No such grant."}]}`)
	}))
	defer server.Close()
	client := telnyx.NewClient(option.WithBaseURL(server.URL), option.WithAPIKey("KEY"))

	_, err := client.OAuthGrants.Get(context.Background(), "g1")

	fmt.Println(errors.Is(err, telnyx.ErrNotFound))
	if apiErr, ok := errors.AsType[*telnyx.Error](err); ok {
		fmt.Println(apiErr.StatusCode, apiErr.Code, apiErr.Description, apiErr.RequestID)
		for _, problem := range apiErr.Errors {
			fmt.Println(problem.Title)
		}
	}
	// Output:
	// true
	// 404 10005 No such grant. req-1
	// Not found
}
