package wire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/api/wire"
	"rampa/internal/errs"
)

func TestEveryErrorHasItsAnswer(t *testing.T) {
	t.Parallel()
	secret := errors.New("pq: password authentication failed for user rampa")
	for _, c := range []struct {
		name           string
		err            error
		business, rest int
		code           string
	}{
		{"untyped", secret, 200, 200, "unexpected_error"},
		{"internal with a code", errs.New(errs.Internal, "db_failed", "x").Because(secret), 200, 200, "unexpected_error"},
		{"internal with an edge's code", errs.New(errs.Internal, "not_found", "x"), 200, 200, "unexpected_error"},
		{"unknown kind", errs.New(errs.Kind(99), "odd", "x"), 200, 200, "unexpected_error"},
		{"cancelled", context.Canceled, 200, 200, "unexpected_error"},
		{"unauthorized", wire.ErrUnauthorized, 200, 200, "authorization_incorrect"},
		{"unauthorized in another word", errs.New(errs.Unauthorized, "token_expired", "x"), 200, 200, "authorization_incorrect"},
		{"conflict", errs.New(errs.Conflict, "user_already_exists", "x"), 200, 409, "user_already_exists"},
		{"invalid", errs.New(errs.Invalid, "email_not_allowed", "x"), 200, 422, "email_not_allowed"},
		{"forbidden", errs.New(errs.Forbidden, "user_not_in_integration", "x"), 200, 403, "user_not_in_integration"},
		{"not found, wrapped", fmt.Errorf("find: %w", errs.New(errs.NotFound, "user_not_found", "x")), 200, 404, "user_not_found"},
		{"expired", errs.New(errs.Expired, "link_expired", "x"), 200, 409, "link_expired"},
		{"unavailable", errs.New(errs.Unavailable, "price_unavailable", "x"), 200, 503, "price_unavailable"},
		{"locked", errs.New(errs.Locked, "key_locked", "x"), 429, 429, "too_many_requests"},
		{"malformed", wire.ErrMalformed.Because(secret), 400, 400, "malformed_json"},
		{"path", wire.ErrNotFound, 404, 404, "not_found"},
		{"method", wire.ErrMethod, 405, 405, "method_not_allowed"},
		{"too large", wire.ErrTooLarge, 413, 413, "payload_too_large"},
		{"media type", wire.ErrMediaType, 415, 415, "unsupported_media_type"},
		{"too many", wire.ErrTooMany, 429, 429, "too_many_requests"},
		{"draining", wire.ErrUnavailable, 503, 503, "unavailable"},
		{"key", wire.ErrKey, 400, 400, "idempotency_key_invalid"},
		{"key reused", wire.ErrKeyReused, 409, 409, "idempotency_key_reused"},
		{"key in progress", wire.ErrKeyInProgress, 409, 409, "idempotency_in_progress"},
	} {
		for regime, status := range map[wire.Regime]int{wire.Business: c.business, wire.REST: c.rest} {
			gotStatus, body := wire.ErrorStatus(c.err, regime)
			out, err := wire.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			if want := `{"status":"error","error":"` + c.code + `"}`; gotStatus != status || string(out) != want {
				t.Errorf("%s, regime %d: %d %s, want %d %s", c.name, regime, gotStatus, out, status, want)
			}
		}
	}
}

func TestFailedValidationIs422InBothRegimes(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("handler: %w", wire.NewInvalid("email", "The email field is required."))
	for _, regime := range []wire.Regime{wire.Business, wire.REST} {
		status, body := wire.ErrorStatus(err, regime)
		out, marshalErr := wire.Marshal(body)
		want := `{"message":"The email field is required.","errors":{"email":["The email field is required."]}}`
		if status != http.StatusUnprocessableEntity || string(out) != want || marshalErr != nil {
			t.Errorf("%d %s %v", status, out, marshalErr)
		}
	}
}

