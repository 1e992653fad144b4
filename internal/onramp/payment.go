// Package onramp is the purchase of coins, from the quote to the customer's wallet: the payment's states, what is done with money
// that comes late, short or over, its refunds, and what its payer may do. It must not know pages, banks' files, providers'
// protocols or chains: they tell it what happened, and it moves the payment in one transaction with its ledger entries, audit
// entry and event.
package onramp

import (
	"time"

	"rampa/internal/bank"
	"rampa/internal/limit"
	"rampa/internal/money"
	"rampa/internal/psp"
)

// Status is where a payment stands, in the partner's words.
type Status string

// The statuses. On the way: started → (pending_bank) → payment_received → coins_sent.
const (
	Started         Status = "started"
	PendingBank     Status = "pending_bank" // the payer says that the money is under way
	PaymentReceived Status = "payment_received"
	CoinsSent       Status = "coins_sent"
	Rejected        Status = "payment_rejected" // the provider collected nothing
	Expired         Status = "expired"
	Refunded        Status = "refunded" // everything that came goes back, or was taken back by the payer's bank
)

// Label is a fact about a payment's money. Labels hold whatever the status.
type Label string

// The labels, in the order in which they are told.
const (
	Over       Label = "OVER"        // more came than is due
	Under      Label = "UNDER"       // something came, and less than is due
	Late       Label = "LATE"        // money was booked after the payment had expired
	ThirdParty Label = "THIRD_PARTY" // the payer's name is given, and clearly another's
)

// Pause says why a payment that is paid does not go on by itself.
type Pause string

// The pauses.
const (
	Going        Pause = ""          // it goes on
	PriceMoved   Pause = "price"     // it was paid after its price had lapsed: the payer accepts the new one or gets the money back
	ReviewNeeded Pause = "review"    // an operator looks at it
	ProofNeeded  Pause = "ownership" // the payer proves that the wallet is their own
	WalletNeeded Pause = "wallet"    // the payer has named no wallet yet
)

// Terms are what the customer gets for what is due.
type Terms struct {
	Tokens     money.Amount
	Price      money.Rate // fiat per coin
	ServiceFee money.Amount
	NetworkFee money.Amount
	PartnerFee money.Amount
	QuoteID    string    // "" where the payment was not made from a locked quote
	Until      time.Time // an instant before it, money that comes is honoured at these terms
}

// Wallet is where the coins go, with what the travel rule wants to be known of it.
type Wallet struct {
	Address    string // canonical, see chain/address
	Kind       WalletKind
	Provider   string    // of a hosted wallet: who keeps it
	DeclaredBy string    // "payer" or "integration"
	Own        bool      // it was declared to be the customer's own
	Proof      string    // how ownership was proved: "" not yet, "signed_message"
	ProvedAt   time.Time // zero: not yet
}

// WalletKind says who holds the wallet's keys.
type WalletKind string

// The kinds.
const (
	UnknownWallet WalletKind = ""
	SelfHosted    WalletKind = "self_hosted"
	Hosted        WalletKind = "hosted" // by an exchange or another provider
)

// Payment is one purchase.
type Payment struct {
	ID            string // 25 characters
	IntegrationID int64
	CustomerID    int64
	ExternalID    string // the integration's own reference, unique within it; "" = none
	Guided        bool   // the payer names the wallet and chooses how to pay
	Method        string // as the matrix writes it: "card", "PSE"
	Amount        money.Amount
	Coin          money.Asset
	Chain         string
	Terms         Terms
	Offer         *Terms // new terms that the payer is asked about; nil: none
	Wallet        Wallet
	CallbackURL   string
	Concept       *bank.Concept // of a transfer; nil otherwise

	Status    Status
	Pause     Pause
	Labels    []Label
	Received  money.Amount // what came in, in all
	Returned  money.Amount // what went back or is to go back, refunds and chargebacks
	Holder    string       // the payer's name, where bank or provider gave it
	PayerIBAN string       // of a transfer, to give money back to
	TxHash    string       // once the coins are in a block
	TermsText string       // version of the legal terms that the payer accepted; "": none yet
	Refunds   []Refund
	History   []Step

	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time
}

// Step is a status with the instant in which it began.
type Step struct {
	Status Status
	At     time.Time
}

// RefundState is where a refund stands.
type RefundState string

// The states: requested → sent → done | failed.
const (
	RefundRequested RefundState = "requested"
	RefundSent      RefundState = "sent"
	RefundDone      RefundState = "done"
	RefundFailed    RefundState = "failed" // an operator must find another way
)

// Reason says why money goes back.
type Reason string

// The reasons.
const (
	ReasonOver       Reason = "over"        // the excess
	ReasonUnder      Reason = "under"       // too little came until the payment expired
	ReasonLate       Reason = "late"        // it came after the payment was over
	ReasonThirdParty Reason = "third_party" // somebody else paid
	ReasonPrice      Reason = "price"       // the payer did not accept the new price
	ReasonOperator   Reason = "operator"    // an operator decided so
	ReasonChargeback Reason = "chargeback"  // the payer's bank took it back
	ReasonReturned   Reason = "returned"    // the bank took a transfer back
	ReasonUnsent     Reason = "unsent"      // the coins cannot be sent
)

// Refund is money on its way back to the payer.
type Refund struct {
	ID        string // 25 characters
	Amount    money.Amount
	Reason    Reason
	State     RefundState
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Rail is the way of a payment's money, as limits count it.
func (p *Payment) Rail() limit.Rail { return railOf(p.Method) }

// Due is what is still to be paid; nothing when enough came.
func (p *Payment) Due() money.Amount {
	due, err := p.Amount.Sub(p.Received)
	if err != nil || due.Sign() < 0 {
		return money.Zero(p.Amount.Asset())
	}
	return due
}

// Visit is a payment as its payer sees it on the hosted pages.
type Visit struct {
	Payment     Payment
	Customer    string // the customer's name, for the greeting
	Language    string // the customer's, "" = unknown
	Brand       Brand
	Methods     []Method // of a guided payment: what may be chosen
	Charge      *psp.Charge
	Token       string // of the gateway address /gateway/{method}?token=
	ChainName   string // "Polygon PoS"
	Explorer    string // address of the transaction in a block explorer; "" = none known
	ProofText   string // what the wallet is to sign; "" when no proof is needed
	QR          string // EPC069-12 payload of a transfer in euros; "" = none
	CallbackURL string // with payment_id and status in its query
	PayFromBank bool   // the sandbox's own bank can pay a transfer from the page
}

// Brand is the integration as pages show it.
type Brand struct {
	IntegrationUUID string
	Name            string
	HasLogo         bool
}

// Method is a way to pay with what it comes to.
type Method struct {
	Code  string
	Name  string
	Terms Terms
}

// Refunding reports whether money is on its way back.
func (p *Payment) Refunding() bool {
	for _, r := range p.Refunds {
		if r.State == RefundRequested || r.State == RefundSent {
			return true
		}
	}
	return false
}
