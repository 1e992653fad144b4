package mail

import (
	"context"
	"errors"
	"time"
)

// Schedule is how long to wait after each failed attempt; after the last one a message is given up.
type Schedule []time.Duration

// DefaultSchedule tries for a little over two days.
func DefaultSchedule() Schedule {
	return Schedule{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour}
}

// batch is how many messages are claimed at once: all of them wait while the first is sent.
const batch = 20

// Service sends what is due and shows the outbox.
type Service struct {
	store    Store
	sender   Sender
	schedule Schedule
	now      func() time.Time
}

// NewService makes a Service.
func NewService(store Store, sender Sender, schedule Schedule, now func() time.Time) *Service {
	return &Service{store: store, sender: sender, schedule: schedule, now: now}
}

// SendDue sends what is due and gives how many went out. A message that fails waits for its next attempt and does not
// hold up the others; the error is the store's, or ctx's.
func (s *Service) SendDue(ctx context.Context) (sent int, err error) {
	for {
		now := s.time()
		due, err := s.store.ClaimMail(ctx, now, batch, func(attempts int) time.Time { return now.Add(s.pause(attempts)) })
		if err != nil || len(due) == 0 {
			return sent, err
		}
		for _, m := range due {
			if err := ctx.Err(); err != nil {
				return sent, err
			}
			ok, err := s.send(ctx, m)
			if err != nil {
				return sent, err
			}
			if ok {
				sent++
			}
		}
	}
}

func (s *Service) send(ctx context.Context, m Message) (sent bool, err error) {
	failure := s.sender.Send(ctx, m)
	// What has happened must be written down even if the request for it is over by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if failure == nil {
		return true, s.store.MailSent(ctx, m.ID, s.time())
	}
	_, hopeless := errors.AsType[permanent](failure)
	return false, s.store.MailFailed(ctx, m.ID, reason(failure), hopeless || m.Attempts > len(s.schedule))
}

// pause gives how long a message waits after its n-th attempt. The last attempt has no next one, but until its outcome is
// known the message must stay claimed.
func (s *Service) pause(attempts int) time.Duration {
	if len(s.schedule) == 0 {
		return time.Hour
	}
	return s.schedule[min(max(attempts, 1), len(s.schedule))-1]
}

// reason shortens an error for the outbox.
func reason(err error) string {
	const most = 300
	text := err.Error()
	if len(text) > most {
		text = text[:most] + "…"
	}
	return text
}

// Outbox lists messages without their bodies, newest first. next continues the list; "" at its end.
func (s *Service) Outbox(ctx context.Context, before string, limit int) (page []Message, next string, err error) {
	page, err = s.store.Outbox(ctx, before, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(page) > limit {
		page = page[:limit]
		next = page[limit-1].ID
	}
	return page, next, nil
}

// Read gives one message: ErrNotFound.
func (s *Service) Read(ctx context.Context, id string) (*Message, error) {
	return s.store.Mail(ctx, id)
}

func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }
