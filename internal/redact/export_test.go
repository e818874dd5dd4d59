package redact

// Steps is how many bytes are read to redact a body.
func Steps(r Redactor, contentType, body string) int {
	s := &search{known: r}
	s.body(contentType, body)
	return s.steps
}
