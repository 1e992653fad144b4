package psp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"rampa/internal/money"
	"rampa/internal/psp"
	"rampa/internal/store/acquiring"
	"rampa/internal/storetest"
	"rampa/internal/vault"
)

var euro = money.Asset{Code: "EUR", Scale: 2}

// provider is one that tells what the test says. Its callbacks are the JSON of a notice; a body that is none is not its own.
type provider struct{ refused bool }

func (*provider) Open(_ context.Context, c psp.Charge) (psp.Session, error) {
	return psp.Session{Reference: "ref-" + c.ID, URL: "https://provider.example/" + c.ID}, nil
}

func (p *provider) Refund(context.Context, psp.Charge, psp.Refund) (string, error) {
	if p.refused {
		return "", errors.New("not now")
	}
	return "refund-1", nil
}

type told struct {
	ID, Reference, RefundID string
	Kind                    psp.Kind
	Cents                   int64
}

func (*provider) Read(header func(string) string, body []byte, at time.Time) ([]psp.Notice, error) {
	var t told
	if header("X-Signed") != "yes" {
		return nil, psp.ErrSignature
	}
	if err := json.Unmarshal(body, &t); err != nil {
		return nil, psp.ErrCallback
	}
	return []psp.Notice{{ID: t.ID, Reference: t.Reference, RefundID: t.RefundID, Kind: t.Kind, Amount: money.New(t.Cents, euro), Holder: "ANA", At: at}}, nil
}

// owner remembers what it was told.
type owner struct {
	mu    sync.Mutex
	moves []psp.State
	backs []psp.RefundState
}

func (o *owner) ChargeMoved(_ context.Context, c psp.Charge) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.moves = append(o.moves, c.State)
	return nil
}

func (o *owner) RefundMoved(_ context.Context, _ psp.Charge, r psp.Refund) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.backs = append(o.backs, r.State)
	return nil
}

type till struct {
	*testing.T
	*psp.Service
	owner    *owner
	provider *provider
	serial   int
}

func tills(t *testing.T, test func(h *till)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		sealer, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), d.Store)
		if err != nil {
			t.Fatal(err)
		}
		h := &till{T: t, owner: &owner{}, provider: &provider{}}
		h.Service = psp.New(psp.Config{Store: acquiring.New(d.DB, sealer), Providers: map[string]psp.Provider{"p": h.provider}, Methods: map[string]string{"card": "p"}, Owner: h.owner,
			Now: func() time.Time { return time.Date(2026, 6, 26, 10, 0, 0, 0, time.UTC) }, Log: slog.New(slog.DiscardHandler)})
		test(h)
	})
}

// charge makes one that its payer has opened.
func (h *till) charge() psp.Charge {
	h.Helper()
	h.serial++
	c, err := h.Start(h.Context(), psp.Charge{ID: fmt.Sprintf("charge-%d", h.serial), PaymentID: fmt.Sprintf("payment-%d", h.serial), Method: "CARD", Amount: money.New(15050, euro)})
	if err != nil {
		h.Fatal(err)
	}
	if _, err := h.Open(h.Context(), c.ID, "es"); err != nil {
		h.Fatal(err)
	}
	return c
}

func (h *till) tell(n told) error {
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	return h.Handle(context.Background(), "p", func(string) string { return "yes" }, body)
}

// TestWhateverOrderNoticesComeInTheEndIsTheSame tries every order of what a charge lives through, each notice twice.
func TestWhateverOrderNoticesComeInTheEndIsTheSame(t *testing.T) {
	t.Parallel()
	tills(t, func(h *till) {
		kinds := []psp.Kind{psp.TellsPending, psp.TellsPaid, psp.TellsChargeback}
		for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			h.owner.moves = nil
			c := h.charge()
			for _, i := range order {
				for range 2 {
					if err := h.tell(told{ID: c.ID + string(kinds[i]), Reference: "ref-" + c.ID, Kind: kinds[i], Cents: 15050}); err != nil {
						h.Fatal(err)
					}
				}
			}
			got, err := h.Find(h.Context(), c.ID)
			if err != nil || got.State != psp.ChargedBack || got.Collected.Units() != 15050 || got.Holder != "ANA" {
				h.Errorf("%v: %+v, %v", order, got, err)
			}
			moves := slices.DeleteFunc(h.owner.moves, func(s psp.State) bool { return s == psp.Pending })
			if !slices.Equal(moves, []psp.State{psp.Paid, psp.ChargedBack}) {
				h.Errorf("%v: its owner was told %v", order, h.owner.moves)
			}
		}
	})
}

