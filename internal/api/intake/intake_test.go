package intake_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rampa/internal/api/intake"
	"rampa/internal/api/wire"
	"rampa/internal/customer"
	"rampa/internal/identity/person"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

func reader() *intake.Reader { return intake.New(func() time.Time { return noon }) }

func anyURL(string) bool { return true }

// fields are what a call sends: least, and changes of it; nil takes a field away.
func fields(t testing.TB, least map[string]any, changes map[string]any) wire.Fields {
	t.Helper()
	all := maps.Clone(least)
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	f, err := wire.DecodeJSON(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

type M = map[string]any

var ana = M{"name": "Ana", "email": "ana@example.org"}

// told is what is wrong, field by field.
func told(t testing.TB, invalid *wire.Invalid) map[string]string {
	t.Helper()
	if invalid == nil {
		return nil
	}
	b, err := wire.Marshal(invalid)
	if err != nil {
		t.Fatal(err)
	}
	var body struct{ Errors map[string][]string }
	if err := json.Unmarshal(b, &body); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for field, messages := range body.Errors {
		out[field] = strings.Join(messages, " | ")
	}
	return out
}

// table is the contract's, with a number of each type.
var table = []struct {
	country, typ, number string
	kind                 customer.Kind
}{
	{"ES", "GOVERNMENT_ID", "12345678Z", customer.Individual}, {"ES", "PERMANENT_RESIDENCE_PERMIT", "X1234567L", customer.Individual}, {"ES", "PASSPORT", "AAA123456", customer.Individual},
	{"ES", "CIF", "A58818501", customer.Company}, {"CL", "RUT", "12.345.678-5", customer.Individual}, {"MX", "RFC", "GODE561231GR8", customer.Company}, {"PE", "DNI", "10117410", customer.Individual},
	{"PE", "RUC", "20512333797", customer.Company}, {"AR", "DNI", "20.123.456", customer.Individual}, {"CO", "PEP", "957385405091989", customer.Individual}, {"CO", "NIT", "213.123.432-1", customer.Company},
}

func TestTheTypeFitsCountryAndKindOrIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range table {
		number := c.number
		if c.kind == customer.Individual && person.Example(c.country, c.typ) != "" {
			number = person.Example(c.country, c.typ)
		}
		in, invalid := reader().User(fields(t, ana, M{"country": strings.ToLower(c.country), "identification_type": c.typ, "identification_number": number}), anyURL)
		if invalid != nil || in.Kind != c.kind || in.Identification == "" || in.Country != c.country {
			t.Errorf("%s %s %s: %v %+v", c.country, c.typ, number, told(t, invalid), in)
		}
		if c.kind == customer.Company && (in.TaxID != in.Identification || in.Name != "Ana" || in.Person != nil) || c.kind == customer.Individual && in.Person == nil {
			t.Errorf("%s %s: %+v", c.country, c.typ, in)
		}
		for _, other := range []string{"ES", "CL", "MX", "CO", "PE", "AR", "DE"} {
			people, companies := person.TypeKind(other, c.typ)
			_, invalid := reader().User(fields(t, ana, M{"country": other, "identification_type": c.typ, "identification_number": number}), anyURL)
			if !people && !companies && told(t, invalid)["identification_type"] != "The selected identification type is invalid." {
				t.Errorf("%s in %s: %v", c.typ, other, told(t, invalid))
			}
		}
		opposite := map[customer.Kind]string{customer.Individual: "company", customer.Company: "individual"}[c.kind]
		if people, companies := person.TypeKind(c.country, c.typ); !(people && companies) {
			_, invalid := reader().User(fields(t, ana, M{"kind": opposite, "country": c.country, "identification_type": c.typ, "identification_number": number}), anyURL)
			if told(t, invalid)["identification_type"] != "The selected identification type is invalid." {
				t.Errorf("%s as %s: %v", c.typ, opposite, told(t, invalid))
			}
		}
	}
}

func TestEachFieldIsToldAsLaravelWould(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ñ", 256)
	id := M{"country": "ES", "identification_type": "GOVERNMENT_ID", "identification_number": "12345678Z"}
	with := func(m M) M { out := maps.Clone(id); maps.Copy(out, m); return out }
	for _, c := range []struct {
		change M
		want   map[string]string
	}{
		{M{}, nil}, {id, nil}, {M{"name": nil}, map[string]string{"name": "The name field is required."}},
		{M{"name": 7}, map[string]string{"name": "The name field must be a string."}},
		{M{"name": long}, map[string]string{"name": "The name field must not be greater than 255 characters."}},
		{M{"name": "!!"}, map[string]string{"name": "The name field format is invalid."}},
		{M{"name": "A\u202ena"}, map[string]string{"name": "The name field must be a string."}},
		{M{"last_name": long, "last_name2": 1}, map[string]string{"last_name": "The last name field must not be greater than 255 characters.", "last_name2": "The last name2 field must be a string."}},
		{M{"phone": "612345678"}, map[string]string{"phone": "The phone field format is invalid."}},
		{M{"phone": "612345678", "country": "ES"}, nil}, {M{"phone": "+34612345678"}, nil}, {M{"phone": "0034 612 345 678"}, nil}, {M{"phone": "612345678", "nationality": "es"}, nil},
		{M{"phone": "12345", "country": "ES"}, map[string]string{"phone": "The phone field format is invalid."}},
		{M{"country": "XX"}, map[string]string{"country": "The selected country is invalid."}},
		{M{"country": "ESP"}, map[string]string{"country": "The country field must be 2 characters."}},
		{M{"nationality": "XX"}, map[string]string{"nationality": "The selected nationality is invalid."}},
		{M{"birth_date": "2008-06-26"}, nil},
		{M{"birth_date": "2008-06-27"}, map[string]string{"birth_date": "The birth date field must be a date before 2008-06-27."}},
		{M{"birth_date": "2027-01-01"}, map[string]string{"birth_date": "The birth date field must be a date before 2008-06-27."}},
		{M{"birth_date": "1800-01-01"}, map[string]string{"birth_date": "The birth date field must be a date after " + noon.AddDate(-person.Oldest-1, 0, 0).Format(time.DateOnly) + "."}},
		{M{"birth_date": "yesterday-ish"}, map[string]string{"birth_date": "The birth date field must be a valid date."}},
		{M{"language": "de"}, map[string]string{"language": "The selected language is invalid."}},
		{M{"kind": "robot"}, map[string]string{"kind": "The selected kind is invalid."}},
		{M{"callback_url": "https://evil.example/"}, map[string]string{"callback_url": "The selected callback url is invalid."}},
		{M{"callback_url": "nothing"}, map[string]string{"callback_url": "The callback url field must be a valid URL."}},
		{M{"external_id": long, "pep": "perhaps"}, map[string]string{"external_id": "The external id field must not be greater than 255 characters.", "pep": "The pep field must be true or false."}},
		{with(M{"identification_number": "12345678A"}), map[string]string{"identification_number": "The identification number field format is invalid."}},
		{with(M{"identification_number": nil}), map[string]string{"identification_number": "The identification number field is required when identification type is present."}},
		{with(M{"identification_type": nil}), map[string]string{"identification_type": "The identification type field is required when identification number is present."}},
		{with(M{"document_expires_at": "2026-06-01"}), map[string]string{"document_expires_at": "The document expires at field must be a date after or equal to today."}},
		{with(M{"document_country": "FR"}), nil}, // numbers of other countries are hardly looked at
		{with(M{"document_country": "XX"}), map[string]string{"document_country": "The selected document country is invalid."}},
		{M{"country": "PE"}, map[string]string{"identification_type": "The identification type field is required when country is PE.", "identification_number": "The identification number field is required when country is PE."}},
		{M{"identification_type": "PASSPORT", "identification_number": "AAA123456"}, map[string]string{"country": "The country field is required when identification type is present."}},
		{M{"identification_type": "CIF", "identification_number": "A58818501"}, nil}, // only Spain has it
		{M{"bank_account": "ES91"}, map[string]string{"bank_account": "The bank account field must be an array.", "bank_account.account_number": "The bank account.account number field is required when bank account is present."}},
		{M{"bank_account": M{"bank_name": "B", "account_type": 7}}, map[string]string{"bank_account.account_number": "The bank account.account number field is required when bank account is present.", "bank_account.account_type": "The bank account.account type field must be a string."}},
		{M{"bank_account": M{"account_number": "1"}}, nil}, {M{"bank_account": M{}}, nil},
	} {
		allows := func(url string) bool { return url != "https://evil.example/" }
		_, invalid := reader().User(fields(t, ana, c.change), allows)
		if diff := cmp.Diff(c.want, told(t, invalid)); diff != "" {
			t.Errorf("%v (-want +got)\n%s", c.change, diff)
		}
	}
}

func TestAPersonIsReadInNormalForm(t *testing.T) {
	t.Parallel()
	in, invalid := reader().User(fields(t, ana, M{"last_name": " Ruiz ", "phone": "612 34 56 78", "country": "es", "nationality": "es", "birth_date": "29 February 1980", "identification_type": "government_id",
		"identification_number": "12.345.678-z", "pep": false, "language": "pt", "external_id": "7", "bank_account": M{"bank_name": "B", "account_number": "1", "account_type": "savings"}}), anyURL)
	no := false
	want := customer.Registration{Kind: customer.Individual, Email: "ana@example.org", Name: "Ana", Country: "ES", ExternalID: "7", Language: "pt", Identification: "12345678Z",
		Bank: &customer.BankAccount{BankName: "B", AccountNumber: "1", AccountType: "savings"},
		Person: &kyc.File{Person: kyc.Person{Name: "Ana", LastName: "Ruiz", BirthDate: "1980-02-29", Nationality: "ES", Phone: "+34612345678", PEP: &no},
			Address: kyc.Address{Country: "ES"}, Paper: kyc.Paper{Type: "GOVERNMENT_ID", Number: "12345678Z", Country: "ES"}}}
	if invalid != nil {
		t.Fatal(told(t, invalid))
	}
	if diff := cmp.Diff(want, in); diff != "" {
		t.Error(diff)
	}
}

var pdf = base64.StdEncoding.EncodeToString([]byte("%PDF-1.7\n"))

var whole = M{"name": "Ana", "last_name": "Ruiz", "email": "ana@example.org", "phone": "+34612345678", "country": "ES", "address": "Calle Mayor 1", "city": "Madrid", "postal_code": "28013",
	"birth_date": "1980-02-29", "nationality": "ES", "identification_type": "GOVERNMENT_ID", "identification_number": "12345678Z", "document_front": pdf, "document_back": pdf, "face_image": pdf}

func TestADelegatedFileIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	required := func(field string) map[string]string {
		return map[string]string{field: "The " + strings.ReplaceAll(field, "_", " ") + " field is required."}
	}
	for field := range whole {
		want := required(field)
		switch field {
		case "identification_type":
			want[field] = "The identification type field is required when identification number is present."
		case "identification_number":
			want[field] = "The identification number field is required when identification type is present."
		case "country":
			want = map[string]string{"country": "The country field is required when identification type is present."}
		}
		_, _, invalid := reader().Delegated(fields(t, whole, M{field: nil}), anyURL)
		got := told(t, invalid)
		if diff := cmp.Diff(want[field], got[field]); diff != "" {
			t.Errorf("without %s: %v", field, got)
		}
	}
	for _, c := range []struct {
		change M
		want   map[string]string
	}{
		{M{}, nil}, {M{"identification_type": "PASSPORT", "identification_number": "AAA123456", "document_back": nil}, nil},
		{M{"verified_at": "2026-06-26T11:59:59Z", "verification_reference": "r", "liveness_capture": []string{pdf, pdf}}, nil},
		{M{"verified_at": "2026-06-26T12:00:01Z"}, map[string]string{"verified_at": "The verified at field must be a date before or equal to now."}},
		{M{"postal_code": "99999"}, map[string]string{"postal_code": "The postal code field format is invalid."}},
		{M{"face_image": "https://example.org/face.png"}, map[string]string{"face_image": "The face image field must be a file."}},
		{M{"face_image": []string{pdf}}, map[string]string{"face_image": "The face image field must be a file."}},
		{M{"liveness_capture": []any{pdf, 7}}, map[string]string{"liveness_capture": "The liveness capture field must be a file."}},
		{M{"liveness_capture": []string{pdf, pdf, pdf, pdf, pdf, pdf}}, map[string]string{"liveness_capture": "The liveness capture field must not have more than 5 items."}},
		{M{"country": "MX", "nationality": "MX", "identification_type": "CURP", "identification_number": person.Example("MX", "CURP"), "postal_code": "06000"},
			map[string]string{"identification_number": "The identification number field must match birth date."}},
		{M{"kind": "company", "name": nil, "identification_type": nil, "identification_number": nil, "document_front": nil}, map[string]string{"company_name": "The company name field is required when kind is company.",
			"identification_type": "The identification type field is required.", "identification_number": "The identification number field is required.", "document_front": "The document front field is required."}},
		{M{"kind": "company", "company_name": "GmbH", "country": "DE", "identification_type": nil, "identification_number": nil}, nil},
	} {
		_, papers, invalid := reader().Delegated(fields(t, whole, c.change), anyURL)
		if diff := cmp.Diff(c.want, told(t, invalid)); diff != "" {
			t.Errorf("%v (-want +got)\n%s", c.change, diff)
		}
		if invalid == nil && (len(papers) < 1 || string(papers[0].Content) != "%PDF-1.7\n" || papers[0].Item != kyc.DocumentFront) {
			t.Errorf("%+v", papers)
		}
	}
}

