package oauthtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Client is an OAuth client for [Server.AddClient]. The zero Client is a confidential one with all scopes and grant
// types. The comment of each field has the default for its zero value.
type Client struct {
	ID           string   // empty: a new UUID
	Secret       string   // empty: a new secret; a public client has none
	Name         string   // empty: "Test client"
	Type         string   // "confidential" or "public"; empty: "confidential"
	GrantTypes   []string // nil: all that the type may use; empty: none
	Scopes       []string // nil: all scopes of the server; empty: none
	RedirectURIs []string // nil: http://127.0.0.1/callback, which matches every port (RFC 8252); empty: none
	RequirePKCE  bool     // a public client always needs PKCE
	LogoURI      string   // empty: null, also for the next two
	PolicyURI    string
	TOSURI       string
	Verified     bool // shown in consents, and used by filter[verified]
}

// AddClient stores a client without the checks of the API, and returns it with its defaults and its secret. It replaces
// a client with the same ID.
func (s *Server) AddClient(c Client) Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addClient(c).clone()
}

func (s *Server) addClient(c Client) *client {
	s.fill(&c)
	now := s.now()
	stored := &client{Client: c.clone(), created: now, updated: now}
	s.clients.put(c.ID, stored)
	s.history.remember("client secret", c.Secret)
	return stored
}

func (s *Server) fill(c *Client) {
	setDefault(&c.ID, s.random.uuid())
	setDefault(&c.Name, "Test client")
	setDefault(&c.Type, "confidential")
	if c.Type == "public" {
		c.Secret = ""
	} else {
		setDefault(&c.Secret, s.random.secret("secret_"))
	}
	if c.GrantTypes == nil {
		c.GrantTypes = []string{"authorization_code", "refresh_token"}
		if c.Type != "public" {
			c.GrantTypes = append(c.GrantTypes, "client_credentials")
		}
	}
	if c.Scopes == nil {
		c.Scopes = s.scopes
	}
	if c.RedirectURIs == nil {
		c.RedirectURIs = []string{"http://127.0.0.1/callback"}
	}
}

func setDefault(dst *string, value string) {
	if *dst == "" {
		*dst = value
	}
}

func (c Client) clone() Client {
	c.GrantTypes = slices.Clone(c.GrantTypes)
	c.Scopes = slices.Clone(c.Scopes)
	c.RedirectURIs = slices.Clone(c.RedirectURIs)
	return c
}

type clientWire struct {
	RecordType   string   `json:"record_type"`
	ClientID     string   `json:"client_id"`
	ClientSecret *string  `json:"client_secret"`
	ClientType   string   `json:"client_type"`
	Name         string   `json:"name"`
	OrgID        string   `json:"org_id"`
	UserID       string   `json:"user_id"`
	RequirePKCE  bool     `json:"require_pkce"`
	GrantTypes   []string `json:"allowed_grant_types"`
	Scopes       []string `json:"allowed_scopes"`
	RedirectURIs []string `json:"redirect_uris"`
	LogoURI      *string  `json:"logo_uri"`
	PolicyURI    *string  `json:"policy_uri"`
	TOSURI       *string  `json:"tos_uri"`
	CreatedAt    string   `json:"created_at"`
	UpdatedAt    string   `json:"updated_at"`
}

// wire leaves out the secret: only the response to the creation has it.
func (s *Server) wire(c *client) clientWire {
	return clientWire{
		RecordType:   "oauth_client",
		ClientID:     c.ID,
		ClientType:   c.Type,
		Name:         c.Name,
		OrgID:        s.orgID,
		UserID:       s.userID,
		RequirePKCE:  c.RequirePKCE,
		GrantTypes:   c.GrantTypes,
		Scopes:       c.Scopes,
		RedirectURIs: c.RedirectURIs,
		LogoURI:      orNull(c.LogoURI),
		PolicyURI:    orNull(c.PolicyURI),
		TOSURI:       orNull(c.TOSURI),
		CreatedAt:    timestamp(c.created),
		UpdatedAt:    timestamp(c.updated),
	}
}

