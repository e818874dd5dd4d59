package oauthflow

import (
	"context"
	"errors"

	"github.com/team-telnyx/telnyx-go/internal/request"
	"github.com/team-telnyx/telnyx-go/option"
)

// WithTokenSource authenticates the endpoints that take a bearer token with s, unless there is an API key. After a 401
// the token is renewed and the call made once more, as Transport does. A nil Source fails every call.
func WithTokenSource(s *Source) option.RequestOption {
	return func(c *request.Config) error {
		if s == nil {
			return errors.New("oauthflow.WithTokenSource: the Source is nil")
		}
		c.Credentials.AreExplicit = true
		c.Credentials.Token = func(ctx context.Context) (string, error) {
			t, err := s.Token(ctx)
			return t.AccessToken, err
		}
		c.Credentials.Renew = func(ctx context.Context, refused string) error {
			_, err := s.Renew(ctx, refused)
			return err
		}
		return nil
	}
}