func TestAHundredCallbacksAtOnceCountOnce(t *testing.T) {
	t.Parallel()
	tills(t, func(h *till) {
		c := h.charge()
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if err := h.tell(told{ID: "one", Reference: "ref-" + c.ID, Kind: psp.TellsPaid, Cents: 15050}); err != nil {
					h.Error(err)
				}
			})
		}
		all.Wait()
		if !slices.Equal(h.owner.moves, []psp.State{psp.Paid}) {
			h.Errorf("%v", h.owner.moves)
		}
	})
}

func TestACallbackThatIsNotSignedOrAboutNothingIsRefused(t *testing.T) {
	t.Parallel()
	tills(t, func(h *till) {
		c := h.charge()
		body := []byte(`{"ID":"x","Reference":"ref-` + c.ID + `","Kind":"paid","Cents":1}`)
		if err := h.Handle(h.Context(), "p", func(string) string { return "" }, body); !errors.Is(err, psp.ErrSignature) {
			h.Errorf("unsigned: %v", err)
		}
		if err := h.Handle(h.Context(), "q", func(string) string { return "yes" }, body); !errors.Is(err, psp.ErrNotFound) {
			h.Errorf("another provider: %v", err)
		}
		if err := h.tell(told{ID: "x", Reference: "none", Kind: psp.TellsPaid, Cents: 1}); !errors.Is(err, psp.ErrNotFound) {
			h.Errorf("an unknown charge: %v", err)
		}
		if got, _ := h.Find(h.Context(), c.ID); got.State != psp.Created {
			h.Errorf("%+v", got)
		}
	})
}

func TestRefundsComeToNoMoreThanWasCollected(t *testing.T) {
	t.Parallel()
	tills(t, func(h *till) {
		c := h.charge()
		back := func(id string, cents int64) error {
			return h.Refund(h.Context(), c.ID, psp.Refund{ID: id, Amount: money.New(cents, euro)})
		}
		if err := back("early", 1); !errors.Is(err, psp.ErrNotPaid) {
			h.Errorf("before it was paid: %v", err)
		}
		if err := h.tell(told{ID: "paid", Reference: "ref-" + c.ID, Kind: psp.TellsPaid, Cents: 10000}); err != nil {
			h.Fatal(err)
		}
		for _, r := range []struct {
			id    string
			cents int64
			want  error
		}{{"a", 6000, nil}, {"a", 6000, nil}, {"b", 4001, psp.ErrTooMuch}, {"b", 4000, nil}, {"c", 1, psp.ErrTooMuch}, {"d", 0, psp.ErrTooMuch}} {
			if err := back(r.id, r.cents); !errors.Is(err, r.want) {
				h.Errorf("%s of %d: %v, want %v", r.id, r.cents, err, r.want)
			}
		}
		h.provider.refused = true
		if err := h.Work(h.Context()); err != nil || len(h.owner.backs) != 0 {
			h.Errorf("%v, %v", h.owner.backs, err)
		}
		if err := h.tell(told{ID: "done a", Reference: "ref-" + c.ID, RefundID: "a", Kind: psp.TellsRefunded, Cents: 6000}); err != nil {
			h.Fatal(err)
		}
		if !slices.Equal(h.owner.backs, []psp.RefundState{psp.Done}) {
			h.Errorf("%v", h.owner.backs)
		}
	})
}
