package oauthflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/team-telnyx/telnyx-go"
	"github.com/team-telnyx/telnyx-go/internal/redact"
	"github.com/team-telnyx/telnyx-go/internal/request"
	"github.com/team-telnyx/telnyx-go/option"
)

const (
	serverMetadata   = "/.well-known/oauth-authorization-server" // RFC 8414, section 3
	resourceMetadata = "/.well-known/oauth-protected-resource"   // RFC 9728, section 3
)

// Discover reads the metadata of the authorization server that client calls (RFC 8414). Its issuer must be the origin
// of client's base URL. The error is ErrMetadata for an invalid document, ErrIssuerMismatch for one of another issuer,
// and ErrTransient for a network error or a 5xx.
func Discover(ctx context.Context, client telnyx.Client) (*Server, error) {
	issuer, err := Config{Client: client}.issuer()
	if err != nil {
		return nil, err
	}
	return serverOf(ctx, client, issuer)
}

// DiscoverChallenge reads the metadata of the resource that a 401 names (RFC 9728), and then the metadata of its first
// authorization server. res needs its Request; its body is neither read nor closed. Errors are those of Discover, and
// ErrMetadata if the challenge names no metadata, or metadata that is not for the URL that was refused.
func DiscoverChallenge(ctx context.Context, client telnyx.Client, res *http.Response) (*Server, error) {
	if res == nil || res.Request == nil || res.Request.URL == nil {
		return nil, errors.New("oauthflow: DiscoverChallenge: the response has no Request")
	}
	where, scope := "", ""
	for _, c := range bearerChallenges(res.Header) {
		if where = c.params["resource_metadata"]; where != "" {
			scope = c.params["scope"]
			break
		}
	}
	if where == "" {
		return nil, fmt.Errorf("%w: no Bearer challenge of the response has resource_metadata (RFC 9728, section 5.1)",
			ErrMetadata)
	}
	u, identifier, err := resourceOf(where, res.Request.URL)
	if err != nil {
		return nil, err
	}
	var resource telnyx.WellKnownGetProtectedResourceMetadataResponse
	if err = fetch(ctx, client, u, &resource); err != nil {
		return nil, err
	}
	switch {
	case resource.Resource != identifier && !(u.EscapedPath() == resourceMetadata && resource.Resource == identifier+"/"):
		return nil, fmt.Errorf("%w: the resource is %.200q, but the document's URL is that of %.200q (RFC 9728, section 3.3)",
			ErrMetadata, resource.Resource, identifier)
	case len(resource.AuthorizationServers) == 0:
		return nil, fmt.Errorf("%w: the resource %.200q names no authorization server", ErrMetadata, identifier)
	}
	s, err := serverOf(ctx, client, resource.AuthorizationServers[0])
	if err != nil {
		return nil, err
	}
	s.Resource, s.Scopes = resource.Resource, strings.Fields(scope)
	if len(s.Scopes) == 0 {
		s.Scopes = scopesOf(&resource)
	}
	return s, nil
}

// scopesOf is the scopes_supported of a resource, which the contract does not have.
func scopesOf(r *telnyx.WellKnownGetProtectedResourceMetadataResponse) []string {
	var scopes []string
	if field, ok := r.JSON.ExtraFields["scopes_supported"]; ok {
		scopes = stringsOf(field.Raw())
	}
	return scopes
}

// resourceOf checks the URL of the metadata of a resource. It must be the well-known URL of an identifier that is the
// refused URL or a parent of it (RFC 9728, sections 3.1 and 7.3), so it has the same origin.
func resourceOf(where string, refused *url.URL) (document *url.URL, identifier string, err error) {
	u, err := secureURL(where)
	if err != nil {
		return nil, "", fmt.Errorf("%w: resource_metadata: %w", ErrMetadata, err)
	}
	path, found := strings.CutPrefix(u.EscapedPath(), resourceMetadata)
	if !found || path != "" && path[0] != '/' {
		return nil, "", fmt.Errorf("%w: resource_metadata is not at %s", ErrMetadata, resourceMetadata)
	}
	identifier = u.Scheme + "://" + u.Host + path
	if u.RawQuery != "" {
		identifier += "?" + u.RawQuery
	}
	below := strings.TrimSuffix(path, "/") + "/"
	target := refused.EscapedPath()
	dots := slices.ContainsFunc(strings.Split(refused.Path, "/"), func(s string) bool { return s == "." || s == ".." })
	switch {
	case origin(u) != origin(refused), dots, target != path && !strings.HasPrefix(target+"/", below),
		u.RawQuery != "" && u.RawQuery != refused.RawQuery:
		return nil, "", fmt.Errorf("%w: the metadata is for %.200q, which is not a parent of the refused URL",
			ErrMetadata, identifier)
	}
	return u, identifier, nil
}

