package intake

import (
	"slices"

	"rampa/internal/api/wire"
	"rampa/internal/kyc"
)

// userRules are the fields of POST /registerUser, in the order in which errors are told.
var userRules = wire.Rules{
	{"name", "required|string|max:255"},
	{"email", "required|email|max:254"},
	{"callback_url", "nullable|url|max:2048"},
	{"kind", "nullable|in:individual,company"},
	{"last_name", "nullable|string|max:255"},
	{"last_name2", "nullable|string|max:255"},
	{"phone", "nullable|string|max:64"},
	{"country", "nullable|string|size:2"},
	{"address", "nullable|string|max:255"},
	{"city", "nullable|string|max:255"},
	{"postal_code", "nullable|string|max:32"},
	{"birth_date", "nullable|date"},
	{"nationality", "nullable|string|size:2"},
	{"identification_type", "nullable|required_with:identification_number|string|max:64"},
	{"identification_number", "nullable|required_with:identification_type|string|max:64"},
	{"document_country", "nullable|string|size:2"},
	{"document_expires_at", "nullable|date"},
	{"pep", "nullable|boolean"},
	{"external_id", "nullable|string|max:255"},
	{"language", "nullable|in:es,en,pt"},
	{"bank_account", "nullable|array"},
	{"bank_account.bank_name", "nullable|string|max:255"},
	{"bank_account.account_number", "nullable|required_with:bank_account|string|max:64"},
	{"bank_account.account_type", "nullable|string|max:64"},
}

// delegatedRules are the fields of POST /registerUser/kyc-delegated. Whether a name is required depends on the kind; the
// papers are looked at by themselves and stand here for their place.
var delegatedRules = slices.Concat(
	wire.Rules{{"name", "nullable|string|max:255"}},
	userRules[1:],
	wire.Rules{
		{"company_name", "nullable|string|max:255"},
		{kyc.DocumentFront, "nullable"},
		{kyc.DocumentBack, "nullable"},
		{kyc.FaceImage, "nullable"},
		{kyc.LivenessCapture, "nullable"},
		{"verified_at", "nullable|date"},
		{"verification_reference", "nullable|string|max:255"},
	})
