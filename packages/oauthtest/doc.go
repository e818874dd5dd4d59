// Package oauthtest has an in-memory Telnyx OAuth server for tests.
//
// It answers all 17 operations of the contract, api/openapi.yaml, and it keeps state: a client that was created can be
// listed, authenticated and deleted; a code can be exchanged once; a revoked token is not active any more. It refuses
// invalid requests with the statuses, headers and error codes of the contract and the RFCs, so that a mistake of the
// program under test fails in the test and not in production.
//
//	srv := oauthtest.Start(t) // a loopback port, closed when the test ends; oauthtest.New needs none
//	app := srv.AddClient(oauthtest.Client{Name: "Pager"})
//	srv.Env(t) // telnyx.NewClient() calls srv now
//	// Or point the program under test at srv.BaseURL(), with srv.APIKey() or with app.ID and app.Secret.
//
// [Server.Client] and [Server.Transport] reach the server without a socket, which suits testing/synctest.
//
// The authorization code flow needs no browser: [Server.Approve] acts as the user. GET /v2/oauth/authorize redirects to
// a consent page with a consent_token in its query; POST /v2/oauth/grants decides on it, and returns the redirect URI
// with the code. The page is plain HTML with a form, for programs that open a browser.
//
// Lists are in the order of creation, oldest first. All tokens act for one account: the bearer endpoints check that a
// token is active, and its scopes only with [WithRequiredScopes].
//
// # Faults
//
// [Faults] make requests fail as they do in production: the Fault… constructors say how, [Faults.Next] and
// [Faults.Sometimes] say when. [Server.Inject] applies them to a server, [Faults.Transport] to any transport.
//
// # Assertions
//
// [Server.Requests] and [Server.RequestsTo] return the requests of the program, and [Server.RequireNoSecrets] checks
// that its logs have no secrets. [Server.Advance] moves the server's clock.
//
// The package shares no type with the SDK: a test server that used the SDK's structs would share its bugs.
package oauthtest
