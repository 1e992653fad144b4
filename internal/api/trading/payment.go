package trading

import (
	"strconv"
	"strings"

	"rampa/internal/api/wire"
	"rampa/internal/asset"
	"rampa/internal/errs"
	"rampa/internal/money"
	"rampa/internal/onramp"
)

// Created is the envelope of the calls that create payments: its status is "success", or "sucess" (sic) for a transfer.
type Created struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	Data    any    `json:"data"`
}

// Redirected is the data of a payment that is made on the gateway page.
type Redirected struct {
	URLPayment string `json:"url_payment"`
	PaymentID  string `json:"payment_id"`
}

// Transferred is the data of a payment that is made by a transfer.
type Transferred struct {
	PaymentID       string    `json:"payment_id"`
	IBAN            string    `json:"iban"`
	BIC             string    `json:"bic"`
	Concept         int64     `json:"concept"`
	DestinationName string    `json:"destination_name"`
	Reference       string    `json:"reference"`
	ExpiresAt       wire.Time `json:"expires_at"`
	QR              *string   `json:"qr"` // null unless in euros
}

// Guided is the data of a guided payment.
type Guided struct {
	PaymentID  string  `json:"payment_id"`
	GatewayURL string  `json:"gateway_url"`
	ExternalID *string `json:"external_id"`
}

// Payment is what GET /payment/{id} gives and events tell.
type Payment struct {
	ID            string            `json:"id"`
	ExternalID    *string           `json:"external_id"`
	UserID        string            `json:"user_id"`
	Status        string            `json:"status"`
	FiatAmount    int64             `json:"fiat_amount"` // hundredths, whatever the currency
	FiatSymbol    string            `json:"fiat_symbol"`
	CoinSymbol    string            `json:"coin_symbol"`
	CoinAmount    wire.Decimal      `json:"coin_amount"`
	CreatedAt     wire.Time         `json:"created_at"`
	Holder        *string           `json:"holder"`
	TxID          *string           `json:"txid,omitempty"` // once coins_sent
	PaymentType   string            `json:"payment_type"`
	CoinChain     string            `json:"coin_chain"`
	Wallet        *string           `json:"wallet"`
	QuoteID       *string           `json:"quote_id"`
	PaidAmount    int64             `json:"paid_amount"` // hundredths
	Labels        wire.List[string] `json:"labels"`
	StatusHistory wire.List[Step]   `json:"status_history"`
	Refund        *Refund           `json:"refund"` // the newest; null when nothing goes back
	Refunds       wire.List[Refund] `json:"refunds"`
	Waiting       *string           `json:"waiting_for"` // what a paid payment waits for: price, review, ownership, wallet
	Concept       *int64            `json:"concept"`     // of a transfer
	Reference     *string           `json:"reference"`
	ExpiresAt     wire.Time         `json:"expires_at"`
}

// Step is a status with when it began.
type Step struct {
	Status string    `json:"status"`
	At     wire.Time `json:"at"`
}

// Refund is money on its way back to the payer.
type Refund struct {
	ID        string    `json:"id"`
	Amount    int64     `json:"amount"` // hundredths
	Reason    string    `json:"reason"`
	Status    string    `json:"status"`
	CreatedAt wire.Time `json:"created_at"`
	UpdatedAt wire.Time `json:"updated_at"`
}

// Moved is what POST /sandbox/payment gives.
type Moved struct {
	PaymentID     string `json:"payment_id"`
	PaymentStatus string `json:"payment_status"`
}

// Played is a call of POST /sandbox/payment.
type Played struct {
	PaymentID, Outcome, Holder string
	Amount                     money.Amount // the zero value: what is due
}

// Incoming is a call of POST /sandbox/bank-transfer.
type Incoming struct {
	Amount                                money.Amount
	Concept, IBAN, Name, From, EndToEndID string
	Copies                                int
}

// Booked is what POST /sandbox/bank-transfer gives.
type Booked struct {
	TransactionIDs wire.List[string] `json:"transaction_ids"`
}

// Returned is what POST /sandbox/bank-return gives.
type Returned struct {
	TransactionID string `json:"transaction_id"` // of the return
}

// hundredths tells an amount as the contract does: × 100 for every currency, those without decimals included.
func hundredths(a money.Amount) int64 {
	n := a.Units()
	for range max(0, 2-a.Asset().Scale) {
		n *= 10
	}
	return n
}

