package trading

import (
	"strings"

	"rampa/internal/api/wire"
	"rampa/internal/asset"
	"rampa/internal/onramp"
)

// ListRules are those of GET /payments.
var ListRules = wire.Rules{
	{"page", "nullable|integer|min:1|max:100000000"},
	{"per_page", "nullable|integer|min:1|max:100"},
	{"cursor", "nullable|string|max:64"},
	{"status", "nullable|in:started,pending_bank,payment_received,coins_sent,payment_rejected,expired,refunded"},
	{"user_id", "nullable|integer"},
	{"external_id", "nullable|string|max:255"},
	{"payment_type", "nullable|string|max:40"},
	{"created_from", "nullable|date"},
	{"created_to", "nullable|date"},
}

// Query reads which payments GET /payments lists.
func Query(f wire.Fields) onramp.Query {
	q := onramp.Query{Status: onramp.Status(f.String("status")), ExternalID: f.String("external_id"), Method: f.String("payment_type")}
	if id, ok := f.Int("user_id"); ok {
		q.CustomerID = id
		if id <= 0 {
			q.CustomerID = -1 // nobody's
		}
	}
	q.CreatedFrom, _ = wire.ParseDate(f.String("created_from"))
	q.CreatedTo = wire.EndOf(f.String("created_to"))
	return q
}

// PlayRules are those of POST /sandbox/payment.
var PlayRules = wire.Rules{{"payment_id", "required|string|max:64"}, {"outcome", "required|in:paid,declined,chargeback"}, {"holder", "nullable|string|max:140"}, {"amount", "nullable|amount"}}

// TransferRules are those of POST /sandbox/bank-transfer.
var TransferRules = wire.Rules{
	{"amount", "required|amount"},
	{"concept", "required|max:140"},
	{"iban", "nullable|string|max:64"},
	{"currency", "nullable|string|size:3"},
	{"counterparty_name", "nullable|string|max:140"},
	{"counterparty_iban", "nullable|string|max:64"},
	{"end_to_end_id", "nullable|string|max:64"},
	{"copies", "nullable|integer|min:1|max:100"},
}

// IncomingOf reads a transfer that is to be booked.
func IncomingOf(f wire.Fields, project *asset.Project) (in Incoming, err error) {
	currency := strings.ToUpper(f.String("currency"))
	if currency == "" {
		currency = "EUR"
	}
	fiat, known := project.Fiat(currency)
	if !known {
		return in, wire.NewInvalid("currency", "The selected currency is invalid.")
	}
	in = Incoming{Concept: f.Get("concept").Cast(), IBAN: f.String("iban"), Name: f.String("counterparty_name"), From: f.String("counterparty_iban"),
		EndToEndID: f.String("end_to_end_id"), Copies: 1}
	if n, ok := f.Int("copies"); ok {
		in.Copies = int(n)
	}
	in.Amount, err = wire.Amount(f, "amount", fiat)
	return in, err
}
