// Package oauthverify checks access tokens that Telnyx issued, for resource servers such as MCP servers.
//
// A [Verifier] has the policy and decides. It uses a [KeySet], which holds Telnyx's public keys, and an [Introspector],
// which asks Telnyx about a token, within a budget. All are safe for concurrent use. Several Verifiers can share a
// KeySet and an Introspector, and so one cache of keys and one budget.
//
//	verifier, err := oauthverify.New(telnyx.NewClient(), oauthverify.Policy{
//		Issuer:   "https://api.telnyx.com",
//		Resource: "https://mcp.example.com/mcp", // the audience that tokens must have
//	})
//	if err != nil {
//		log.Fatal(err)
//	}
//	http.Handle("/mcp", verifier.Require("voice.read")(api))
//
// A JWT whose iss is the issuer is checked by its signature (RFC 7519, RFC 9068). Any other token is introspected (RFC
// 7662). A JWT with an invalid signature is never introspected, so that a forger cannot choose the check. The
// [ErrorKind] of an error says what is wrong. It distinguishes invalid tokens ([ErrInvalidToken], a 401) from tokens
// that could not be checked ([ErrUnavailable], a 503): a client that gets a 401 in an outage discards a valid token.
//
// [MetadataHandler] serves the metadata document that challenges name (RFC 9728).
package oauthverify
