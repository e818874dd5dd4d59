// Package telnyx is a client for the Telnyx OAuth API: it manages OAuth clients and grants, and speaks the OAuth 2.0
// protocol with Telnyx. It needs Go 1.26 or later. README.md says how to get it.
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
//   - [OAuthService.Introspect] gets the OAuth client's id and secret; without them, a bearer token.
//   - All others get a bearer token. It is the API key if there is one, else what [option.WithTokenSource] returns,
//     else an access token that is obtained with the client's id and secret, kept, and renewed before it expires.
//
// Credentials come from [option.WithAPIKey], [option.WithClientID], [option.WithClientSecret] and
// [option.WithTokenSource]. If none of these is used, they come from TELNYX_API_KEY, TELNYX_CLIENT_ID and
// TELNYX_CLIENT_SECRET. An Authorization header that you set replaces them. Credentials are sent to the base URL's
// origin only, and over plain http only to the machine itself.
//
// # Calls
//
// A method takes a context, ids, a params struct and options. Required params are plain fields, and a call without them
// is refused before anything is sent. Optional params are sent if they are set: [String], [Int] and [Bool] set them,
// also to "", 0 or false, and [param.Null] sets them to null. SetExtraFields adds members that a struct has no field
// for.
//
// A result has the fields of the response, and a JSON field with what was received for each of them: JSON.Name.Valid()
// distinguishes a zero value from one that was absent, null or of another type; JSON.ExtraFields has members that the
// SDK does not know; RawJSON() returns the text.
//
// [Client.Execute], [Client.Get], [Client.Post] and the like call paths that have no method.
//
// # Errors
//
// A response outside 2xx, or one that cannot be used, is returned as an [*Error] with status, code, description,
// request id and body. Test for a kind of error, or look at its fields:
//
//	apiErr, ok := errors.AsType[*telnyx.Error](err)
//	switch {
//	case errors.Is(err, telnyx.ErrNotFound):
//		// it does not exist
//	case errors.Is(err, telnyx.ErrInvalidGrant):
//		// the user has to sign in again
//	case ok:
//		log.Println(apiErr.StatusCode, apiErr.Code, apiErr.RequestID)
//	}
//
// Any other error means that there was no response: the network failed, the context ended, or the call was refused
// before sending. The texts of errors contain no secrets.
//
// # Retries
//
// A call is retried at most twice, after a broken connection, a timeout, or a response 408, 409, 429 or 5xx. It waits
// as long as the server asks, up to a minute, else between half of a ceiling and the ceiling (500 ms, 1 s, 2 s … 8 s).
// Requests that are not idempotent are retried only if the server cannot have processed them: after 429, 503, or if
// nothing was sent. A request with an authorization code or a refresh token is retried only if nothing was sent.
// [option.WithMaxRetries], [option.WithMaxRetryWait] and [option.WithRequestTimeout] change the limits. The context
// limits the whole call.
//
// # Lists
//
// List returns one page; its GetNextPage gets the next, and returns nil after the last. ListAutoPaging iterates over
// all items and gets pages as they are needed:
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
// Package option has everything that changes how calls are made. Options apply in order: the environment's, the
// client's, the service's, the call's; the later one wins. An invalid option fails every call that uses it.
//
// # Testing
//
// Package packages/oauthtest is an OAuth server in memory, for the tests of your programs: give the client its base URL
// and its API key. For a single response, [net/http/httptest] and [option.WithBaseURL] are enough.
package telnyx
