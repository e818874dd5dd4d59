package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/team-telnyx/telnyx-go"
)

// cleanUp deletes the clients that the tour created, and with them their grants and tokens, also after ctx has ended.
// Its error says what is left.
func (t *tour) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	t.title("Delete what this tour created")
	problems := []error{t.findLost(ctx)}
	for _, id := range slices.Sorted(maps.Keys(t.made)) {
		if err := t.account.OAuthClients.Delete(ctx, id); err != nil {
			problems = append(problems, fmt.Errorf("client %s could not be deleted: %w", id, err))
			continue
		}
		t.did("OAuthClients.Delete", "deleted %s", id)
	}
	return errors.Join(problems...)
}

// findLost finds clients by their names, also those that were created by a call whose response was lost.
func (t *tour) findLost(ctx context.Context) error {
	ours := telnyx.OAuthClientListParams{FilterNameContains: telnyx.String(t.name)}
	for c, err := range t.account.OAuthClients.ListAutoPaging(ctx, ours).All() {
		if err != nil {
			return fmt.Errorf("clients named %s… may be left: %w", t.name, err)
		}
		if strings.HasPrefix(c.Name, t.name) { // even if the filter fails, nothing else may be deleted
			t.made[c.ClientID] = true
		}
	}
	return nil
}
