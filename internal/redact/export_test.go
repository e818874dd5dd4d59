package redact

import "net/http"

// Steps is how many bytes are read to redact a body.
func Steps(r Redactor, contentType, body string) int {
	s := r.search(body)
	s.body(contentType, body)
	return s.steps
}

// StepsOfLearning is how many bytes are read or remembered to learn the secrets of a request, and how many pieces of
// them are remembered.
func StepsOfLearning(header http.Header, contentType, body string) (steps, pieces int) {
	s := Redactor{}.search("")
	s.learned = &Redactor{pieces: map[string]bool{}}
	for name, values := range header {
		for _, value := range values {
			s.header(name, value)
		}
	}
	s.body(contentType, body)
	return s.steps, len(s.learned.pieces)
}
