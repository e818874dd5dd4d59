// Package oauthflow gets OAuth tokens from Telnyx, keeps them, and renews them.
//
// A [Config] describes an OAuth client and the place where its tokens are kept. Its methods are the flows:
//
//   - [Config.Login] signs in the user at this machine, in a browser (RFC 8252).
//   - [Config.Begin] and [Config.Finish] are the two halves of the authorization code flow of a web application, with
//     PKCE (RFC 6749, section 4.1; RFC 7636).
//   - [Config.ClientCredentials] gets tokens for the application itself (RFC 6749, section 4.4).
//   - [Config.Register] registers a client (RFC 7591); [Discover] and [DiscoverChallenge] find the server (RFC 8414,
//     RFC 9728).
//
// A token lives in a [Store]. A [Source] is a view of it for any number of goroutines: it hands the token out, renews it
// once for all who need it, and saves the new one before anyone gets it. So a refresh token that the server rotates is
// never lost, and never spent twice, even by two processes that share a Store, or one that is killed at the wrong
// moment. [MemoryStore] and [FileStore] come with the package.
//
//	src, err := app.Stored()
//	if err != nil {
//		return err
//	}
//	defer src.Close()
//	client := telnyx.NewClient(oauthflow.WithTokenSource(src))
//
// Errors are told apart with errors.Is: [ErrReauthorize] means that only the user can help, by a new login;
// [ErrTransient] that the same call may succeed later. errors.As finds the *telnyx.Error, and the
// *oauth2.RetrieveError, of a server that answered. No error text, log record or printed value has a secret.
package oauthflow
