// Package oauthverify decides whether to let in a bearer token from Telnyx: for resource servers, MCP servers among them.
//
// Three things have one job each. A [KeySet] knows Telnyx's public keys, an [Introspector] asks Telnyx about a token
// within the budget, and a [Verifier] holds the policy and decides. Each is safe for any number of goroutines. KeySets
// and Introspectors can be shared by several Verifiers, so that these share one cache of keys and one budget.
//
//	verifier, err := oauthverify.New(telnyx.NewClient(), oauthverify.Policy{
//		Issuer:   "https://api.telnyx.com",
//		Resource: "https://mcp.example.com/mcp", // which tokens must have as their audience
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	http.Handle("/mcp", verifier.Require("voice.read")(api))
//
// A token that says that it is a JWT of the issuer is checked here, by its signature (RFC 7519, RFC 9068). Any other
// token is introspected (RFC 7662). Nothing leads from a bad signature to introspection, so that a forger cannot choose
// the check. An error says what is wrong by its [ErrorKind]; whether the token is bad ([ErrInvalidToken]), or nobody can
// tell now ([ErrUnavailable]), is the distinction that clients of a resource server need most: a 401 in an outage would
// make them throw good tokens away.
//
// [MetadataHandler] serves the document that challenges point to (RFC 9728).
package oauthverify
