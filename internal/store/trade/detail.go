package trade

import (
	"encoding/json"

	"rampa/internal/bank"
	"rampa/internal/money"
	"rampa/internal/onramp"
	"rampa/internal/store/row"
)

// detail is what of a payment nobody looks for, as it stands in the database. Times are microseconds.
type detail struct {
	Terms       terms    `json:"terms"`
	Offer       *terms   `json:"offer,omitempty"`
	Wallet      wallet   `json:"wallet"`
	CallbackURL string   `json:"callback_url,omitempty"`
	Concept     *concept `json:"concept,omitempty"`
	TermsText   string   `json:"terms_text,omitempty"`
	Source      string   `json:"source,omitempty"`
	Agreed      bool     `json:"agreed,omitempty"`
	Cleared     bool     `json:"cleared,omitempty"`
	Refunds     []refund `json:"refunds,omitempty"`
	History     []step   `json:"history"`
}

type terms struct {
	Tokens  int64  `json:"tokens"`
	Price   string `json:"price"`
	Service int64  `json:"service_fee"`
	Network int64  `json:"network_fee"`
	Partner int64  `json:"partner_fee"`
	QuoteID string `json:"quote_id,omitempty"`
	Until   int64  `json:"until"`
}

type wallet struct {
	Address    string `json:"address,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Provider   string `json:"provider,omitempty"`
	DeclaredBy string `json:"declared_by,omitempty"`
	Own        bool   `json:"own,omitempty"`
	Proof      string `json:"proof,omitempty"`
	ProvedAt   int64  `json:"proved_at,omitempty"`
}

type concept struct {
	AccountID int64  `json:"account_id"`
	Owner     int64  `json:"integration_id,omitempty"`
	IBAN      string `json:"iban"`
	BIC       string `json:"bic"`
	Holder    string `json:"holder"`
	Number    int64  `json:"number"`
	Reference string `json:"reference"`
}

type refund struct {
	ID      string `json:"id"`
	Amount  int64  `json:"amount"`
	Reason  string `json:"reason"`
	State   string `json:"state"`
	Created int64  `json:"created_at"`
	Updated int64  `json:"updated_at"`
}

type step struct {
	Status string `json:"status"`
	At     int64  `json:"at"`
}

func encodeDetail(r *onramp.Row) (string, error) {
	d := detail{Terms: termsRow(r.Terms), CallbackURL: r.CallbackURL, TermsText: r.TermsText, Source: r.Source, Agreed: r.Agreed, Cleared: r.Cleared,
		Wallet: wallet{r.Wallet.Address, string(r.Wallet.Kind), r.Wallet.Provider, r.Wallet.DeclaredBy, r.Wallet.Own, r.Wallet.Proof, row.Micros(r.Wallet.ProvedAt)}}
	if r.Offer != nil {
		t := termsRow(*r.Offer)
		d.Offer = &t
	}
	if c := r.Concept; c != nil {
		d.Concept = &concept{c.Account.ID, c.Account.IntegrationID, c.Account.IBAN, c.Account.BIC, c.Account.Holder, c.Number, c.Reference}
	}
	for _, f := range r.Refunds {
		d.Refunds = append(d.Refunds, refund{f.ID, f.Amount.Units(), string(f.Reason), string(f.State), row.Micros(f.CreatedAt), row.Micros(f.UpdatedAt)})
	}
	for _, s := range r.History {
		d.History = append(d.History, step{string(s.Status), row.Micros(s.At)})
	}
	text, err := json.Marshal(d)
	return string(text), err
}

func termsRow(t onramp.Terms) terms {
	return terms{t.Tokens.Units(), t.Price.String(), t.ServiceFee.Units(), t.NetworkFee.Units(), t.PartnerFee.Units(), t.QuoteID, row.Micros(t.Until)}
}

// decodeDetail fills in what encodeDetail wrote; the amount and the coin of r are known.
func decodeDetail(text string, r *onramp.Row) (err error) {
	var d detail
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err
	}
	fiat := r.Amount.Asset()
	if r.Terms, err = d.Terms.read(fiat, r.Coin); err != nil {
		return err
	}
	if d.Offer != nil {
		t, err := d.Offer.read(fiat, r.Coin)
		if err != nil {
			return err
		}
		r.Offer = &t
	}
	r.Wallet = onramp.Wallet{Address: d.Wallet.Address, Kind: onramp.WalletKind(d.Wallet.Kind), Provider: d.Wallet.Provider, DeclaredBy: d.Wallet.DeclaredBy,
		Own: d.Wallet.Own, Proof: d.Wallet.Proof, ProvedAt: row.FromMicros(d.Wallet.ProvedAt)}
	r.CallbackURL, r.TermsText, r.Source, r.Agreed, r.Cleared = d.CallbackURL, d.TermsText, d.Source, d.Agreed, d.Cleared
	if c := d.Concept; c != nil {
		r.Concept = &bank.Concept{Account: bank.Account{ID: c.AccountID, IntegrationID: c.Owner, IBAN: c.IBAN, BIC: c.BIC, Holder: c.Holder, Currency: fiat},
			Number: c.Number, Reference: c.Reference, PaymentID: r.ID}
	}
	for _, f := range d.Refunds {
		r.Refunds = append(r.Refunds, onramp.Refund{ID: f.ID, Amount: money.New(f.Amount, fiat), Reason: onramp.Reason(f.Reason), State: onramp.RefundState(f.State),
			CreatedAt: row.FromMicros(f.Created), UpdatedAt: row.FromMicros(f.Updated)})
	}
	for _, s := range d.History {
		r.History = append(r.History, onramp.Step{Status: onramp.Status(s.Status), At: row.FromMicros(s.At)})
	}
	return nil
}

func (t terms) read(fiat, coin money.Asset) (out onramp.Terms, err error) {
	out = onramp.Terms{Tokens: money.New(t.Tokens, coin), ServiceFee: money.New(t.Service, fiat), NetworkFee: money.New(t.Network, fiat),
		PartnerFee: money.New(t.Partner, fiat), QuoteID: t.QuoteID, Until: row.FromMicros(t.Until)}
	out.Price, err = money.ParseRate(t.Price)
	return out, err
}
