package onramp

import (
	"context"
	"time"

	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/customer"
	"rampa/internal/errs"
	"rampa/internal/ledger"
	"rampa/internal/limit"
	"rampa/internal/monitor"
	"rampa/internal/payout"
	"rampa/internal/price"
	"rampa/internal/psp"
	"rampa/internal/quote"
	"rampa/internal/webhook"
)

// The errors of this package, beside those of limits, quotes and the matrix.
var (
	ErrNotFound      = errs.New(errs.NotFound, "payment_not_found", "There is no such payment.")
	ErrBanned        = errs.New(errs.Forbidden, "user_banned", "This customer may not trade.")
	ErrExternalID    = errs.New(errs.Conflict, "external_id_already_exists", "Another payment has this external_id.")
	ErrQuoteExpired  = errs.New(errs.Expired, "quote_expired", "This quote has expired, or is not for this payment. Ask for a new one.")
	ErrWallet        = errs.New(errs.Invalid, "wallet_not_valid", "This is not an address on this chain that coins can be sent to.")
	ErrWalletBlocked = errs.New(errs.Forbidden, "wallet_not_allowed", "Coins cannot be sent to this wallet.")
	ErrEuroOnly      = errs.New(errs.Invalid, "guided_payment_eur_only", "A guided payment is in euros.")
	ErrCreation      = errs.New(errs.Unavailable, "error_payment_creation", "The payment could not be created. Try again.")
	ErrOwnWallet     = errs.New(errs.Invalid, "wallet_not_own", "Declare that the wallet is the customer's own.")
	ErrProof         = errs.New(errs.Invalid, "signature_not_valid", "This is not the wallet's signature of the text.")
	ErrTerms         = errs.New(errs.Invalid, "terms_not_accepted", "Accept the terms first.")
	ErrPriceMoved    = errs.New(errs.Conflict, "price_moved", "The price has changed. Look at the new one and agree again.")
)

// Customers is who buys: customer.Service.
type Customers interface {
	Find(ctx context.Context, integrationID int64, by customer.Lookup) (customer.Customer, error)
}

// Quotes is what things cost: quote.Service.
type Quotes interface {
	Project(uuid, name string) *asset.Project
	Buy(ctx context.Context, project *asset.Project, o quote.Order) (quote.Quote, error)
	Find(ctx context.Context, integrationID int64, id string) (quote.Quote, error)
}

// Prices gives a price in the market: price.Book.
type Prices interface {
	Price(ctx context.Context, p price.Pair) (price.Price, error)
}

// Limits is what customers may move: limit.Service.
type Limits interface {
	Check(ctx context.Context, u limit.Use) error
	Record(ctx context.Context, u limit.Use) error
	Release(ctx context.Context, reference string) error
}

// Watch looks at payments as a compliance officer would: monitor.Service and alert.Service.
type Watch interface {
	Observe(ctx context.Context, t monitor.Transaction) (monitor.Outcome, error)
	Held(ctx context.Context, customerID int64) (bool, error)
}

// Ledger is the book: ledger.Service.
type Ledger interface {
	Post(ctx context.Context, t ledger.Transfer) (ledger.Transfer, error)
	Reverse(ctx context.Context, r ledger.Reversal) (ledger.Transfer, error)
	Hold(ctx context.Context, h ledger.Hold) (ledger.Transfer, error)
	Release(ctx context.Context, r ledger.Release) (ledger.Transfer, error)
}

// Bank is our accounts: bank.Service.
type Bank interface {
	Reserve(ctx context.Context, integrationID int64, currency, paymentID string) (bank.Concept, error)
	Instruct(ctx context.Context, i bank.Instruction) error
}

// Providers collect money: psp.Service.
type Providers interface {
	Start(ctx context.Context, c psp.Charge) (psp.Charge, error)
	Open(ctx context.Context, chargeID, language string) (psp.Session, error)
	OfPayment(ctx context.Context, paymentID string) ([]psp.Charge, error)
	Refund(ctx context.Context, chargeID string, r psp.Refund) error
}