func TestAnswersAreTheContractsBytes(t *testing.T) {
	t.Parallel()
	at := wire.Time(time.Date(2026, 6, 26, 12, 30, 0, 1500, time.FixedZone("", 7200)))
	cursor := "abc"
	customer := wire.Customer{ID: 7, UUID: "u", Kind: "company", Name: "A & <B>/é", Email: "a@b.com", Country: wire.Optional("ES"),
		KYCStatus: "unused", Stage: "draft", CreatedAt: at, UpdatedAt: at}
	const customerJSON = `{"id":7,"uuid":"u","external_id":null,"kind":"company","name":"A & <B>/é","email":"a@b.com","country":"ES",` +
		`"kyc_status":"unused","stage":"draft","tier":0,"created_at":"2026-06-26T10:30:00.000001Z","updated_at":"2026-06-26T10:30:00.000001Z"}`
	for _, c := range []struct {
		body any
		want string
	}{
		{wire.Done(), `{"status":"ok"}`},
		{wire.Error("user_not_found"), `{"status":"error","error":"user_not_found"}`},
		{
			wire.OK(wire.RegisteredCompany{ID: 1234, UUID: "u", KYBLink: "https://b2b.example.com/kyb/x?a=1&b=2", Password: "xK9mP2nQ4rTv"}),
			`{"status":"ok","data":{"id":1234,"uuid":"u","kyb_link":"https://b2b.example.com/kyb/x?a=1&b=2","password":"xK9mP2nQ4rTv"}}`,
		},
		{
			wire.OK(wire.RenewedLink{RegisteredCompany: wire.RegisteredCompany{ID: 7, UUID: "u", KYBLink: "l", Password: "p"}, ExpiresAt: at}),
			`{"status":"ok","data":{"id":7,"uuid":"u","kyb_link":"l","password":"p","expires_at":"2026-06-26T10:30:00.000001Z"}}`,
		},
		{
			wire.OK(wire.Token{Token: "t", ExpiresAt: at, ExpiresIn: 86400}),
			`{"status":"ok","data":{"token":"t","expires_at":"2026-06-26T10:30:00.000001Z","expires_in":86400}}`,
		},
		{
			wire.OK(wire.KYCCheck{UserID: 7, Kind: "company", KYCStatus: "processing", Stage: "submitted", UpdatedAt: at,
				Requirements: wire.List[wire.Requirement]{{Code: "document_missing", Field: "documents.registry_extract"}}}),
			`{"status":"ok","data":{"user_id":7,"kind":"company","kyc_status":"processing","stage":"submitted","requirements":[` +
				`{"code":"document_missing","field":"documents.registry_extract","accepted_document_types":[]}],"reasons":[],"tier":0,"banned":false,` +
				`"updated_at":"2026-06-26T10:30:00.000001Z"}}`,
		},
		{wire.OK(customer), `{"status":"ok","data":` + customerJSON + `}`},
		{
			wire.Page([]wire.Customer{customer}, wire.Pagination{CurrentPage: 1, PerPage: 25, Total: 240, LastPage: 10, NextCursor: &cursor}),
			`{"status":"ok","data":[` + customerJSON + `],"pagination":{"current_page":1,"per_page":25,"total":240,"last_page":10,"next_cursor":"abc"}}`,
		},
		{
			wire.Page[wire.Customer](nil, wire.Pagination{CurrentPage: 1, PerPage: 25, Total: 10000, LastPage: 400, TotalCapped: true}),
			`{"status":"ok","data":[],"pagination":{"current_page":1,"per_page":25,"total":10000,"last_page":400,"next_cursor":null,"total_capped":true}}`,
		},
		{wire.OK(wire.Clock{Now: at, Frozen: true}), `{"status":"ok","data":{"now":"2026-06-26T10:30:00.000001Z","frozen":true}}`},
		{wire.OK(wire.ClockSet{Now: at}), `{"status":"ok","data":{"now":"2026-06-26T10:30:00.000001Z"}}`},
		{wire.OK(wire.SandboxKYC{UserID: 7, KYCStatus: "valid"}), `{"status":"ok","data":{"user_id":7,"kyc_status":"valid"}}`},
	} {
		got, err := wire.Marshal(c.body)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("%s", cmp.Diff(c.want, string(got)))
		}
	}
}

func TestTimesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	at := wire.Time(time.Date(2026, 6, 26, 10, 30, 0, 123456000, time.UTC))
	out, err := wire.Marshal(at)
	if err != nil {
		t.Fatal(err)
	}
	var back wire.Time
	if err := back.UnmarshalJSON(out); err != nil || time.Time(back) != time.Time(at) {
		t.Errorf("%s came back as %s, error %v", at, back, err)
	}
	if err := back.UnmarshalJSON([]byte(`"yesterday"`)); err == nil {
		t.Error("a time that is none was read")
	}
}

func TestHandlersReadDatesAsTheRuleDoes(t *testing.T) {
	t.Parallel()
	if at, ok := wire.ParseDate("2026-06-26T10:30:00+02:00"); !ok || !at.Equal(time.Date(2026, 6, 26, 8, 30, 0, 0, time.UTC)) {
		t.Errorf("%v %v", at, ok)
	}
	for _, text := range []string{"", "soon"} {
		if _, ok := wire.ParseDate(text); ok {
			t.Errorf("%q is no date", text)
		}
	}
}

func TestMarshalTellsWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	if _, err := wire.Marshal(make(chan int)); err == nil {
		t.Error("no error")
	}
}

func TestARequestIsDecodedThroughThePackage(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequest(http.MethodPost, "/api/x?page=2", strings.NewReader("a=1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	query, err := wire.DecodeQuery(r.URL.RawQuery)
	if page, ok := query.Int("page"); err != nil || !ok || page != 2 {
		t.Errorf("page %d, error %v", page, err)
	}
	body, err := wire.ReadBody(r, 100)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := wire.DecodeBody(r.Header, body); err != nil || f.String("a") != "1" {
		t.Errorf("a=%q, error %v", f.String("a"), err)
	}
	again, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(`{"a":"2"}`))
	if err != nil {
		t.Fatal(err)
	}
	if f, err := wire.Decode(again, 100); err != nil || f.String("a") != "2" {
		t.Errorf("a=%q, error %v", f.String("a"), err)
	}
}

func TestCentsAreWrittenAsDecimals(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64]string{0: "0.00", 1: "0.01", 10: "0.10", 99: "0.99", 100: "1.00", 2_000_00: "2000.00", 123_456_789: "1234567.89"} {
		if got := wire.Cents(cents); got != want {
			t.Errorf("%d: %s", cents, got)
		}
	}
}

func TestMessagesComeInTheOrderOfTheRules(t *testing.T) {
	t.Parallel()
	i := wire.NewInvalid("other", "o").Add("b", "b").Add("a", "a").InOrder(wire.Rules{{"a", "required"}, {"b", "required"}})
	if b, err := wire.Marshal(i); err != nil || string(b) != `{"message":"a (and 2 more errors)","errors":{"a":["a"],"b":["b"],"other":["o"]}}` {
		t.Errorf("%s, %v", b, err)
	}
}
