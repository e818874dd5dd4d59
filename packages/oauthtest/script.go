package oauthtest

import (
	"net/http"
	"slices"
)

// An Answer is a response that a test writes, for [Server.AnswerNext].
type Answer struct {
	// Status is 200 if it is 0.
	Status int
	// Header is sent unchanged. The default Content-Type is application/json; X-Request-Id and Date are added.
	Header http.Header
	Body   string
}

// AnswerNext answers the next requests to an operation, such as [GetOAuthClient], with the given answers, one each. It
// is for responses that the state of the server does not produce. The requests change no state, need no credentials,
// and are in [Server.Requests]. Faults are applied first. AnswerNext panics on an operationId that the contract does
// not have.
func (s *Server) AnswerNext(operation string, answers ...Answer) {
	s.table.mustHave(operation)
	answers = slices.Clone(answers)
	for i := range answers {
		answers[i].Header = answers[i].Header.Clone()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[operation] = append(s.scripts[operation], answers...)
}

// scripted takes the next answer to an operation, if there is one.
func (s *Server) scripted(operation string) (response, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answers := s.scripts[operation]
	if len(answers) == 0 {
		return response{}, false
	}
	s.scripts[operation] = slices.Clone(answers[1:])
	a := answers[0]
	header := a.Header
	if header == nil {
		header = http.Header{}
	}
	if header["X-Request-Id"] == nil {
		header.Set("X-Request-Id", s.random.uuid())
	}
	if header["Date"] == nil {
		header.Set("Date", s.now().UTC().Format(http.TimeFormat))
	}
	if header["Content-Type"] == nil {
		header.Set("Content-Type", "application/json")
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	return response{a.Status, header, []byte(a.Body)}, true
}