// Payouts send coins: payout.Service.
type Payouts interface {
	Request(ctx context.Context, o payout.Order) (payout.Payout, error)
	Cancel(ctx context.Context, key string, by audit.Actor) (bool, error)
	Sends(chain, asset string) bool
}

// Wallets judges where coins go.
type Wallets interface {
	// Parse gives an address as its chain writes it, or an *errs.Error with the code wallet_not_valid.
	Parse(chain, text string) (string, error)
	// Ours reports whether an address is a token contract's or one of our own.
	Ours(ctx context.Context, chain, address string) (bool, error)
	// Blocked reports whether screening forbids an address.
	Blocked(ctx context.Context, chain, address string) (bool, error)
	// Signed reports whether the holder of an address signed a text.
	Signed(chain, address, text, signature string) bool
}

// Sealer encrypts what is personal about a payment.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
	MAC(purpose string, data []byte) []byte
}

// Store is where payments live. Under a context that carries a transaction the reads see it.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	reads
}

type reads interface {
	Payment(ctx context.Context, id string) (Row, error) // ErrNotFound
	PaymentByToken(ctx context.Context, hash []byte) (Row, error)
	PaymentByExternalID(ctx context.Context, integrationID int64, externalID string) (Row, error)
	Payments(ctx context.Context, q Query) ([]Row, error)
	works
}

type works interface {
	CountPayments(ctx context.Context, q Query) (n int, capped bool, err error)
	DuePayments(ctx context.Context, before time.Time, limit int) ([]string, error)
	NextDuePayment(ctx context.Context) (time.Time, bool, error)
	BrandOf(ctx context.Context, integrationID int64) (Brand, error)
	standings
}

type standings interface {
	PaymentsAfter(ctx context.Context, number int64, limit int) ([]Row, error)
	OwedByPayments(ctx context.Context) (map[string]int64, error) // units by "code/scale"
}

// Tx is one change of payments.
type Tx interface {
	InsertPayment(ctx context.Context, r *Row) (inserted bool, err error) // false: the integration has the external id
	LockPayment(ctx context.Context, id string) (Row, error)              // nobody else changes it until the end; ErrNotFound
	UpdatePayment(ctx context.Context, r *Row) error
	audit.Writer
	webhook.Log
}

// Row is a payment as it is stored: with what only this package reads.
type Row struct {
	Payment
	Number      int64     // grows with each payment
	TokenHash   []byte    // SHA-256 of the gateway token
	Fingerprint []byte    // of the call that made it
	Sealed      []byte    // Holder and PayerIBAN
	Spent       int64     // of Received, what bought coins; units of Amount's asset
	Owed        int64     // coins bought and not sent yet; units of Coin
	Source      string    // where the money stood when it came: the code of a clearing or suspense account
	Agreed      bool      // the price holds, whatever else is waited for
	Cleared     bool      // an operator let it go on
	DueAt       time.Time // when the sweep must look at it; zero: never
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Customers Customers
	Quotes    Quotes
	Prices    Prices
	Limits    Limits
	Watch     Watch
	Ledger    Ledger
	Bank      Bank
	Providers Providers
	Payouts   Payouts
	Wallets   Wallets
	Sealer    Sealer
	Policy    *Policy // nil: DefaultPolicy
	// EventData writes a payment as the partner reads it, for events.
	EventData func(p *Payment) ([]byte, error)
	PublicURL string
	Zone      *time.Location // whose days LATE compares; nil: UTC
	Now       func() time.Time
	// Explorer gives the address of a transaction in a block explorer, "" for none; ChainName a chain's name. Nil: none.
	Explorer func(chain, hash string) string
	// OwnBank pays what is due of a transfer from the sandbox's own bank; nil in production.
	OwnBank func(ctx context.Context, p Payment) error
}

// Service keeps the payments. Providers, Payouts and Bank may be set after New, before the first call: they tell it of their moves,
// and it asks them for more.
type Service struct{ Config }

// New makes a Service.
func New(c Config) *Service {
	if c.Policy == nil {
		c.Policy = DefaultPolicy()
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	return &Service{c}
}