func TestWhatTheDomainFindsIsWordedAsTheReaderDoes(t *testing.T) {
	t.Parallel()
	for _, code := range kyc.Codes {
		invalid := intake.Problems([]verification.Problem{{Field: "last_name", Code: code, Params: map[string]string{"max": "255"}}, {Field: "name", Code: kyc.CodeRequired}}, noon)
		if got := told(t, invalid); got["last_name"] == "" || !strings.HasSuffix(got["last_name"], ".") || !strings.HasPrefix(invalid.Summary(), "The name field is required.") {
			t.Errorf("%s: %v", code, got)
		}
	}
}

// TestNoFieldBreaksTheReader: whatever is sent, the answer is a registration or a 422.
func TestNoFieldBreaksTheReader(t *testing.T) {
	t.Parallel()
	r := reader()
	names := []string{"name", "email", "kind", "last_name", "phone", "country", "postal_code", "birth_date", "nationality", "identification_type", "identification_number", "document_country",
		"document_expires_at", "pep", "language", "bank_account", "document_front", "liveness_capture", "verified_at", "company_name", "callback_url"}
	rapid.Check(t, func(t *rapid.T) {
		sent := M{}
		for _, name := range names {
			switch rapid.IntRange(0, 6).Draw(t, name) {
			case 0:
				sent[name] = rapid.String().Draw(t, "text")
			case 1:
				sent[name] = rapid.Int().Draw(t, "number")
			case 2:
				sent[name] = []any{rapid.String().Draw(t, "item"), nil, M{"a": 1}}
			case 3:
				sent[name] = M{"account_number": rapid.String().Draw(t, "account")}
			case 4:
				sent[name] = rapid.SampledFrom([]string{"ES", "MX", "company", "CIF", "CURP", "2000-01-01", pdf, "a@b.example"}).Draw(t, "likely")
			}
		}
		b, err := json.Marshal(sent)
		if err != nil {
			t.Fatal(err)
		}
		f, err := wire.DecodeJSON(b)
		if err != nil {
			return
		}
		if in, invalid := r.User(f, anyURL); invalid == nil && (in.Email == "" || in.Kind == customer.Individual == (in.Person == nil)) {
			t.Fatalf("%s: %+v", b, in)
		}
		if in, papers, invalid := r.Delegated(f, anyURL); invalid == nil && (in.Email == "" || len(papers) == 0) {
			t.Fatalf("%s: %+v", b, in)
		}
	})
}
