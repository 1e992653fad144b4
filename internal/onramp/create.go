package onramp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/limit"
	"rampa/internal/money"
	"rampa/internal/price"
	"rampa/internal/psp"
	"rampa/internal/quote"
)

// idLength is that of the ids of payments.
const idLength = 25

// Creation asks for a payment. Codes are as they were written: case does not matter.
type Creation struct {
	IntegrationID int64
	Project       *asset.Project // the matrix as the integration may use it
	CustomerID    int64
	ExternalID    string
	Guided        bool // the payer names the wallet
	Method        string
	Fiat          string
	Amount        money.Amount // of Fiat, where the project knows it
	Coin          string
	Chain         string
	Wallet        string // none of a guided one
	CallbackURL   string
	QuoteID       string
	Actor         audit.Actor
	RequestID     string
}

// fingerprint is what two calls have in common that ask for the same payment.
func (c *Creation) fingerprint() []byte {
	fields := []string{fmt.Sprint(c.CustomerID, c.Guided), strings.ToLower(c.Method), strings.ToUpper(c.Fiat), c.Amount.Decimal(), strings.ToUpper(c.Coin),
		strings.ToLower(c.Chain), c.Wallet, c.CallbackURL, c.QuoteID}
	sum := sha256.Sum256([]byte(strings.Join(fields, "\x00")))
	return sum[:]
}

// Refusal is a limit that a purchase does not fit. It unwraps to the limit's own error.
type Refusal struct {
	*limit.Refusal
	Customer customer.Customer // for the links that the answer carries
}

// Unwrap gives the limit's refusal.
func (r *Refusal) Unwrap() error { return r.Refusal }

// Create makes a payment. Asked again with the external id of a payment that was asked for in the same words, it gives that one.
// Errors, in this order: customer.ErrUserNotFound, ErrExternalID, ErrBanned, *Refusal (require_kyc, kyc_reinforced_required),
// asset.ErrCoin, ErrWallet, ErrWalletBlocked, *quote.Below, asset.ErrMethod, *quote.Above, *Refusal (limit_exceded),
// ErrQuoteExpired, price.ErrUnavailable, ErrCreation.
func (s *Service) Create(ctx context.Context, c Creation) (Payment, error) {
	buyer, err := s.buyer(ctx, c.IntegrationID, c.CustomerID)
	if err != nil {
		return Payment{}, err
	}
	if c.ExternalID != "" {
		if p, err := s.again(ctx, &c); !errors.Is(err, ErrNotFound) {
			return p, err
		}
	}
	if buyer.Banned() {
		return Payment{}, ErrBanned
	}
	var created Payment
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		r, err := s.agree(ctx, &c, &buyer)
		if err != nil {
			return err
		}
		inserted, err := tx.InsertPayment(ctx, r)
		if err != nil {
			return err
		}
		if !inserted { // another call has just made it
			if err := s.Limits.Release(ctx, useOf(r)); err != nil {
				return err
			}
			created, err = s.again(ctx, &c)
			return err
		}
		if err := s.prepare(ctx, r); err != nil {
			return err
		}
		if r.Concept != nil {
			if err := tx.UpdatePayment(ctx, r); err != nil {
				return err
			}
		}
		created = r.Payment
		return s.note(ctx, tx, r, act{"payment.created", c.Actor, c.RequestID})
	})
	return created, err
}

func (s *Service) buyer(ctx context.Context, integrationID, customerID int64) (customer.Customer, error) {
	return s.Customers.Find(ctx, integrationID, customer.Lookup{ID: customerID})
}

// again gives the payment that has the external id already. Errors: ErrNotFound, ErrExternalID.
func (s *Service) again(ctx context.Context, c *Creation) (Payment, error) {
	r, err := s.Store.PaymentByExternalID(ctx, c.IntegrationID, c.ExternalID)
	if err != nil {
		return Payment{}, err
	}
	if hex.EncodeToString(r.Fingerprint) != hex.EncodeToString(c.fingerprint()) {
		return Payment{}, ErrExternalID
	}
	return r.Payment, s.unseal(&r)
}

