package onramp

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/bank/remittance"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/limit"
	"rampa/internal/psp"
	"rampa/internal/quote"
)

// WalletChoice is what a payer says of the wallet that the coins go to.
type WalletChoice struct {
	Address  string
	Kind     WalletKind
	Provider string // of a hosted one
	Own      bool   // "this wallet is mine": must be true
	Visitor  customer.Visitor
}

// Agreement is a payer's agreement to the legal terms.
type Agreement struct {
	Terms   string // version
	Visitor customer.Visitor
}

func payer(v customer.Visitor) audit.Actor { return audit.Actor{Kind: "payer", Address: v.Address} }

// VisitByToken gives a payment by the token of its gateway address. Errors: ErrNotFound.
func (s *Service) VisitByToken(ctx context.Context, token string) (Visit, error) {
	sum := sha256.Sum256([]byte(token))
	r, err := s.Store.PaymentByToken(ctx, sum[:])
	if err != nil {
		return Visit{}, err
	}
	return s.visit(ctx, &r)
}

// Visit gives a payment as its payer sees it. Errors: ErrNotFound.
func (s *Service) Visit(ctx context.Context, paymentID string) (Visit, error) {
	r, err := s.Store.Payment(ctx, paymentID)
	if err != nil {
		return Visit{}, err
	}
	return s.visit(ctx, &r)
}

func (s *Service) visit(ctx context.Context, r *Row) (Visit, error) {
	if err := s.unseal(r); err != nil {
		return Visit{}, err
	}
	v := Visit{Payment: r.Payment, Token: s.token(r.ID), ChainName: r.Chain, CallbackURL: callback(&r.Payment), PayFromBank: s.OwnBank != nil && r.Rail() == limit.Transfer}
	buyer, err := s.buyer(ctx, r.IntegrationID, r.CustomerID)
	if err != nil {
		return v, err
	}
	v.Customer, v.Language = buyer.Name, buyer.Language
	if v.Brand, err = s.Store.BrandOf(ctx, r.IntegrationID); err != nil {
		return v, err
	}
	project := s.Quotes.Project(v.Brand.IntegrationUUID, v.Brand.Name)
	if pair, ok := project.Pair(r.Coin.Code, r.Chain); ok {
		v.ChainName = pair.Chain.Name
	}
	if r.TxHash != "" && s.Explorer != nil {
		v.Explorer = s.Explorer(r.Chain, r.TxHash)
	}
	if needs, err := s.needsProof(ctx, r); err != nil && errs.KindOf(err) == errs.Internal {
		return v, err
	} else if needs && r.Wallet.Address != "" {
		v.ProofText = proofText(r)
	}
	_, _, v.QR = s.Addresses(&r.Payment)
	charges, err := s.Providers.OfPayment(ctx, r.ID)
	if err != nil {
		return v, err
	}
	if n := len(charges); n > 0 {
		v.Charge = &charges[n-1]
	}
	if r.Guided && r.Status == Started {
		v.Methods, err = s.methods(ctx, r, project)
	}
	return v, err
}

// Addresses gives where a payment is paid, where it can be looked at, and the QR code of a transfer in euros ("" = none).
func (s *Service) Addresses(p *Payment) (gateway, page, qr string) {
	if p.Concept != nil && p.Amount.Asset().Code == "EUR" && !p.Due().IsZero() {
		qr = remittance.EPC(epcOf(p))
	}
	return s.gatewayURL(p), s.PublicURL + "/payment/" + p.ID, qr
}

// epcOf is what a payment's QR code says.
func epcOf(p *Payment) remittance.Payment {
	c := p.Concept
	return remittance.Payment{BIC: c.Account.BIC, Name: c.Account.Holder, IBAN: c.Account.IBAN, Amount: p.Due(), Text: fmt.Sprint(c.Number)}
}

// callback is where the payer is led back to, with what became of the payment.
func callback(p *Payment) string {
	u, err := url.Parse(p.CallbackURL)
	if p.CallbackURL == "" || err != nil {
		return ""
	}
	q := u.Query()
	q.Set("payment_id", p.ID)
	q.Set("status", string(p.Status))
	u.RawQuery = q.Encode()
	return u.String()
}

