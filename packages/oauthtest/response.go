package oauthtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"time"
)

// response is an answer that has not been written yet.
type response struct {
	status int
	header http.Header // may be nil
	body   []byte
}

func (res response) writeTo(w http.ResponseWriter) {
	maps.Copy(w.Header(), res.header)
	w.WriteHeader(res.status)
	w.Write(res.body)
}

func (res response) with(header http.Header) response {
	maps.Copy(res.header, header)
	return res
}

func jsonResponse(status int, v any) response {
	body, err := json.Marshal(v)
	if err != nil { // never for strings, numbers and lists of them
		return response{status: http.StatusInternalServerError}
	}
	return response{status, http.Header{"Content-Type": {"application/json"}}, body}
}

func redirect(status int, location string) response {
	return response{status: status, header: http.Header{"Location": {location}}}
}

// data is the member of every management response that has its record.
type data struct {
	Data any `json:"data"`
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// orNull turns an empty string into a JSON null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
