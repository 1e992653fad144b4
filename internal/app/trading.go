package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"rampa/internal/acquirer"
	"rampa/internal/alert"
	"rampa/internal/api/trading"
	"rampa/internal/bank"
	"rampa/internal/chain/address"
	"rampa/internal/chain/evm"
	"rampa/internal/config"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/identity"
	"rampa/internal/job"
	"rampa/internal/limit"
	"rampa/internal/money"
	"rampa/internal/monitor"
	"rampa/internal/onramp"
	"rampa/internal/payout"
	"rampa/internal/psp"
	"rampa/internal/sandbox"
	"rampa/internal/sandbox/provider"
	"rampa/internal/screening/wallet"
	"rampa/internal/store/acquiring"
	"rampa/internal/store/banking"
	"rampa/internal/store/trade"
	"rampa/internal/store/treasury"
	"rampa/internal/web"
)

// trades is payments with what they stand on: the bank, the providers, and what sends coins.
type trades struct {
	bank     *bank.Service
	charges  *psp.Service
	payouts  *payout.Service
	payments *onramp.Service
	provider *provider.Provider // nil in production
}

// watch is what looks at payments as a compliance officer would.
type watch struct {
	*monitor.Service
	alerts *alert.Service
}

// Held reports whether an alert holds the customer.
func (w watch) Held(ctx context.Context, customerID int64) (bool, error) {
	return w.alerts.Held(ctx, customerID)
}

// wallets judges where coins go.
type wallets struct {
	chains  *chains
	blocked *wallet.List
}

func (w wallets) Parse(chain, text string) (string, error) { return address.Parse(chain, "", text) }

func (w wallets) Ours(_ context.Context, chain, address string) (bool, error) {
	return w.chains.ours(chain, address), nil
}

func (w wallets) Blocked(_ context.Context, _, address string) (bool, error) {
	return w.blocked.Blocked(address), nil
}

func (w wallets) Signed(_, address, text, signature string) bool {
	return evm.Signed(address, text, signature)
}

// newTrading makes the payments.
func (v *services) newTrading(w *world, s *storage) error {
	blocked, err := blockedWallets(w)
	if err != nil {
		return err
	}
	v.bank = bank.New(bank.Config{Store: banking.New(s.db, s.vault), Ledger: v.ledger, IBAN: identity.CheckIBAN, Now: w.now, Log: w.log})
	charges := acquiring.New(s.db, s.vault)
	v.charges = psp.New(psp.Config{Store: charges, Providers: map[string]psp.Provider{}, Methods: map[string]string{}, Now: w.now, Log: w.log})
	v.payouts = payout.New(payout.Config{Store: treasury.New(s.db), Ledger: v.ledger, Chains: v.networks, Now: w.now, Wall: wallClock, Log: w.log, Node: nodeName(w),
		Frozen: func(ctx context.Context) (bool, error) {
			_, stands, err := v.prover.Frozen(ctx)
			return stands, err
		}})
	c := onramp.Config{Store: trade.New(s.db).Payments(), Customers: v.customers, Quotes: v.quotes, Prices: v.prices, Limits: v.limits, Watch: watch{v.monitor, v.alerts},
		Ledger: v.ledger, Bank: v.bank, Providers: v.charges, Payouts: v.payouts, Wallets: wallets{&v.chains, blocked}, Sealer: s.vault,
		EventData: trading.PaymentData, PublicURL: w.publicURL, Zone: w.cfg.Timezone, Now: w.now}
	if w.sandbox() {
		v.bank.Executor, v.bank.Missing = sandboxBank{}, sandbox.BankAccount
		v.provider = provider.New(provider.Config{Key: s.vault.MAC("sandbox provider", nil), Store: charges, PublicURL: w.publicURL, Secure: strings.HasPrefix(w.publicURL, "https://"), Now: w.now, Log: w.log,
			Deliver: func(ctx context.Context, header func(string) string, body []byte) error {
				return v.charges.Handle(ctx, provider.Name, header, body)
			}})
		v.charges.Providers[provider.Name], v.charges.Methods["*"] = v.provider, provider.Name
		c.OwnBank = v.payFromSandboxBank
	}
	v.payments = onramp.New(c)
	v.bank.Payments, v.charges.Owner, v.payouts.Owner = v.payments, v.payments, v.payments
	v.prover.Bank, v.prover.Payments = bank.Statement{Service: v.bank}, v.payments
	if len(v.networks) > 0 {
		v.prover.Treasury = v.payouts
	}
	return nil
}

// nodeName tells this process from others that send. A SQLite file belongs to one process at a time (see lock): who starts on it again, after a
// kill too, goes on at once and need not wait for its own lease to end.
func nodeName(w *world) string {
	if w.cfg.Storage.DB.Engine() == config.Postgres {
		return id.UUID(wallClock())
	}
	return "sqlite"
}

// blockedWallets reads the list of addresses that no coins go to.
func blockedWallets(w *world) (*wallet.List, error) {
	var from io.Reader = strings.NewReader("")
	if w.sandbox() {
		from = sandbox.Wallets()
	}
	if file := w.cfg.Rules.Wallets; file != "" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	list, err := wallet.Read(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.cfg.Rules.Wallets, err)
	}
	return list, nil
}

// maintainTrading lists the periodic work of payments.
func (v *services) maintainTrading(every func(time.Duration, string, func(context.Context) error)) {
	every(2*time.Second, "bank.send", v.bank.Send)
	every(2*time.Second, "charge.refund", v.charges.Work)
	v.jobs.Maintain(job.Periodic{Name: "payment.sweep", Every: 10 * time.Second, NextDue: v.payments.NextDue, Run: v.payments.Sweep})
	v.jobs.Maintain(job.Periodic{Name: "payout.work", Every: time.Second, NextDue: v.payouts.NextDue, Run: v.payouts.Work})
	if v.provider != nil {
		v.jobs.Maintain(job.Periodic{Name: "sandbox.notices", Every: time.Second, NextDue: v.provider.NextDue, Run: v.provider.Work})
	}
}