// serverOf reads the metadata of an issuer (RFC 8414, section 3.1).
func serverOf(ctx context.Context, client telnyx.Client, issuer string) (*Server, error) {
	u, err := secureURL(issuer)
	if err == nil && (u.RawQuery != "" || u.ForceQuery) {
		err = errors.New("it has a query")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the issuer %.200q: %w", ErrMetadata, issuer, err)
	}
	document := *u
	path := serverMetadata + strings.TrimSuffix(u.EscapedPath(), "/")
	if document.Path, err = url.PathUnescape(path); err == nil {
		document.RawPath = path
	}
	m := new(telnyx.WellKnownGetAuthorizationServerMetadataResponse)
	if err := fetch(ctx, client, &document, m); err != nil {
		return nil, err
	}
	if m.Issuer != issuer {
		return nil, fmt.Errorf("%w: the document of %.200q says that its issuer is %.200q (RFC 8414, section 3.3)",
			ErrIssuerMismatch, issuer, m.Issuer)
	}
	s := &Server{
		Issuer:                issuer,
		AuthorizationEndpoint: m.AuthorizationEndpoint,
		TokenEndpoint:         m.TokenEndpoint,
		RegistrationEndpoint:  m.RegistrationEndpoint,
		ScopesSupported:       m.ScopesSupported,
		AuthMethodsSupported:  m.TokenEndpointAuthMethodsSupported,
		IssParameterSupported: m.JSON.ExtraFields["authorization_response_iss_parameter_supported"].Raw() == "true",
		Metadata:              m,
	}
	if err := s.locate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMetadata, err)
	}
	methods := m.CodeChallengeMethodsSupported
	if m.JSON.CodeChallengeMethodsSupported.Raw() != "" && !slices.Contains(methods, "S256") {
		return nil, fmt.Errorf("%w: code_challenge_methods_supported has no S256, but %.200q", ErrMetadata, methods)
	}
	return s, nil
}

// locate sets BaseURL, and checks that the endpoints have the paths of Telnyx's.
func (s *Server) locate() error {
	base, found := strings.CutSuffix(s.TokenEndpoint, "/oauth/token")
	if !found {
		return fmt.Errorf("the token_endpoint %.200q does not end with /oauth/token", s.TokenEndpoint)
	}
	if u, err := secureURL(base); err != nil {
		return fmt.Errorf("the token_endpoint: %w", err)
	} else if _, err = request.ParseBaseURL(base); err != nil || u.RawQuery != "" {
		return fmt.Errorf("the token_endpoint %.200q is not below a base URL", s.TokenEndpoint)
	}
	switch {
	case s.AuthorizationEndpoint != base+"/oauth/authorize":
		return fmt.Errorf("the authorization_endpoint is %.200q, not %.200q",
			s.AuthorizationEndpoint, base+"/oauth/authorize")
	case s.RegistrationEndpoint != "" && s.RegistrationEndpoint != base+"/oauth/register":
		return fmt.Errorf("the registration_endpoint is %.200q, not %.200q",
			s.RegistrationEndpoint, base+"/oauth/register")
	}
	s.BaseURL = base
	return nil
}

// secureURL parses an absolute URL that is https, or http to loopback, without a user or fragment.
func secureURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL")
	case u.Hostname() == "":
		return nil, errors.New("it is not absolute")
	case u.Scheme != "https" && !(u.Scheme == "http" && request.Loopback(u.Hostname())):
		return nil, errors.New("it is not https; http is for loopback only")
	case u.User != nil, strings.Contains(text, "#"):
		return nil, errors.New("it has a user or a fragment")
	}
	return u, nil
}

// fetch reads a metadata document: with one GET and its retries, without credentials, and without following a redirect.
func fetch(ctx context.Context, client telnyx.Client, u *url.URL, into any) error {
	var res *http.Response
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	service := telnyx.Client{Options: client.WellKnown.Options}
	err := service.Get(ctx, path, nil, into, option.WithBaseURL(u.Scheme+"://"+u.Host), option.WithAPIKey(""),
		option.WithHeader("Accept", "application/json"), option.WithMaxResponseBytes(1<<20),
		option.WithResponseInto(&res), public)
	switch {
	case err == nil && res != nil && res.StatusCode == http.StatusOK:
		return nil
	case err == nil:
		return fmt.Errorf("%w: %s: status %d", ErrMetadata, u.Host, res.StatusCode)
	}
	kind, said := ErrMetadata, (*telnyx.Error)(nil)
	if !errors.As(err, &said) || said.StatusCode >= 500 || errors.Is(err, io.ErrUnexpectedEOF) {
		kind = ErrTransient
	}
	return failed("reading "+u.Redacted(), kind, err)
}

// public is an option that sends no headers with secrets, and follows no redirects.
func public(c *request.Config) error {
	c.Endpoint.Auth, c.Endpoint.Redirects = request.NoAuth, true
	c.Header = slices.DeleteFunc(slices.Clone(c.Header), func(e request.Edit) bool { return redact.Name(e.Key) })
	return nil
}

// stringsOf reads a JSON array of strings; nil if it is something else.
func stringsOf(raw string) (all []string) {
	if json.Unmarshal([]byte(raw), &all) != nil {
		return nil
	}
	return all
}
