package oauthverify

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// MetadataPath is where the document of a resource without a path is served (RFC 9728, section 3).
const MetadataPath = "/.well-known/oauth-protected-resource"

// Metadata describes a protected resource (RFC 9728, section 2). Empty members are left out of the document.
type Metadata struct {
	// Resource is as in Policy. Required.
	Resource              string
	AuthorizationServers  []string
	ScopesSupported       []string
	ResourceName          string
	ResourceDocumentation string
	// Extra are further members. One with the name of a member above, or of bearer_methods_supported, is an error.
	Extra map[string]any
}

// MetadataHandler serves the document at MetadataPath, and at MetadataPath followed by Resource's path; it compares the
// whole path of the request. The document is made once; its bearer_methods_supported is ["header"]. Scripts of any
// origin may read it.
func MetadataHandler(metadata Metadata) (http.Handler, error) {
	if metadata.Resource == "" {
		return nil, fmt.Errorf("oauthverify: Metadata.Resource: it is empty")
	}
	if err := checkURL(metadata.Resource); err != nil {
		return nil, fmt.Errorf("oauthverify: Metadata.Resource: %w", err)
	}
	document := map[string]any{
		"resource": metadata.Resource, "bearer_methods_supported": []string{"header"},
		"authorization_servers": metadata.AuthorizationServers, "scopes_supported": metadata.ScopesSupported,
		"resource_name": metadata.ResourceName, "resource_documentation": metadata.ResourceDocumentation,
	}
	for _, name := range slices.Sorted(maps.Keys(metadata.Extra)) {
		if _, taken := document[name]; taken {
			return nil, fmt.Errorf("oauthverify: Metadata.Extra: %s has a field of its own, or a fixed value", name)
		}
	}
	maps.DeleteFunc(document, func(_ string, v any) bool {
		list, isList := v.([]string)
		return v == "" || isList && len(list) == 0
	})
	maps.Copy(document, metadata.Extra)
	body, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("oauthverify: Metadata.Extra: %w", err)
	}
	return &metadataHandler{body, metadataPath(metadata.Resource)}, nil
}

type metadataHandler struct {
	body []byte
	path string
}

// ServeHTTP serves the document.
func (m *metadataHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if path := r.URL.EscapedPath(); path != MetadataPath && path != m.path {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	const methods = "GET, HEAD, OPTIONS"
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(m.body)))
		h.Set("Cache-Control", "public, max-age=3600")
		if r.Method == http.MethodGet {
			_, _ = w.Write(m.body) // fails if the client has left
		}
	case http.MethodOptions:
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", "*")
		w.WriteHeader(http.StatusNoContent)
	default:
		h.Set("Allow", methods)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	}
}

// metadataPath returns the escaped path of the metadata of a resource (RFC 9728, section 3.1).
func metadataPath(resource string) string {
	u, err := url.Parse(resource)
	if err != nil || u.EscapedPath() == "/" {
		return MetadataPath
	}
	return MetadataPath + u.EscapedPath()
}

// metadataURL returns the URL of the metadata of a valid resource.
func metadataURL(resource string) string {
	u, err := url.Parse(resource)
	if err != nil {
		return ""
	}
	where := u.Scheme + "://" + u.Host + metadataPath(resource)
	if u.RawQuery != "" {
		where += "?" + u.RawQuery
	}
	return where
}