// guidedMethods are what a guided payment can be paid by.
var guidedMethods = []string{"card", "psd2", "transfer"}

// methods gives what a guided payment can be paid by, with what each comes to. A method that cannot be had now is left out.
func (s *Service) methods(ctx context.Context, r *Row, project *asset.Project) ([]Method, error) {
	var out []Method
	for _, m := range project.Methods(r.Amount.Asset().Code, "") {
		if !slices.Contains(guidedMethods, strings.ToLower(m.Code)) {
			continue
		}
		q, err := s.Quotes.Buy(ctx, project, s.orderBy(r, m.Code))
		if err != nil && errs.KindOf(err) == errs.Internal {
			return nil, err
		}
		if err == nil {
			out = append(out, Method{Code: m.Code, Name: m.Name, Terms: termsOf(q, s.Now())})
		}
	}
	return out, nil
}

func (s *Service) orderBy(r *Row, method string) quote.Order {
	return quote.Order{Want: asset.Want{Fiat: r.Amount.Asset().Code, Symbol: r.Coin.Code, Chain: r.Chain, Method: method}, Spend: r.Amount}
}

// ChooseWallet names the wallet of a guided payment. Errors: ErrNotFound, ErrMove, ErrOwnWallet, ErrWallet, ErrWalletBlocked.
func (s *Service) ChooseWallet(ctx context.Context, paymentID string, c WalletChoice) error {
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		if !r.Guided || r.Owed > 0 || r.Status != Started && r.Status != PendingBank && r.Pause != WalletNeeded && r.Pause != ProofNeeded {
			return ErrMove
		}
		if !c.Own {
			return ErrOwnWallet
		}
		project, err := s.project(ctx, r.IntegrationID)
		if err != nil {
			return err
		}
		pair, ok := project.Pair(r.Coin.Code, r.Chain)
		if !ok {
			return asset.ErrCoin
		}
		w, err := s.wallet(ctx, pair, c.Address)
		if err != nil {
			return err
		}
		w.Kind, w.Provider, w.Own, w.DeclaredBy = c.Kind, c.Provider, true, "payer"
		if w.Kind != Hosted {
			w.Kind, w.Provider = SelfHosted, ""
		}
		r.Wallet = w
		if err := s.note(ctx, tx, r, act{"payment.wallet_chosen", payer(c.Visitor), c.Visitor.RequestID}); err != nil {
			return err
		}
		if r.Status == PaymentReceived {
			return s.proceed(ctx, tx, r, time.Time{})
		}
		return nil
	})
}

// ChooseMethod says how a guided payment is paid. Errors: ErrNotFound, ErrMove, *Refusal, and those of a quote.
func (s *Service) ChooseMethod(ctx context.Context, paymentID, method string) error {
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		if !r.Guided || r.Status != Started || !slices.Contains(guidedMethods, strings.ToLower(method)) {
			return ErrMove
		}
		if strings.EqualFold(r.Method, method) {
			return errUnchanged
		}
		project, err := s.project(ctx, r.IntegrationID)
		if err != nil {
			return err
		}
		q, err := s.Quotes.Buy(ctx, project, s.orderBy(r, method))
		if err != nil {
			return err
		}
		buyer, err := s.buyer(ctx, r.IntegrationID, r.CustomerID)
		if err != nil {
			return err
		}
		if err := s.Limits.Release(ctx, useOf(r)); err != nil {
			return err
		}
		r.Method, r.Terms, r.TermsText = q.Method, termsOf(q, s.Now()), ""
		refusal, err := s.allowed(ctx, &Creation{Method: r.Method, Amount: r.Amount}, &buyer, useOf(r))
		if err == nil && refusal != nil {
			err = refusal
		}
		if err != nil {
			return err
		}
		r.ExpiresAt = s.Now().Add(s.Policy.Expiry(r.Method))
		r.DueAt = r.ExpiresAt
		if r.Rail() == limit.Transfer && r.Concept != nil {
			return nil
		}
		return s.prepare(ctx, r)
	})
}