// PaymentOf is a payment as the partner reads it.
func PaymentOf(p *onramp.Payment) Payment {
	out := Payment{ID: p.ID, ExternalID: wire.Optional(p.ExternalID), UserID: strconv.FormatInt(p.CustomerID, 10), Status: string(p.Status), FiatAmount: hundredths(p.Amount),
		FiatSymbol: p.Amount.Asset().Code, CoinSymbol: p.Coin.Code, CoinAmount: wire.Number(p.Terms.Tokens), CreatedAt: wire.Time(p.CreatedAt), Holder: wire.Optional(p.Holder),
		PaymentType: p.Method, CoinChain: p.Chain, Wallet: wire.Optional(p.Wallet.Address), QuoteID: wire.Optional(p.Terms.QuoteID), PaidAmount: hundredths(p.Received),
		Waiting: wire.Optional(string(p.Pause)), ExpiresAt: wire.Time(p.ExpiresAt)}
	if p.Status == onramp.CoinsSent || p.Status == onramp.Refunded {
		out.TxID = wire.Optional(p.TxHash)
	}
	for _, l := range p.Labels {
		out.Labels = append(out.Labels, string(l))
	}
	for _, s := range p.History {
		out.StatusHistory = append(out.StatusHistory, Step{string(s.Status), wire.Time(s.At)})
	}
	for _, f := range p.Refunds {
		out.Refunds = append(out.Refunds, Refund{f.ID, hundredths(f.Amount), string(f.Reason), string(f.State), wire.Time(f.CreatedAt), wire.Time(f.UpdatedAt)})
	}
	if n := len(out.Refunds); n > 0 {
		out.Refund = &out.Refunds[n-1]
	}
	if c := p.Concept; c != nil {
		out.Concept, out.Reference = &c.Number, &c.Reference
	}
	return out
}

// PaymentData is what events tell of a payment: exactly what GET /payment/{id} gives.
func PaymentData(p *onramp.Payment) ([]byte, error) { return wire.Marshal(PaymentOf(p)) }

// TransferredOf is the answer to a payment by transfer; qr is "" for none.
func TransferredOf(p *onramp.Payment, qr string) Created {
	c := p.Concept
	return Created{"sucess", "payment_created", Transferred{PaymentID: p.ID, IBAN: c.Account.IBAN, BIC: c.Account.BIC, Concept: c.Number, DestinationName: c.Account.Holder,
		Reference: c.Reference, ExpiresAt: wire.Time(p.ExpiresAt), QR: wire.Optional(qr)}}
}

// missing is the code of a required field that is not there.
var missing = errs.New(errs.Invalid, "fail_mandatory_field", "A required field is missing.")

// Order are the rules of a new payment's fields. What is missing is told by Creation: it has a code of its own.
var Order = wire.MustRules(wire.Rules{
	{"user_id", "nullable|integer"},
	{"external_id", "nullable|string|max:255"},
	{"payment_type", "nullable|string|max:40"},
	{"fiat_symbol", "nullable|string|size:3"},
	{"fiat_amount", "nullable|amount"},
	{"coin_symbol", "nullable|string|max:20"},
	{"coin_chain", "nullable|string|max:20"},
	{"wallet", "nullable|string|max:128"},
	{"callback_url", "nullable|url|max:2048"},
	{"quote_id", "nullable|string|max:64"},
})

// Creation reads a payment that somebody asks for. guided: the payer names the wallet. A malformed field is an *wire.Invalid, one that
// is missing a *wire.Told with fail_mandatory_field.
func Creation(f wire.Fields, project *asset.Project, guided bool) (c onramp.Creation, err error) {
	c = onramp.Creation{Project: project, Guided: guided, ExternalID: f.String("external_id"), Method: f.String("payment_type"), Fiat: f.String("fiat_symbol"),
		Coin: f.String("coin_symbol"), Chain: f.String("coin_chain"), CallbackURL: f.String("callback_url"), QuoteID: f.String("quote_id")}
	if !guided {
		c.Wallet = f.String("wallet")
	}
	fiat, known := project.Fiat(c.Fiat)
	if c.Fiat == "" {
		c.Fiat = "EUR"
		fiat, known = project.Fiat(c.Fiat)
	}
	if f.Has("fiat_amount") {
		if c.Amount, err = wire.Amount(f, "fiat_amount", fiat); err != nil {
			return c, err
		}
	}
	euros := strings.EqualFold(c.Fiat, "EUR") || !known
	required := []string{"user_id", "fiat_amount", "coin_symbol"}
	if guided || euros {
		required = append(required, "coin_chain")
	}
	if !guided {
		required = append(required, "wallet")
	}
	for _, name := range required {
		if !f.Has(name) {
			return c, &wire.Told{Err: missing, Message: "The " + name + " field is required."}
		}
	}
	c.CustomerID, _ = f.Int("user_id")
	if c.Method == "" {
		c.Method = "transfer"
		if guided {
			c.Method = "card"
		}
	}
	if guided && !strings.EqualFold(c.Fiat, "EUR") {
		return c, &wire.Told{Err: onramp.ErrEuroOnly}
	}
	return c, nil
}
