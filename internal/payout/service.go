package payout

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"rampa/internal/audit"
	"rampa/internal/chain"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/ledger"
	"rampa/internal/money"
)

// The errors of this package.
var (
	ErrNotFound = errs.New(errs.NotFound, "payout_not_found", "There is no such payout.")
	ErrChain    = errs.New(errs.Unavailable, "chain_not_connected", "Coins cannot be sent on this chain: it is not connected.")
	ErrState    = errs.New(errs.Conflict, "payout_state", "The payout is not in a state that allows this.")
	ErrFence    = errs.New(errs.Conflict, "sender_lost", "Another node sends from this address now.")
)

// Store is where payouts live. Under a context that carries a transaction the reads see it.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Sender takes or keeps the right to send from an address until an instant of the wall clock; ErrFence while another holds it.
	Sender(ctx context.Context, s Sender, now time.Time) (Sender, error)
	reads
}

type reads interface {
	PayoutByKey(ctx context.Context, key string) (Payout, error) // ErrNotFound; with its attempts
	Payouts(ctx context.Context, q Query) ([]Payout, error)      // with their attempts
	SlotsInUse(ctx context.Context, chain, sender string) ([]string, error)
	NextDue(ctx context.Context) (time.Time, bool, error)
}

// Query asks for payouts, the oldest first.
type Query struct {
	Chain  string    // "": all
	States []State   // nil: all
	Due    time.Time // those that the engine must look at by then; zero: all
	After  int64     // number
	Limit  int
}

// Sender is the right to send from an address.
type Sender struct {
	Chain, Address string
	Holder         string
	Fence          int64
	Until          time.Time // wall clock
	LastSlots      []string
}

// Tx is one change of payouts.
type Tx interface {
	InsertPayout(ctx context.Context, p Payout) (inserted bool, err error)
	LockPayout(ctx context.Context, id string) (Payout, error) // nobody else changes it until the end
	UpdatePayout(ctx context.Context, p Payout) error
	sendings
	audit.Writer
}

type sendings interface {
	// InsertAttempt keeps a signed transaction with its slots. Errors: ErrFence when the sender is another's by now.
	InsertAttempt(ctx context.Context, s Sender, payoutID string, a Attempt) error
	// Credit and SetCredit are what of fees the ledger has booked too much. Errors: ErrFence.
	Credit(ctx context.Context, s Sender) (*big.Int, error)
	SetCredit(ctx context.Context, s Sender, credit *big.Int) error
	Approve(ctx context.Context, payoutID, operator string, at time.Time) (approvals int, err error)
}

// Chain is a network with our wallet on it.
type Chain struct {
	chain.Network
	Wallet        chain.Wallet
	Native        chain.Token
	Tokens        map[string]chain.Token // by asset code, the native one included
	Confirmations int64                  // that make a payout final
	Watch         int64                  // confirmations until which a final one is looked at; 0: four times as many
	StuckAfter    time.Duration          // in the pool; then it is replaced for a higher fee
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Ledger Ledger
	Chains map[string]Chain // by code
	Owner  Owner
	Frozen func(ctx context.Context) (bool, error)
	Rules  *Rules // nil: none
	Node   string // of this process: unique
	Now    func() time.Time
	Wall   func() time.Time // for leases, which must not follow a clock that stands still
	Log    *slog.Logger
}

// Service sends payouts. Owner may be set after New, before the first call.
type Service struct {
	Config
	working sync.Mutex
	wake    chan struct{}
}

// New makes a Service.
func New(c Config) *Service {
	if c.Rules == nil {
		c.Rules = &Rules{}
	}
	return &Service{Config: c, wake: make(chan struct{}, 1)}
}

// Request asks for a payout in ctx's transaction. Asked again with the same key it gives the first one, for ever. Errors: ErrChain.
func (s *Service) Request(ctx context.Context, o Order) (Payout, error) {
	if !s.Sends(o.Chain, o.Amount.Asset().Code) {
		return Payout{}, ErrChain
	}
	p := Payout{Order: o, ID: id.Alphanumeric(25), State: Created, CreatedAt: s.Now(), UpdatedAt: s.Now(), DueAt: s.Now()}
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		inserted, err := tx.InsertPayout(ctx, p)
		if err != nil {
			return err
		}
		if !inserted {
			p, err = s.Store.PayoutByKey(ctx, o.Key)
			return err
		}
		return s.note(ctx, tx, &p, "payout.created", system)
	})
	s.Wake()
	return p, err
}

// Sends reports whether a coin can be sent on a chain: whether that is connected.
func (s *Service) Sends(chain, asset string) bool {
	_, ok := s.Chains[chain].Tokens[asset]
	return ok
}

var system = audit.System("payout")

// Wake makes Run look for work soon.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Woken tells when Wake was called.
func (s *Service) Woken() <-chan struct{} { return s.wake }

// Find gives a payout by its key. Errors: ErrNotFound.
func (s *Service) Find(ctx context.Context, key string) (Payout, error) {
	return s.Store.PayoutByKey(ctx, key)
}

// List gives payouts, the oldest first.
func (s *Service) List(ctx context.Context, q Query) ([]Payout, error) {
	return s.Store.Payouts(ctx, q)
}

// NextDue is when Work next has something to do.
func (s *Service) NextDue(ctx context.Context) (time.Time, bool, error) { return s.Store.NextDue(ctx) }

