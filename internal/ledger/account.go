package ledger

import (
	"strings"

	"rampa/internal/money"
)

// Purpose says what an account is for, and with it whether it is an asset or a liability of the house, whether it may go
// below nothing, and whether its balance is kept by each posting or folded later.
type Purpose string

// The purposes.
const (
	Customer Purpose = "customer" // what we owe a customer: customer:100067:EUR
	Held     Purpose = "held"     // of what we owe a customer, what is spoken for: held:100067:EUR
	Refund   Purpose = "refund"   // owed back to a payer
	Suspense Purpose = "suspense" // money in that nobody has claimed yet
	Partner  Purpose = "partner"  // partner fees owed to an integration
	Treasury Purpose = "treasury" // coins we have, per chain
	Reserved Purpose = "reserved" // of the treasury, what is about to be sent: reserved:polygon:USDC
	Bank     Purpose = "bank"     // money we have, per account
	Clearing Purpose = "clearing" // money on its way from a payment method's provider
	Fee      Purpose = "fee"      // what we earned
	Network  Purpose = "network"  // what sending cost
	FX       Purpose = "fx"       // our position between assets
	Rounding Purpose = "rounding" // remainders of conversions
	Dust     Purpose = "dust"     // what came in below the ledger's unit
	Equity   Purpose = "equity"   // opening balances and what owners put in
)

// Purposes are all purposes, in the order of a chart of accounts.
var Purposes = []Purpose{Treasury, Reserved, Bank, Clearing, Customer, Held, Refund, Suspense, Partner, Equity, Fee, Network, FX, Rounding, Dust}

// purposeFacts is what distinguishes the purposes.
type purposeFacts struct {
	liability bool // credits raise it
	guarded   bool // never below nothing
	detailed  bool // there is one account per detail and asset, never one per asset alone
}

var facts = map[Purpose]purposeFacts{
	Customer: {liability: true, guarded: true, detailed: true},
	Held:     {liability: true, guarded: true, detailed: true},
	Refund:   {liability: true, guarded: true},
	Suspense: {liability: true},
	Partner:  {liability: true, detailed: true},
	Treasury: {detailed: true},
	Reserved: {guarded: true, detailed: true},
	Bank:     {detailed: true},
	Clearing: {detailed: true},
	Fee:      {liability: true},
	Network:  {},
	FX:       {},
	Rounding: {},
	Dust:     {},
	Equity:   {liability: true},
}

// Known reports whether it is one of Purposes.
func (p Purpose) Known() bool { _, known := facts[p]; return known }

// Liability reports whether credits raise an account of the purpose: what we owe, what we earned, what owners put in.
func (p Purpose) Liability() bool { return facts[p].liability }

// Guarded reports whether an account of the purpose can never be below nothing on its natural side. The balance of a
// guarded account is kept by each posting. All others are shared by many transfers at once: a posting only adds to
// them, and Fold adds up.
func (p Purpose) Guarded() bool { return facts[p].guarded }

// Twin is the purpose of the account that holds on an account of this purpose are kept in; "" when it has no holds.
func (p Purpose) Twin() Purpose {
	switch p {
	case Customer:
		return Held
	case Treasury:
		return Reserved
	}
	return ""
}

// twin reports whether it is a purpose that holds are kept in.
func (p Purpose) twin() bool { return p == Held || p == Reserved }

// Account is one account: its code is its name, "treasury:polygon:USDC".
type Account struct {
	Purpose Purpose
	Detail  string // chain, customer, bank account, method; "" where one account per asset is enough
	Asset   money.Asset
}

// Code is purpose, detail and asset, or purpose and asset where there is no detail: "customer:100067:EUR", "fee:EUR".
func (a Account) Code() string {
	if a.Detail == "" {
		return string(a.Purpose) + ":" + a.Asset.Code
	}
	return string(a.Purpose) + ":" + a.Detail + ":" + a.Asset.Code
}

// ParseAccount reads a code. assetOf gives an asset by its code, exactly as it is written. Errors: ErrAccount, ErrAsset.
func ParseAccount(code string, assetOf func(code string) (money.Asset, bool)) (Account, error) {
	parts := strings.Split(code, ":")
	a := Account{Purpose: Purpose(parts[0])}
	switch len(parts) {
	case 2:
	case 3:
		if a.Detail = parts[1]; a.Detail == "" {
			return Account{}, ErrAccount
		}
	default:
		return Account{}, ErrAccount
	}
	var known bool
	if a.Asset, known = assetOf(parts[len(parts)-1]); !known {
		if !a.shaped() {
			return Account{}, ErrAccount
		}
		return Account{}, ErrAsset
	}
	if !a.valid() {
		return Account{}, ErrAccount
	}
	return a, nil
}

// maxDetail is how many characters a detail may have.
const maxDetail = 64

// shaped reports whether purpose and detail are those of an account.
func (a Account) shaped() bool {
	f, known := facts[a.Purpose]
	if !known || f.detailed && a.Detail == "" || len(a.Detail) > maxDetail {
		return false
	}
	for i, c := range []byte(a.Detail) {
		alphanumeric := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !alphanumeric && (i == 0 || !strings.ContainsRune("-_.", rune(c))) {
			return false
		}
	}
	return true
}

func (a Account) valid() bool {
	return a.shaped() && validAsset(a.Asset)
}

func validAsset(a money.Asset) bool {
	for _, c := range []byte(a.Code) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return a.Code != "" && len(a.Code) <= 12 && a.Scale >= 0 && a.Scale <= money.MaxScale
}