// agree checks everything about a purchase and gives the payment that it makes.
func (s *Service) agree(ctx context.Context, c *Creation, by *customer.Customer) (*Row, error) {
	now := s.Now()
	r := &Row{Payment: Payment{ID: id.Alphanumeric(idLength), IntegrationID: c.IntegrationID, CustomerID: c.CustomerID, ExternalID: c.ExternalID, Guided: c.Guided,
		CallbackURL: c.CallbackURL, Status: Started, CreatedAt: now, UpdatedAt: now}, Fingerprint: c.fingerprint()}
	refusal, unpriced := s.allowed(ctx, c, by, r.ID+"/"+strings.ToLower(c.Method))
	if unpriced != nil && !errors.Is(unpriced, price.ErrUnavailable) {
		return nil, unpriced
	}
	if refusal != nil && refusal.Code != limit.CodeExceeded {
		return nil, refusal
	}
	pair, known := c.Project.Pair(c.Coin, c.Chain)
	if fiat, ok := c.Project.Fiat(c.Fiat); !known || !ok || !buys(pair, fiat) {
		return nil, asset.ErrCoin
	}
	var err error
	if !c.Guided {
		if r.Wallet, err = s.wallet(ctx, pair, c.Wallet); err != nil {
			return nil, err
		}
		r.Wallet.DeclaredBy, r.Wallet.Own = "integration", true
	}
	q, err := s.Quotes.Buy(ctx, c.Project, quote.Order{Want: asset.Want{Fiat: c.Fiat, Symbol: c.Coin, Chain: c.Chain, Method: c.Method}, Spend: c.Amount})
	if err != nil && !errors.Is(err, price.ErrUnavailable) {
		return nil, err
	}
	if refusal != nil {
		return nil, refusal
	}
	if c.QuoteID != "" {
		if q, err = s.locked(ctx, c, pair); err != nil {
			return nil, err
		}
	}
	if err = errors.Join(err, unpriced); err != nil {
		return nil, err
	}
	if !s.Payouts.Sends(q.Chain, q.Tokens.Asset().Code) { // no money is taken for what cannot be sent
		return nil, ErrCreation
	}
	r.Method, r.Amount, r.Coin, r.Chain, r.Terms = q.Method, q.Amount, q.Tokens.Asset(), q.Chain, termsOf(q, now)
	r.Received, r.Returned = money.Zero(q.Amount.Asset()), money.Zero(q.Amount.Asset())
	r.ExpiresAt = now.Add(s.Policy.Expiry(r.Method))
	r.DueAt = r.ExpiresAt
	r.History = []Step{{Started, now}}
	sum := sha256.Sum256([]byte(s.token(r.ID)))
	r.TokenHash = sum[:]
	return r, nil
}

func buys(pair asset.Pair, fiat money.Asset) bool {
	_, ok := pair.Minimum(fiat)
	return ok
}

// termsOf are a quote's terms: for as long as it lives, or as a quote would that was made now.
func termsOf(q quote.Quote, now time.Time) Terms {
	t := Terms{Tokens: q.Tokens, Price: q.Price, ServiceFee: q.ServiceFee, NetworkFee: q.NetworkFee, PartnerFee: q.PartnerFee, QuoteID: q.ID, Until: q.ExpiresAt}
	if q.ID == "" {
		t.Until = now.Add(quote.Life)
	}
	return t
}

// allowed asks the limits. A nil refusal passes. Errors: price.ErrUnavailable, when the amount cannot be told in euros.
func (s *Service) allowed(ctx context.Context, c *Creation, by *customer.Customer, reference string) (*Refusal, error) {
	cents, unpriced := s.euros(ctx, c.Amount)
	if unpriced != nil {
		if !errors.Is(unpriced, price.ErrUnavailable) {
			return nil, unpriced
		}
		cents = 1 // who may trade nothing is told so first
	}
	u := limit.Use{CustomerID: by.ID, IntegrationID: by.IntegrationID, Tier: by.Tier, Reference: reference, Rail: railOf(c.Method), Amount: cents, At: s.Now()}
	err := s.Limits.Check(ctx, u)
	if refused, ok := errors.AsType[*limit.Refusal](err); ok {
		return &Refusal{refused, *by}, nil
	}
	switch {
	case errors.Is(err, limit.ErrUse): // more than limits count: the method's maximum refuses it
		return nil, nil
	case err != nil:
		return nil, err
	case unpriced != nil:
		return nil, unpriced
	}
	return nil, s.Limits.Record(ctx, u)
}

