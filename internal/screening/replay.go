package screening

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"rampa/internal/alert"
	"rampa/internal/screening/list"
	"rampa/internal/screening/match"
)

// Replay makes the score of an alert again from what the alert, the list's snapshot and the weights' version say: the same
// name, the same list and the same weights give the same score.
// Errors: alert.ErrNotFound, ErrNoScreening, ErrNoSnapshot, ErrOtherProgram.
func (s *Service) Replay(ctx context.Context, alertID int64) (Replayed, error) {
	a, err := s.Alerts.Get(ctx, alertID)
	if err != nil {
		return Replayed{}, err
	}
	if a.Kind != alert.Screening || a.Summary["config"] == "" {
		return Replayed{}, ErrNoScreening
	}
	weights, err := s.weights(ctx, a.Summary["config"])
	if err != nil {
		return Replayed{}, err
	}
	l, entry, err := s.entry(ctx, a.Summary)
	if err != nil {
		return Replayed{}, err
	}
	subject := Subject{Key: a.Summary["subject"], Name: a.Summary["name"], Organisation: a.Summary["organisation"] == "true",
		BirthDate: a.Summary["subject_birth_date"], Countries: strings.Fields(a.Summary["subject_countries"])}
	name := subject.Name
	if as := a.Summary["as"]; as != "" {
		name = as
	}
	score := weights.Compare(weights.Prepare(prepared(subject, name)), entry)
	recorded, _ := strconv.Atoi(a.Summary["score"])
	out := Replayed{AlertID: alertID, Recorded: recorded, Hit: hit(subject, name, l, match.Found{Entry: entry, Score: score}), Config: weights.Version}
	out.Same = out.Score == recorded && out.ListHash == a.Summary["list_hash"] && out.Matched == a.Summary["matched"]
	return out, nil
}

// weights gives a version of the weights: this program's, or one that was kept. The code that they were made for must be
// this one.
func (s *Service) weights(ctx context.Context, version string) (*match.Config, error) {
	if version == s.Weights.Version {
		return s.Weights, nil
	}
	file, err := s.Store.Weights(ctx, version)
	if errors.Is(err, ErrNoSnapshot) {
		return nil, ErrOtherProgram
	}
	if err != nil {
		return nil, err
	}
	c, err := match.NewConfig(file)
	if err != nil || c.Version != version {
		return nil, ErrOtherProgram.Because(err)
	}
	return c, nil
}

// entry finds the entry of an alert in the snapshot that it was found in.
func (s *Service) entry(ctx context.Context, summary map[string]string) (*loaded, *list.Entry, error) {
	id, err := strconv.ParseInt(summary["snapshot"], 10, 64)
	if err != nil {
		return nil, nil, ErrNoSnapshot
	}
	snapshot, err := s.Store.Snapshot(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	entries, err := list.Decode(snapshot.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("read the list %s: %w", snapshot.Name, err)
	}
	for i := range entries {
		if entries[i].ID == summary["entry_id"] {
			return &loaded{Snapshot: snapshot}, &entries[i], nil
		}
	}
	return nil, nil, ErrNoSnapshot
}