// Cancel takes a payout back, in ctx's transaction, while nothing of it is signed. It reports whether it is cancelled.
func (s *Service) Cancel(ctx context.Context, key string, by audit.Actor) (cancelled bool, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := s.Store.PayoutByKey(ctx, key)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err == nil {
			p, err = tx.LockPayout(ctx, p.ID)
		}
		if err != nil {
			return err
		}
		if cancelled = p.State == Cancelled || p.State == Failed; cancelled {
			return nil
		}
		to, err := next(p.State, Withdrawn)
		if err != nil {
			return nil // too late
		}
		if p.State == Reserved {
			if err := s.release(ctx, &p); err != nil {
				return err
			}
		}
		cancelled = true
		p.State, p.Waits, p.DueAt = to, "", time.Time{}
		return s.moved(ctx, tx, &p, by)
	})
	return cancelled, err
}

// Approve is an operator's word for a payout that waits for one; two different operators must give theirs. Errors: ErrNotFound, ErrState.
func (s *Service) Approve(ctx context.Context, key, operator string, by audit.Actor) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := s.Store.PayoutByKey(ctx, key)
		if err == nil {
			p, err = tx.LockPayout(ctx, p.ID)
		}
		if err != nil {
			return err
		}
		if p.State != Created || p.Waits != "approval" {
			return ErrState
		}
		if p.Approvals, err = tx.Approve(ctx, p.ID, operator, s.Now()); err != nil {
			return err
		}
		p.DueAt = s.Now()
		if err := tx.UpdatePayout(ctx, p); err != nil {
			return err
		}
		return s.note(ctx, tx, &p, "payout.approved", by)
	})
}

// moved stores a payout in its new state, with its audit entry, and tells its owner.
func (s *Service) moved(ctx context.Context, tx Tx, p *Payout, by audit.Actor) error {
	p.UpdatedAt = s.Now()
	if err := tx.UpdatePayout(ctx, *p); err != nil {
		return err
	}
	if err := s.note(ctx, tx, p, "payout."+string(p.State), by); err != nil {
		return err
	}
	if told[p.State] {
		return s.Owner.PayoutMoved(ctx, *p)
	}
	return nil
}

// told are the states that owners hear of. Of Broadcast they hear when a block that had the payout is gone.
var told = map[State]bool{Seen: true, Final: true, Failed: true, Cancelled: true}

func (s *Service) note(ctx context.Context, tx Tx, p *Payout, action string, by audit.Actor) error {
	e := audit.Entry{At: s.Now(), IntegrationID: p.IntegrationID, Actor: by, Action: action, Object: "payout", ObjectID: p.ID, Detail: map[string]string{"key": p.Key}}
	if p.Hash != "" {
		e.Detail["hash"] = p.Hash
	}
	return tx.AppendAudit(ctx, e)
}

func reserveKey(p *Payout) string { return "payout/" + p.ID + "/reserve" }

// reserve sets the treasury's coins aside.
func (s *Service) reserve(ctx context.Context, p *Payout) error {
	treasury := ledger.Account{Purpose: ledger.Treasury, Detail: p.Chain, Asset: p.Amount.Asset()}
	_, err := s.Ledger.Hold(ctx, ledger.Hold{Key: reserveKey(p), Kind: "payout.reserved", Account: treasury, Amount: p.Amount, By: system})
	return err
}

func (s *Service) release(ctx context.Context, p *Payout) error {
	_, err := s.Ledger.Release(ctx, ledger.Release{Key: reserveKey(p) + "/released", Kind: "payout.released", Hold: reserveKey(p), By: system})
	return err
}

// settle books what was sent: the customer's money and the treasury's coins leave together.
func (s *Service) settle(ctx context.Context, p *Payout) error {
	_, err := s.Ledger.Settle(ctx, ledger.Settlement{Key: "payout/" + p.ID + "/sent", Kind: "payout.sent", By: system,
		Holds: []ledger.Part{{Hold: p.Hold, Amount: p.Amount}, {Hold: reserveKey(p), Amount: p.Amount}}})
	return err
}

// bookCost books what a transaction cost, beyond what was booked of it before a reorganisation. The ledger counts coarser than the chain: it
// books a unit too much at most, and remembers how much of it.
func (s *Service) bookCost(ctx context.Context, tx Tx, at Sender, c cost) error {
	native := s.Chains[at.Chain].Native
	credit, err := tx.Credit(ctx, at)
	if err != nil {
		return err
	}
	owed := new(big.Int).Sub(c.is, credit)
	if c.was != nil {
		owed.Sub(owed, c.was)
	}
	amount, dust, err := money.FromBase(owed, native.Decimals, native.Asset) // toward nothing: of less than nothing, a unit too little is taken back
	if err != nil {
		return err
	}
	credit = new(big.Int).Neg(dust)
	if dust.Sign() > 0 {
		unit, err := money.New(1, native.Asset).Base(native.Decimals)
		if err != nil {
			return err
		}
		if amount, err = amount.Add(money.New(1, native.Asset)); err != nil {
			return err
		}
		credit.Add(credit, unit)
	}
	if err := tx.SetCredit(ctx, at, credit); err != nil || amount.IsZero() {
		return err
	}
	_, err = s.Ledger.Post(ctx, ledger.Transfer{Key: c.key, Kind: "payout.cost", By: system, Entries: []ledger.Entry{
		{Account: ledger.Account{Purpose: ledger.Network, Detail: at.Chain, Asset: native.Asset}, Amount: amount},
		{Account: ledger.Account{Purpose: ledger.Treasury, Detail: at.Chain, Asset: native.Asset}, Amount: amount.Neg()}}})
	return err
}

// cost is what the mined transaction of a payout cost.
type cost struct {
	key     string
	is, was *big.Int // was: booked before; nil: nothing
}
