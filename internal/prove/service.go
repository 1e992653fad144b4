package prove

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/money"
)

// Every is how old the last run may get before Sweep makes another; older when runs take long, so that no more than a
// twentieth of the time goes into them.
const Every = time.Hour

// Config is what a Service needs.
type Config struct {
	Store    Store
	Audit    AuditChain
	Assets   []money.Asset // of the availability matrix; nil: scales are held against the digests only
	Treasury Chain         // nil: no chain is connected
	Bank     Bank          // nil: no statements are
	Payments Payments      // nil: there are none
	Partial  bool          // a command: it makes fewer checks than the server
	Log      *slog.Logger  // nil: nobody is told of violations but the freeze and the report
	Now      func() time.Time
}

// Service proves the books and keeps the freezes of payouts.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{c}
}

// Progress is told how many of all transfers a run has gone through.
type Progress func(done, total int64)

// Run proves the books, keeps the report and, when a check failed, freezes payouts in the same transaction. The error
// says that it could not be done, not that something is wrong: that is in the report.
func (s *Service) Run(ctx context.Context) (Report, error) {
	return s.RunWatched(ctx, func(int64, int64) {})
}

// RunWatched is Run for somebody who waits for it.
func (s *Service) RunWatched(ctx context.Context, progress Progress) (Report, error) {
	r := Report{At: s.Now(), Partial: s.Partial}
	past, err := s.Store.Past(ctx)
	if err != nil {
		return r, err
	}
	lines, err := s.section(ctx, "books", func(ctx context.Context) ([]*line, error) { return s.checkBooks(ctx, &r, past, progress) })
	if err != nil {
		return r, err
	}
	chain, err := s.section(ctx, "audit_chain", func(ctx context.Context) ([]*line, error) { return s.checkAudit(ctx, &r, past) })
	if err != nil {
		return r, err
	}
	lines = append(lines, chain...)
	for _, check := range []func(context.Context) (*line, error){s.checkTreasury, s.checkBank} {
		l, err := check(ctx)
		if err != nil {
			return r, err
		}
		lines = append(lines, l)
	}
	for _, l := range lines {
		r.Checks = append(r.Checks, l.Check)
	}
	r.Mark, r.Took = markOf(lines), s.Now().Sub(r.At)
	return s.conclude(ctx, r)
}

// section makes checks in a snapshot. What cannot be read twice though the database answers is wrong itself: somebody has
// written rows that are none.
func (s *Service) section(ctx context.Context, name string, check func(ctx context.Context) ([]*line, error)) (lines []*line, err error) {
	for range 2 {
		err = s.Store.Snapshot(ctx, func(ctx context.Context) (err error) {
			lines, err = check(ctx)
			return err
		})
		if err == nil || ctx.Err() != nil || errs.KindOf(err) == errs.Unavailable {
			return lines, err
		}
	}
	if _, alive := s.Store.Past(ctx); alive != nil {
		return nil, errors.Join(err, alive)
	}
	l := newLine(name).say("cannot be read")
	l.fail(name+": "+err.Error(), "", "%v", err) // what cannot be read is part of the mark: another reason is another finding
	return []*line{l}, nil
}

