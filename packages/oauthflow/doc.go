// Package oauthflow gets OAuth tokens from Telnyx, stores them, and renews them.
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
// A [Store] keeps the tokens. A [Source] returns a token from it to any number of goroutines, renews it once for all of
// them, and saves the new one before it returns it. So a refresh token that the server rotates is never lost and never
// sent twice, even if two processes share a Store, or one is killed at any moment. [MemoryStore] and [FileStore] are
// part of the package.
//
//	src, err := app.Stored()
//	if err != nil {
//		return err
//	}
//	defer src.Close()
//	client := telnyx.NewClient(oauthflow.WithTokenSource(src))
//
// Use errors.Is for the kind of an error: [ErrReauthorize] means that the user has to log in again, [ErrTransient] that
// the same call may succeed later. If the server answered, errors.As finds the *telnyx.Error and an
// *oauth2.RetrieveError. No error text, log record or printed value has a secret.
package oauthflow