// euros tells an amount in cents of euros, rounded up; at least one.
func (s *Service) euros(ctx context.Context, a money.Amount) (int64, error) {
	euro := money.Asset{Code: "EUR", Scale: 2}
	if a.Asset() != euro {
		p, err := s.Prices.Price(ctx, price.Pair{Base: euro.Code, Quote: a.Asset().Code})
		if err != nil {
			return 0, err
		}
		if a, err = a.Over(p.Rate, euro, money.Up); err != nil {
			return 0, err
		}
	}
	return max(a.Units(), 1), nil
}

// wallet reads an address that coins of a pair are to go to. Errors: ErrWallet, ErrWalletBlocked.
func (s *Service) wallet(ctx context.Context, pair asset.Pair, text string) (Wallet, error) {
	address, err := s.Wallets.Parse(pair.Chain.Code, text)
	if err != nil {
		return Wallet{}, err
	}
	if strings.EqualFold(address, pair.Contract) {
		return Wallet{}, ErrWallet
	}
	ours, err := s.Wallets.Ours(ctx, pair.Chain.Code, address)
	if err != nil {
		return Wallet{}, err
	}
	if ours {
		return Wallet{}, ErrWallet
	}
	blocked, err := s.Wallets.Blocked(ctx, pair.Chain.Code, address)
	if err != nil {
		return Wallet{}, err
	}
	if blocked {
		return Wallet{}, ErrWalletBlocked
	}
	return Wallet{Address: address}, nil
}

// locked gives the locked quote that a payment is made from. Errors: ErrQuoteExpired.
func (s *Service) locked(ctx context.Context, c *Creation, pair asset.Pair) (quote.Quote, error) {
	q, err := s.Quotes.Find(ctx, c.IntegrationID, c.QuoteID)
	switch {
	case errors.Is(err, quote.ErrNotFound):
		return q, ErrQuoteExpired
	case err != nil:
		return q, err
	case !q.Alive(s.Now()), q.Side != quote.Buy, q.Amount != c.Amount, q.Tokens.Asset() != pair.Coin, q.Chain != pair.Chain.Code, !strings.EqualFold(q.Method, c.Method):
		return q, ErrQuoteExpired
	}
	return q, nil
}

// token is the secret of a payment's gateway address: made of its id, so that the same address can be given again.
func (s *Service) token(paymentID string) string {
	b := s.Sealer.MAC("gateway", []byte(paymentID))[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // RFC 9562, version 8
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// gatewayURL is where a payment is paid.
func (s *Service) gatewayURL(p *Payment) string {
	return s.PublicURL + "/gateway/" + strings.ToLower(p.Method) + "?token=" + s.token(p.ID)
}

// prepare makes what a payment is paid by: the concept of a transfer, or the provider's charge.
func (s *Service) prepare(ctx context.Context, r *Row) error {
	if r.Rail() == limit.Transfer {
		concept, err := s.Bank.Reserve(ctx, r.IntegrationID, r.Amount.Asset().Code, r.ID)
		if err != nil {
			return creation(err)
		}
		r.Concept = &concept
		return nil
	}
	_, err := s.Providers.Start(ctx, psp.Charge{ID: id.Alphanumeric(idLength), IntegrationID: r.IntegrationID, PaymentID: r.ID, Method: r.Method, Amount: r.Amount,
		Description: "Rampa " + r.ID, ReturnURL: s.gatewayURL(&r.Payment)})
	return creation(err)
}

// creation makes an error of what a payment cannot be paid by.
func creation(err error) error {
	if err == nil || errs.KindOf(err) == errs.Internal {
		return err
	}
	return ErrCreation.Because(err)
}