// listClients answers in the order of creation, oldest first.
func (s *Server) listClients(r *http.Request) (response, *problem) {
	query := r.URL.Query()
	p, refused := readPage(query)
	if refused != nil {
		return response{}, refused
	}
	matches, refused := clientFilter(query)
	if refused != nil {
		return response{}, refused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []clientWire{}
	for _, c := range s.clients.all() {
		if matches(c) {
			found = append(found, s.wire(c))
		}
	}
	return jsonResponse(http.StatusOK, paginate(found, p)), nil
}

// clientFilter combines the filters of a query: a client has to match all of them. Unknown parameters are ignored.
func clientFilter(query url.Values) (func(*client) bool, *problem) {
	var tests []func(*client) bool
	filter := func(name string, test func(c *client, value string) bool) {
		if value := query.Get(name); query.Has(name) {
			tests = append(tests, func(c *client) bool { return test(c, value) })
		}
	}
	const byType, byGrant, byVerified = "filter[client_type]", "filter[allowed_grant_types][contains]", "filter[verified]"
	verified := query.Get(byVerified)
	switch {
	case query.Has(byVerified) && verified != "true" && verified != "false":
		return nil, invalidParameter(byVerified, "must be true or false")
	case query.Has(byType) && query.Get(byType) != "confidential" && query.Get(byType) != "public":
		return nil, invalidParameter(byType, "must be confidential or public")
	case query.Has(byGrant) && !isGrantType(query.Get(byGrant)):
		return nil, invalidParameter(byGrant, checkGrantType(query.Get(byGrant)))
	}
	filter("filter[client_id]", func(c *client, v string) bool { return c.ID == v })
	filter("filter[name]", func(c *client, v string) bool { return c.Name == v })
	filter("filter[name][contains]", func(c *client, v string) bool {
		return strings.Contains(strings.ToLower(c.Name), strings.ToLower(v))
	})
	filter(byType, func(c *client, v string) bool { return c.Type == v })
	filter(byGrant, func(c *client, v string) bool { return slices.Contains(c.GrantTypes, v) })
	filter(byVerified, func(c *client, _ string) bool { return strconv.FormatBool(c.Verified) == verified })
	return func(c *client) bool {
		return !slices.ContainsFunc(tests, func(test func(*client) bool) bool { return !test(c) })
	}, nil
}

func (s *Server) createClient(r *http.Request) (response, *problem) {
	o, refused := readObject(r)
	if refused != nil {
		return response{}, refused
	}
	asked := Client{RedirectURIs: []string{}}
	o.require("name", "allowed_scopes", "client_type", "allowed_grant_types")
	o.oneOf("client_type", &asked.Type, "public", "confidential")
	s.readClient(o, &asked)
	if len(o.flaws) > 0 {
		return response{}, unprocessable("invalid_request", o.flaws)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := s.addClient(asked)
	wire := s.wire(stored)
	wire.ClientSecret = orNull(stored.Secret)
	status := http.StatusCreated
	if s.liveStatuses {
		status = http.StatusOK
	}
	return jsonResponse(status, data{wire}), nil
}

func (s *Server) getClient(r *http.Request) (response, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clients.byID[r.PathValue("id")]
	if !ok {
		return response{}, unknownClient()
	}
	return jsonResponse(http.StatusOK, data{s.wire(c)}), nil
}

// updateClient changes only the members that are present.
func (s *Server) updateClient(r *http.Request) (response, *problem) {
	o, malformed := readObject(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clients.byID[r.PathValue("id")]
	if !ok {
		return response{}, unknownClient()
	}
	if malformed != nil {
		malformed.status = http.StatusUnprocessableEntity // the contract has no 400 here
		return response{}, malformed
	}
	changed := c.clone()
	o.clear("logo_uri", &changed.LogoURI)
	o.clear("policy_uri", &changed.PolicyURI)
	o.clear("tos_uri", &changed.TOSURI)
	s.readClient(o, &changed)
	if len(o.flaws) > 0 {
		return response{}, unprocessable("invalid_request", o.flaws)
	}
	c.Client, c.updated = changed, s.now()
	return jsonResponse(http.StatusOK, data{s.wire(c)}), nil
}

func (s *Server) deleteClient(r *http.Request) (response, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.PathValue("id")
	if _, ok := s.clients.byID[id]; !ok {
		return response{}, unknownClient()
	}
	s.dropClient(id)
	return response{status: http.StatusNoContent}, nil
}

func unknownClient() *problem { return notFound("No OAuth client has this id.") }

// readClient reads the members that create and update share into c, and then checks c as a whole.
func (s *Server) readClient(o *object, c *Client) {
	if o.text("name", &c.Name) && c.Name == "" {
		o.flaw("name", -1, codeBadRequest, "must not be empty")
	}
	o.grantTypes("allowed_grant_types", &c.GrantTypes)
	o.list("allowed_scopes", &c.Scopes, codeNotAllowed, s.checkScope)
	o.redirectURIs("redirect_uris", &c.RedirectURIs)
	o.flag("require_pkce", &c.RequirePKCE)
	o.webURI("logo_uri", &c.LogoURI)
	o.webURI("policy_uri", &c.PolicyURI)
	o.webURI("tos_uri", &c.TOSURI)
	o.refuseRest()
	if len(o.flaws) > 0 {
		return
	}
	if slices.Contains(c.GrantTypes, "authorization_code") && len(c.RedirectURIs) == 0 {
		o.flaw("redirect_uris", -1, codeBadRequest, "is required for authorization_code")
	}
	if slices.Contains(c.GrantTypes, "client_credentials") && c.Type == "public" {
		o.flaw("allowed_grant_types", -1, codeNotAllowed, "must not have client_credentials for a public client")
	}
}

func (s *Server) checkScope(scope string) string {
	if slices.Contains(s.scopes, scope) {
		return ""
	}
	return "is not a scope of this server"
}