// settling is how long after its request a payout is looked for: by then the request is committed.
const settling = 30 * time.Millisecond

// sendPayouts sends as soon as there is something to send; the periodic work finds what this misses.
func (v *services) sendPayouts(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-v.payouts.Woken():
		}
		select { // who woke us may not have committed yet
		case <-ctx.Done():
			return
		case <-time.After(settling):
			_ = v.payouts.Work(ctx) // what fails is told by the periodic work
		}
	}
}

// sandboxBank executes at once.
type sandboxBank struct{}

func (sandboxBank) Execute(_ context.Context, _ bank.Account, i bank.Instruction) (string, error) {
	return "sent/" + i.Key, nil
}

// payFromSandboxBank lets the sandbox's own bank transfer what is due.
func (v *services) payFromSandboxBank(ctx context.Context, p onramp.Payment) error {
	buyer, err := v.customers.Find(ctx, p.IntegrationID, customer.Lookup{ID: p.CustomerID})
	if err != nil {
		return err
	}
	_, err = v.bank.Book(ctx, p.Concept.Account, []bank.Transaction{{Amount: p.Due(), BookedAt: v.payments.Now(), ValueAt: v.payments.Now(), Remittance: fmt.Sprint(p.Concept.Number),
		CounterpartyName: buyer.Name, CounterpartyIBAN: sandbox.PayerIBAN, BankReference: id.Alphanumeric(20)}})
	return err
}

// Play is the sandbox's call that pays a payment, has it declined or charged back.
func (v *services) Play(ctx context.Context, integrationID int64, in trading.Played) (onramp.Payment, error) {
	p, err := v.payments.Find(ctx, integrationID, in.PaymentID)
	if err != nil {
		return p, err
	}
	amount := p.Amount
	if !in.Amount.IsZero() {
		amount = in.Amount
	}
	if p.Rail() == limit.Transfer {
		err = v.playTransfer(ctx, &p, in, amount)
	} else {
		err = v.playCharge(ctx, &p, in, amount)
	}
	if err != nil {
		return p, err
	}
	return v.payments.Find(ctx, integrationID, in.PaymentID)
}

// Transfer is the sandbox's call that books transfers on an account of the integration.
func (v *services) Transfer(ctx context.Context, integrationID int64, in trading.Incoming) (ids []string, err error) {
	a, err := v.bank.AccountOf(ctx, integrationID, in.Amount.Asset().Code)
	if err == nil { // one that all share is nobody's to play with
		a, err = v.bank.Find(ctx, integrationID, cmp.Or(in.IBAN, a.IBAN))
	}
	if err != nil {
		return nil, err
	}
	incoming := make([]bank.Transaction, in.Copies)
	for i := range incoming {
		incoming[i] = bank.Transaction{Amount: in.Amount, BookedAt: v.payments.Now(), ValueAt: v.payments.Now(), Remittance: in.Concept, CounterpartyName: in.Name,
			CounterpartyIBAN: cmp.Or(in.From, sandbox.PayerIBAN), EndToEndID: in.EndToEndID, BankReference: id.Alphanumeric(20)}
	}
	booked, err := v.bank.Book(ctx, a, incoming)
	for _, t := range booked {
		ids = append(ids, t.ID)
	}
	return ids, err
}

// Return is the sandbox's call that takes a transfer back.
func (v *services) Return(ctx context.Context, integrationID int64, transactionID string) (string, error) {
	t, err := v.bank.Transaction(ctx, integrationID, transactionID)
	if err != nil {
		return "", err
	}
	back, err := v.bank.Return(ctx, t.ID)
	return back.ID, err
}

// errPlay refuses what cannot happen to a payment.
var errPlay = errs.New(errs.Conflict, "payment_state", "This cannot happen to the payment now.")

func (v *services) playTransfer(ctx context.Context, p *onramp.Payment, in trading.Played, amount money.Amount) error {
	if in.Outcome != "paid" || p.Concept == nil {
		return errPlay
	}
	_, err := v.bank.Book(ctx, p.Concept.Account, []bank.Transaction{{Amount: amount, BookedAt: v.payments.Now(), ValueAt: v.payments.Now(), Remittance: fmt.Sprint(p.Concept.Number),
		CounterpartyName: in.Holder, CounterpartyIBAN: sandbox.PayerIBAN, BankReference: id.Alphanumeric(20)}})
	return err
}

func (v *services) playCharge(ctx context.Context, p *onramp.Payment, in trading.Played, amount money.Amount) error {
	charges, err := v.charges.OfPayment(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(charges) == 0 {
		return errPlay
	}
	c := charges[len(charges)-1]
	if _, err := v.charges.Open(ctx, c.ID, "en"); err != nil {
		return err
	}
	return v.provider.Tell(ctx, c, provider.Told{Outcome: in.Outcome, Holder: in.Holder, Amount: amount})
}

// mountCharges adds the edge of payment service providers, and the sandbox's pages of one.
func (a *app) mountCharges(mux *http.ServeMux) {
	acquirer.New(acquirer.Config{Charges: a.services.charges, Log: a.log}).Mount(mux)
	if a.services.provider != nil {
		pages := http.NewServeMux()
		a.services.provider.Mount(pages)
		mux.Handle("/sandbox/pay/", web.PageHeaders(a.https(), pages))
	}
}
