// Package telnyx is a client for the Telnyx OAuth API: it manages OAuth clients and grants, and speaks the OAuth 2.0
// protocol with Telnyx.
//
//	go get github.com/team-telnyx/telnyx-go
//
// It needs Go 1.26 or later.
//
// # A client
//
// [NewClient] makes a [Client], which has one service for each group of endpoints. One client is enough for a program:
// it can be copied, and used by any number of goroutines.
//
//	client := telnyx.NewClient(option.WithAPIKey("KEY…"))
//	res, err := client.OAuthClients.Get(ctx, "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
//	if err != nil {
//		return err
//	}
//	fmt.Println(res.Data.Name)
//
// # Credentials
//
// Each endpoint gets the credentials that the API asks for there, and no others:
//
//   - Discovery, [OAuthService.GetAuthorize], [OAuthService.GetJwks] and [OAuthService.Register] get none.
//   - [OAuthService.Token] gets the OAuth client's id and secret, unless its params have them; never the API key.
//   - [OAuthService.Introspect] gets the OAuth client's id and secret too; without them, what all others get.
//   - All others get a bearer token. It is the API key if there is one, else what [option.WithTokenSource] returns, else an access
//     token that is obtained with the client's id and secret, kept, and renewed before it expires.
//
// They come from [option.WithAPIKey], [option.WithClientID], [option.WithClientSecret] and [option.WithTokenSource]; without any
// of these, from TELNYX_API_KEY, TELNYX_CLIENT_ID and TELNYX_CLIENT_SECRET. One such option puts all credentials of the environment out
// of use. An Authorization header that you set yourself wins over everything. Credentials go to the base URL's origin only, and over
// plain http only to the machine itself.
//
// # Calls
//
// A method takes a context, ids, a params struct and options. Required params are plain fields, and a call without them is refused
// before anything is sent. Optional ones are sent where they are set: with [String], [Int] or [Bool] also to "", 0 or false, and with
// [param.Null] to null. What a struct has no field for goes into SetExtraFields.
//
// A result has the fields of the answer, and in JSON what became of each: JSON.Name.Valid() tells a zero value from one that
// was absent, null or of another type; JSON.ExtraFields has members that the SDK does not know; RawJSON() is the text.
//
// [Client.Execute], [Client.Get], [Client.Post] and the like call paths that have no method.
//
// # Errors
//
// An answer that is no success, or that cannot be used, is an [*Error], with status, code, description, request id and body.
// Test for a kind of error, or look into it:
//
//	var refused *telnyx.Error
//	switch {
//	case errors.Is(err, telnyx.ErrNotFound):
//		// gone
//	case errors.Is(err, telnyx.ErrInvalidGrant):
//		// ask the user again
//	case errors.As(err, &refused):
//		log.Println(refused.StatusCode, refused.Code, refused.RequestID)
//	}
//
// Any other error means that no answer came: the network failed, the context ended, or the call was refused before sending.
// The texts of errors hide secrets.
//
// # Retries
//
// A call is tried again, at most twice, after a broken connection, a timeout, or an answer 408, 409, 429 or 5xx. It waits as long as the
// server asks, up to a minute, else between half of a ceiling and the ceiling (500 ms, 1 s, 2 s … 8 s). Only what is safe to
// repeat is repeated: a POST that makes something, after 429, 503 or when nothing was sent; a request with an authorization code or a refresh token, only when nothing was sent. [option.WithMaxRetries],
// [option.WithMaxRetryWait] and [option.WithRequestTimeout] change the limits. The context limits the call as a whole.
//
// # Lists
//
// List returns one page; its GetNextPage gets the next, and returns nil after the last. ListAutoPaging walks over all items and gets pages
// as they are needed:
//
//	for c, err := range client.OAuthClients.ListAutoPaging(ctx, telnyx.OAuthClientListParams{}).All() {
//		if err != nil {
//			return err
//		}
//		fmt.Println(c.Name)
//	}
//
// # Options
//
// Package option has everything that changes how calls are made. Options apply in order: the environment's, the client's, the
// service's, the call's; the later wins. An option that cannot be right is the error of every call that has it.
//
// # Testing
//
// Package packages/oauthtest is an OAuth server in memory, with state, for the tests of your programs: give the client its base URL and
// its API key. For a single answer, [net/http/httptest] and [option.WithBaseURL], or an http.RoundTripper and [option.WithHTTPClient], will do.
package telnyx
