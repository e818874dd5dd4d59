package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/team-telnyx/telnyx-go/packages/oauthtest"
)

// adminPath is the prefix of the paths that -admin serves. No path of the API has it.
const adminPath = "/_admin/"

// admin serves the clock, faults, the state and a reset. It takes JSON only, because pages of other sites cannot send
// that without a CORS preflight. The Host must be a loopback address or localhost, as a protection against DNS
// rebinding.
func admin(srv *oauthtest.Server, plant func()) http.Handler {
	var resets sync.Mutex // one reset at a time
	mux := http.NewServeMux()
	post := func(path string, do func(r *http.Request) error) {
		mux.HandleFunc("POST "+adminPath+path, func(w http.ResponseWriter, r *http.Request) {
			media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			if media != "application/json" {
				reply(w, http.StatusUnsupportedMediaType, map[string]string{"error": "Content-Type must be application/json"})
				return
			}
			if err := do(r); err != nil {
				reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
	}
	post("clock", func(r *http.Request) error {
		var body struct {
			Advance string `json:"advance"` // as time.ParseDuration reads it: 90s, 1h30m
		}
		if err := decode(r, &body); err != nil {
			return err
		}
		d, err := time.ParseDuration(body.Advance)
		if err != nil {
			return fmt.Errorf("advance: %w", err)
		}
		srv.Advance(d)
		return nil
	})
	post("faults", func(r *http.Request) error { return inject(srv, r) })
	post("reset", func(r *http.Request) error {
		var none struct{}
		if err := decode(r, &none); err != nil {
			return err
		}
		resets.Lock()
		defer resets.Unlock()
		srv.Reset()
		plant()
		return nil
	})
	mux.HandleFunc("GET "+adminPath+"state", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, stateOf(srv))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if addr, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !addr.IsLoopback()) {
			reply(w, http.StatusForbidden, map[string]string{"error": "the Host must be a loopback address or localhost"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// inject replaces the faults of the server by those of the body; an empty list removes them.
func inject(srv *oauthtest.Server, r *http.Request) error {
	var body []struct {
		Fault      string   `json:"fault"`
		Status     int      `json:"status"`      // of fault "status"
		Body       string   `json:"body"`        // of fault "status"
		RetryAfter string   `json:"retry_after"` // of fault "status"
		Delay      string   `json:"delay"`       // of fault "delay"
		Count      int      `json:"count"`       // how many requests fail; 1 if it is left out
		Skip       int      `json:"skip"`        // how many requests are left out first
		Operations []string `json:"operations"`  // operationIds; all if it is left out
	}
	if err := decode(r, &body); err != nil {
		return err
	}
	faults := oauthtest.NewFaults(1)
	for _, f := range body {
		for _, operation := range f.Operations {
			if !slices.Contains(operations(), operation) {
				return fmt.Errorf("no operation has the id %q; those of the contract are %q", operation, operations())
			}
		}
		fault, ok := map[string]oauthtest.Fault{
			"gateway":   oauthtest.FaultGatewayHTML(http.StatusBadGateway),
			"rate":      oauthtest.FaultRateLimited(time.Minute),
			"reset":     oauthtest.FaultReset(),
			"lost":      oauthtest.FaultLostAnswer(),
			"truncate":  oauthtest.FaultTruncate(),
			"malformed": oauthtest.FaultMalformedJSON(),
		}[f.Fault]
		switch f.Fault {
		case "status":
			if f.Status < 200 || f.Status > 599 {
				return fmt.Errorf("status: %d is not the status of a response", f.Status)
			}
			if fault, ok = oauthtest.FaultStatus(f.Status, "application/json", f.Body), true; f.RetryAfter != "" {
				fault = fault.WithHeader("Retry-After", f.RetryAfter)
			}
		case "delay":
			d, err := time.ParseDuration(f.Delay)
			if err != nil {
				return fmt.Errorf("delay: %w", err)
			}
			fault, ok = oauthtest.FaultDelay(d), true
		}
		if !ok {
			return fmt.Errorf("fault %q is not known; "+
				"there are status, delay, gateway, rate, reset, lost, truncate and malformed", f.Fault)
		}
		if f.Count < 0 || f.Skip < 0 {
			return errors.New("count and skip must not be negative")
		}
		faults.Next(max(f.Count, 1), fault, f.Operations...).Skip(f.Skip)
	}
	srv.Inject(faults)
	return nil
}

func operations() []string {
	return []string{
		oauthtest.GetOAuthAuthorizationServerMetadata, oauthtest.GetOAuthProtectedResourceMetadata,
		oauthtest.AuthorizeOAuth, oauthtest.GetOAuthConsentToken, oauthtest.CreateOAuthGrant,
		oauthtest.IntrospectOAuthToken, oauthtest.GetOAuthJWKS, oauthtest.RegisterOAuthClient,
		oauthtest.ExchangeOAuthToken, oauthtest.ListOAuthClients, oauthtest.CreateOAuthClient, oauthtest.GetOAuthClient,
		oauthtest.UpdateOAuthClient, oauthtest.DeleteOAuthClient, oauthtest.ListOAuthGrants, oauthtest.GetOAuthGrant,
		oauthtest.RevokeOAuthGrant,
	}
}

// stateOf is the state without secrets.
func stateOf(srv *oauthtest.Server) any {
	type client struct {
		ID     string   `json:"client_id"`
		Name   string   `json:"name"`
		Type   string   `json:"client_type"`
		Scopes []string `json:"allowed_scopes"`
	}
	type grant struct {
		ID       string   `json:"id"`
		ClientID string   `json:"client_id"`
		Scopes   []string `json:"scopes"`
	}
	all := struct {
		Clients []client `json:"clients"`
		Grants  []grant  `json:"grants"`
		Tokens  int      `json:"active_tokens"`
	}{[]client{}, []grant{}, 0}
	for _, c := range srv.Clients() {
		all.Clients = append(all.Clients, client{c.ID, c.Name, c.Type, c.Scopes})
	}
	for _, g := range srv.Grants() {
		all.Grants = append(all.Grants, grant{g.ID, g.ClientID, g.Scopes})
	}
	for _, t := range srv.Tokens() {
		if t.Active {
			all.Tokens++
		}
	}
	return all
}

func decode(r *http.Request, into any) error {
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.Decode(new(any)) != io.EOF {
		return errors.New("the body has more than one JSON value")
	}
	return nil
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // fails if the client has left
}