// checkBooks makes the checks of the ledger.
func (s *Service) checkBooks(ctx context.Context, r *Report, past Past, progress Progress) ([]*line, error) {
	total, err := s.Store.Size(ctx)
	if err != nil {
		return nil, err
	}
	j, c := newJournal(), newChart()
	if err := s.Store.Transfers(ctx, func(t Transfer) error {
		if j.take(t); j.transfers%1000 == 0 || j.transfers == total {
			progress(j.transfers, total)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := s.Store.Strays(ctx, j.stray); err != nil {
		return nil, err
	}
	assets, err := s.Store.Assets(ctx)
	if err != nil {
		return nil, err
	}
	c.takeAssets(assets, s.Assets)
	if err := s.Store.Holds(ctx, c.takeHold); err != nil {
		return nil, err
	}
	if err := s.Store.Accounts(ctx, c.takeAccount); err != nil {
		return nil, err
	}
	payments, err := s.checkPayments(ctx, c.customers)
	if err != nil {
		return nil, err
	}
	r.Transfers, r.Entries, r.Accounts = j.transfers, j.entries, c.accounts
	trial := newLine("trial_balance").say("%s and %s in %s", count(j.entries, "entry", "entries"), count(c.accounts, "balance", "balances"), count(int64(len(assets)), "asset", "assets"))
	j.totals.zero(trial, "entries")
	c.totals.zero(trial, "balances")
	lines := append([]*line{trial}, j.lines(past.Transfers)...)
	return append(append(lines, c.lines()...), payments), nil
}

// checkAudit verifies the audit chain, with the end that an earlier run saw.
func (s *Service) checkAudit(ctx context.Context, r *Report, past Past) ([]*line, error) {
	l := newLine("audit_chain")
	found, err := s.Audit.Verify(ctx, past.Checkpoint)
	if broken, is := errors.AsType[*audit.BrokenError](err); is {
		l.say("broken").fail("audit_chain: "+broken.Error(), "", "%s", broken.Error())
		return []*line{l}, nil
	}
	r.Checkpoint = found.Checkpoint
	return []*line{l.say("%s in %s, %d not yet sealed", count(found.Entries, "entry", "entries"), count(found.Batches, "batch", "batches"), found.Unsealed)}, err
}

// conclude keeps the report, and freezes payouts when it is a bad one: unless an operator lifted a freeze in spite of these
// very findings.
func (s *Service) conclude(ctx context.Context, r Report) (Report, error) {
	failed := r.Failures()
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		r.Froze, r.Accepted = false, false
		if err := tx.LockFreeze(ctx); err != nil {
			return err
		}
		last, _, err := s.Store.LastFreeze(ctx)
		if err != nil {
			return err
		}
		r.Accepted = r.Mark != "" && !last.Standing() && last.LiftedMark == r.Mark
		freeze := len(failed) > 0 && !last.Standing() && !r.Accepted
		r.Froze = freeze
		if r.ID, err = tx.AddReport(ctx, r); err != nil {
			return err
		}
		if r.Mark == "" && !r.Partial { // what was accepted is repaired: found again, it is new
			if err := tx.ForgetAccepted(ctx); err != nil {
				return err
			}
		}
		if err := tx.AppendAudit(ctx, audit.Entry{At: r.At, Actor: prover, Action: "books.proved", Object: "proof", ObjectID: strconv.FormatInt(r.ID, 10),
			Detail: map[string]string{"failed": strconv.Itoa(len(failed)), "transfers": strconv.FormatInt(r.Transfers, 10)}}); err != nil || !freeze {
			return err
		}
		_, err = s.freeze(ctx, tx, Freeze{Reason: reasonOf(failed), At: r.At, By: prover.ID, ProofID: r.ID}, prover)
		return err
	})
	if err == nil && len(failed) > 0 {
		s.Log.ErrorContext(ctx, "the books are wrong", "proof", r.ID, "checks", strings.Join(names(failed), " "), "froze_payouts", r.Froze)
	}
	return r, err
}

// prover is who freezes payouts when nobody does.
var prover = audit.System("prove")

func names(checks []Check) (all []string) {
	for _, c := range checks {
		all = append(all, c.Name)
	}
	return all
}

// reasonOf says what failed, and the first of it.
func reasonOf(failed []Check) string {
	text := fmt.Sprintf("The proof failed (%s)", strings.ReplaceAll(strings.Join(names(failed), ", "), "_", " "))
	if first := failed[0]; len(first.Findings) > 0 {
		text += ": " + first.Findings[0].Text
	}
	return clip(text)
}

// Sweep makes a run when the last one is Every old: periodic work calls it as often as it likes.
func (s *Service) Sweep(ctx context.Context) error {
	last, any, err := s.Store.LastReport(ctx, true)
	if err != nil || any && s.Now().Sub(last.At) < max(Every, 20*last.Took) {
		return err
	}
	_, err = s.Run(ctx)
	return err
}

// Last gives the last report; false before the first run.
func (s *Service) Last(ctx context.Context) (Report, bool, error) {
	return s.Store.LastReport(ctx, false)
}