// Agree records that the payer accepts the legal terms and what they get. Where the price has lapsed and changed since it was shown,
// nothing is agreed: ErrPriceMoved, and the payment has the new one. Errors besides: ErrNotFound, ErrMove, and those of a quote.
func (s *Service) Agree(ctx context.Context, paymentID string, a Agreement) error {
	moved := false
	err := s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		moved = false
		if r.Status.Over() {
			return ErrMove
		}
		if r.Rail() != limit.Transfer && r.Status == Started && !s.Now().Before(r.Terms.Until) {
			today, err := s.today(ctx, r)
			if err != nil {
				return err
			}
			moved = today.Tokens != r.Terms.Tokens
			r.Terms = today
		}
		if moved {
			return s.note(ctx, tx, r, act{"payment.repriced", system, a.Visitor.RequestID})
		}
		r.TermsText = a.Terms
		return s.note(ctx, tx, r, act{"payment.terms_accepted", payer(a.Visitor), a.Visitor.RequestID})
	})
	if err == nil && moved {
		return ErrPriceMoved
	}
	return err
}

// Pay opens the provider's way to pay. Errors: ErrNotFound, ErrMove, and those of psp.Service.Open.
func (s *Service) Pay(ctx context.Context, paymentID, language string) (psp.Session, error) {
	r, err := s.Store.Payment(ctx, paymentID)
	if err != nil {
		return psp.Session{}, err
	}
	if r.Status != Started && r.Status != PendingBank {
		return psp.Session{}, ErrMove
	}
	charges, err := s.Providers.OfPayment(ctx, paymentID)
	if err != nil {
		return psp.Session{}, err
	}
	for _, c := range slices.Backward(charges) {
		if strings.EqualFold(c.Method, r.Method) {
			return s.Providers.Open(ctx, c.ID, language)
		}
	}
	return psp.Session{}, ErrMove
}

// Announce takes the payer's word that a transfer is under way. Said again, it changes nothing. Errors: ErrNotFound.
func (s *Service) Announce(ctx context.Context, paymentID string, v customer.Visitor) error {
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		return orUnchanged(s.move(ctx, tx, r, Announced, payer(v)))
	})
}

// Answer takes or leaves the new price of a payment that was paid after its price had lapsed. Errors: ErrNotFound, ErrMove,
// ErrPriceMoved (the offer itself has lapsed; the payment has a new one).
func (s *Service) Answer(ctx context.Context, paymentID string, accept bool, v customer.Visitor) error {
	again := false
	err := s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		again = false
		if r.Status != PaymentReceived || r.Pause != PriceMoved || r.Offer == nil {
			return ErrMove
		}
		if !accept {
			return s.giveBack(ctx, tx, r, ReasonPrice, payer(v))
		}
		if !s.Now().Before(r.Offer.Until) {
			today, err := s.today(ctx, r)
			if err != nil {
				return err
			}
			if again = r.Offer.Price.Deviation(today.Price) > s.Policy.PriceTolerance; again {
				r.Offer = &today
				return nil
			}
		}
		r.Terms, r.Agreed = *r.Offer, true
		if err := s.note(ctx, tx, r, act{"payment.price_accepted", payer(v), v.RequestID}); err != nil {
			return err
		}
		return s.proceed(ctx, tx, r, time.Time{})
	})
	if err == nil && again {
		return ErrPriceMoved
	}
	return err
}

// PayFromBank lets the sandbox's own bank pay what is due. Errors: ErrNotFound, ErrMove.
func (s *Service) PayFromBank(ctx context.Context, paymentID string) error {
	r, err := s.Store.Payment(ctx, paymentID)
	if err != nil {
		return err
	}
	if s.OwnBank == nil || r.Concept == nil || r.Due().IsZero() {
		return ErrMove
	}
	return s.OwnBank(ctx, r.Payment)
}
