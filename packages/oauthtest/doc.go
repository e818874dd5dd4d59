// Package oauthtest is a Telnyx OAuth server that lives in the memory of a test.
//
// It answers all 17 operations of the contract, api/openapi.yaml, and it has state: a client that was created
// can be listed, authenticated and deleted; a code can be exchanged once; a revoked token is no longer active.
// What it refuses, it refuses with the statuses, headers and error codes that the contract and the RFCs name,
// so that a mistake of the program under test fails in the test and not in production.
//
//	srv := oauthtest.NewServer() // a loopback port; oauthtest.New needs none
//	defer srv.Close()
//
//	app := srv.AddClient(oauthtest.Client{Name: "Pager"})
//	// Point the program under test at srv.BaseURL(), with srv.APIKey() or with app.ID and app.Secret.
//
// [Server.Client] and [Server.Transport] reach the server without a socket, which suits testing/synctest.
//
// The browser's part of the authorization code flow needs no browser. GET /v2/oauth/authorize redirects to a
// consent page with a consent_token in its query; POST /v2/oauth/grants decides on it and answers with the
// redirect URI, code included. The page itself is plain HTML with a form, for programs that open a browser.
//
// Lists are in the order of creation, oldest first. All tokens act for one account, whatever their scopes: the
// bearer endpoints check that a token is alive, not what it may do.
//
// # What goes wrong
//
// [Faults] let requests fail as they do in production: see the Fault… constructors for what, and [Faults.Next] and
// [Faults.Sometimes] for when. [Server.Inject] lets them happen to a server, [Faults.Transport] to anything else.
//
// # What happened
//
// [Server.Requests] and [Server.RequestsTo] tell what the program has sent, and [Server.RequireNoSecrets] whether what
// it logs is fit to be read. [Server.Advance] lets time pass.
//
// The package shares no type with the client it tests: a double that shares the client's structs shares its bugs.
package oauthtest
