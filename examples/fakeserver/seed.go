package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// A seed is the state of a server when it starts: the JSON of -seed-file.
type seed struct {
	Clients []seedClient `json:"clients"`
	Grants  []seedGrant  `json:"grants"`
}

type seedClient struct {
	ID           string   `json:"client_id"`
	Secret       string   `json:"client_secret"` // a new one if it is left out
	Name         string   `json:"name"`
	Type         string   `json:"client_type"` // confidential, or public
	GrantTypes   []string `json:"allowed_grant_types"`
	Scopes       []string `json:"allowed_scopes"`
	RedirectURIs []string `json:"redirect_uris"`
	RequirePKCE  bool     `json:"require_pkce"`
}

type seedGrant struct {
	ClientID string   `json:"client_id"`
	Scopes   []string `json:"scopes"`
}

// readSeed reads a file; "" is an empty seed.
func readSeed(name string) (s seed, err error) {
	if name == "" {
		return seed{}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return seed{}, err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields() // a misspelt member would be ignored
	if err = d.Decode(&s); err == nil && d.Decode(new(any)) != io.EOF {
		err = errors.New("it has more than one JSON value")
	}
	if err != nil {
		return seed{}, fmt.Errorf("%s: %w", name, err)
	}
	known := map[string]bool{}
	for i, c := range s.Clients {
		switch {
		case c.ID == "":
			return seed{}, fmt.Errorf("%s: client %d has no client_id", name, i+1)
		case c.Type != "" && c.Type != "confidential" && c.Type != "public":
			return seed{}, fmt.Errorf("%s: client %q: client_type must be confidential or public", name, c.ID)
		}
		if known[c.ID] {
			return seed{}, fmt.Errorf("%s: the client %q is duplicated", name, c.ID)
		}
		known[c.ID] = true
		for _, grant := range c.GrantTypes {
			if !slices.Contains([]string{"authorization_code", "client_credentials", "refresh_token"}, grant) {
				return seed{}, fmt.Errorf("%s: client %q: the grant type %q does not exist", name, c.ID, grant)
			}
		}
		for _, uri := range c.RedirectURIs {
			if u, err := url.Parse(uri); err != nil || !u.IsAbs() {
				return seed{}, fmt.Errorf("%s: client %q: the redirect URI %q is not absolute", name, c.ID, uri)
			}
		}
	}
	for _, g := range s.Grants {
		if !known[g.ClientID] {
			return seed{}, fmt.Errorf("%s: a grant is for the client %q, which the file does not have", name, g.ClientID)
		}
	}
	return s, nil
}

// plant adds the clients and grants of the seed to srv.
func (s seed) plant(srv *oauthtest.Server) {
	for _, c := range s.Clients {
		srv.AddClient(oauthtest.Client{
			ID: c.ID, Secret: c.Secret, Name: c.Name, Type: c.Type, GrantTypes: c.GrantTypes, Scopes: c.Scopes,
			RedirectURIs: c.RedirectURIs, RequirePKCE: c.RequirePKCE,
		})
	}
	for _, g := range s.Grants {
		srv.AddGrant(g.ClientID, g.Scopes...)
	}
}
