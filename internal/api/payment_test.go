package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"math/big"

	"rampa/internal/api/trading"
)

// somebodysWallet is a wallet that nobody uses, from the examples of EIP-55.
const somebodysWallet = "0x52908400098527886E0F7030069857D2E4169EE7"

// buyer registers a verified customer.
func (p *partner) buyer(name string) int64 {
	p.w.Helper()
	var r registered
	p.post("/registerUser", map[string]string{"email": strings.ReplaceAll(name, " ", ".") + "@acmecorp.com", "name": name}).data(&r)
	p.post("/sandbox/kyc", map[string]any{"user_id": r.ID, "decision": "valid"}).data(&struct{}{})
	return r.ID
}

// order is a body of POST /createPayment, with changes: "" takes a field out.
func order(userID int64, changes ...string) map[string]any {
	body := map[string]any{"user_id": userID, "payment_type": "transfer", "fiat_symbol": "EUR", "fiat_amount": 240, "coin_symbol": "USDC", "coin_chain": "polygon", "wallet": somebodysWallet}
	for i := 0; i+1 < len(changes); i += 2 {
		body[changes[i]] = changes[i+1]
		if changes[i+1] == "" {
			delete(body, changes[i])
		}
	}
	return body
}

// created is what a new payment answers, whichever way it is paid.
type created struct {
	ID         string `json:"payment_id"`
	IBAN       string
	Concept    int64
	URLPayment string `json:"url_payment"`
}

func (p *partner) pay(userID int64, changes ...string) (c created) {
	p.w.Helper()
	a := p.post("/createPayment", order(userID, changes...))
	var envelope struct {
		Status string
		Data   *created
	}
	envelope.Data = &c
	if err := json.Unmarshal([]byte(a.body), &envelope); err != nil || c.ID == "" {
		p.w.Fatalf("%d %s (%v)", a.status, a.body, err)
	}
	want := "success"
	if c.Concept != 0 {
		want = "sucess"
	}
	if envelope.Status != want {
		p.w.Errorf("status %s, want %s", envelope.Status, want)
	}
	return c
}

func (p *partner) payment(id string) (out trading.Payment) {
	p.w.Helper()
	p.get("/payment/" + id).data(&out)
	return out
}

// reaches waits until a payment has a status.
func (p *partner) reaches(id, status string) trading.Payment {
	p.w.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		switch got := p.payment(id); {
		case got.Status == status:
			return got
		case time.Now().After(end):
			p.w.Fatalf("payment %s is %s (waiting for %v) and not %s", id, got.Status, got.Waiting, status)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func (p *partner) transfer(amount, concept string, more ...string) (ids []string) {
	p.w.Helper()
	body := map[string]any{"amount": amount, "concept": concept}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	var out struct {
		IDs []string `json:"transaction_ids"`
	}
	p.post("/sandbox/bank-transfer", body).data(&out)
	return out.IDs
}

// tokensOf reads a wallet's coins from the chain, as any script would.
func (w *world) tokensOf(p *partner, symbol, chain string) *big.Int {
	w.Helper()
	var assets []trading.Asset
	p.get("/available-assets").data(&assets)
	i := slices.IndexFunc(assets, func(a trading.Asset) bool { return a.Symbol == symbol && a.Chain == chain })
	client, err := ethclient.DialContext(w.Context(), w.rpc)
	if err != nil {
		w.Fatal(err)
	}
	defer client.Close()
	contract := common.HexToAddress(*assets[i].Contract)
	out, err := client.CallContract(w.Context(), ethereum.CallMsg{To: &contract,
		Data: append(crypto.Keccak256([]byte("balanceOf(address)"))[:4], common.LeftPadBytes(common.HexToAddress(somebodysWallet).Bytes(), 32)...)}, nil)
	if err != nil {
		w.Fatal(err)
	}
	return new(big.Int).SetBytes(out)
}

func TestAPaidTransferBecomesExactlyThoseCoins(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		me := w.main.buyer("Ana Valid")
		for _, chain := range []string{"polygon", "bsc"} { // 6 and 18 decimals
			before := w.tokensOf(w.main, "USDC", chain)
			c := w.main.pay(me, "coin_chain", chain)
			w.main.transfer("240.00", fmt.Sprintf("concepto %d gracias", c.Concept))
			done := w.main.reaches(c.ID, "coins_sent")
			got := new(big.Int).Sub(w.tokensOf(w.main, "USDC", chain), before)
			tokens, _ := new(big.Rat).SetString(string(done.CoinAmount))
			scale := map[string]int64{"polygon": 6, "bsc": 18}[chain]
			want := tokens.Mul(tokens, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(scale), nil)))
			if !want.IsInt() || got.Cmp(want.Num()) != 0 {
				w.Errorf("%s: %s came, %s was promised", chain, got, want)
			}
			if done.TxID == nil || done.PaidAmount != 24000 || len(done.Labels) != 0 || done.UserID != fmt.Sprint(me) {
				w.Errorf("%+v", done)
			}
		}
	})
}

func TestMoneyThatComesOtherwiseThanAgreedIsNeverSilent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	me := w.main.buyer("Ana Valid")
	t.Run("too little waits for the rest", func(*testing.T) {
		c := w.main.pay(me)
		w.main.transfer("100.00", fmt.Sprint(c.Concept))
		if p := w.main.payment(c.ID); p.Status != "started" || !slices.Equal(p.Labels, []string{"UNDER"}) || p.PaidAmount != 10000 {
			t.Errorf("%+v", p)
		}
		w.main.transfer("140.00", fmt.Sprint(c.Concept))
		if p := w.main.reaches(c.ID, "coins_sent"); len(p.Labels) != 0 || p.Refund != nil {
			t.Errorf("%+v", p)
		}
	})
	t.Run("too little goes back when time is over", func(*testing.T) {
		c := w.main.pay(me)
		w.main.transfer("100.00", fmt.Sprint(c.Concept))
		w.advance(169 * time.Hour)
		w.main.authenticate()
		if p := w.main.payment(c.ID); p.Status != "refunded" || p.Refund == nil || p.Refund.Amount != 10000 || p.Refund.Reason != "under" || p.Refund.Status != "done" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("too much goes back in part", func(*testing.T) {
		c := w.main.pay(me)
		w.main.transfer("250.00", fmt.Sprint(c.Concept))
		p := w.main.reaches(c.ID, "coins_sent")
		if !slices.Equal(p.Labels, []string{"OVER"}) || p.Refund == nil || p.Refund.Amount != 1000 || p.Refund.Reason != "over" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("what comes late is honoured while the price holds", func(*testing.T) {
		c := w.main.pay(me, "coin_symbol", "EURC", "coin_chain", "ethereum") // whose price hardly moves
		w.advance(170 * time.Hour)
		w.main.authenticate()
		if p := w.main.payment(c.ID); p.Status != "expired" {
			t.Errorf("%+v", p)
		}
		w.main.transfer("240.00", fmt.Sprint(c.Concept))
		if p := w.main.reaches(c.ID, "coins_sent"); !slices.Equal(p.Labels, []string{"LATE"}) {
			t.Errorf("%+v", p)
		}
	})
	t.Run("somebody else's money is told", func(*testing.T) {
		c := w.main.pay(me)
		w.main.transfer("240.00", fmt.Sprint(c.Concept), "counterparty_name", "Pedro Gomez")
		if p := w.main.reaches(c.ID, "coins_sent"); !slices.Equal(p.Labels, []string{"THIRD_PARTY"}) || p.Holder == nil || *p.Holder != "Pedro Gomez" {
			t.Errorf("%+v", p)
		}
	})
	t.Run("a concept with a wrong digit is nobody's", func(*testing.T) {
		c := w.main.pay(me)
		w.main.transfer("240.00", fmt.Sprint(c.Concept+1))
		if p := w.main.payment(c.ID); p.Status != "started" || p.PaidAmount != 0 {
			t.Errorf("%+v", p)
		}
	})
}

func TestAProviderPaysDeclinesAndChargesBack(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		me := w.main.buyer("Ana Valid")
		play := func(id, outcome string) answer {
			return w.main.post("/sandbox/payment", map[string]string{"payment_id": id, "outcome": outcome, "holder": "ANA VALID"})
		}
		paid := w.main.pay(me, "payment_type", "CARD")
		play(paid.ID, "paid").want(http.StatusOK, `{"status":"ok","data":{"payment_id":"`+paid.ID+`","payment_status":"payment_received"}}`)
		if p := w.main.reaches(paid.ID, "coins_sent"); p.Holder == nil || *p.Holder != "ANA VALID" {
			w.Errorf("%+v", p)
		}
		play(paid.ID, "chargeback").want(http.StatusOK, `{"status":"ok","data":{"payment_id":"`+paid.ID+`","payment_status":"refunded"}}`)
		if p := w.main.payment(paid.ID); p.Refund == nil || p.Refund.Reason != "chargeback" || p.TxID == nil {
			w.Errorf("%+v", p)
		}
		declined := w.main.pay(me, "payment_type", "psd2")
		play(declined.ID, "declined").want(http.StatusOK, `{"status":"ok","data":{"payment_id":"`+declined.ID+`","payment_status":"payment_rejected"}}`)
		returned := w.main.pay(me)
		ids := w.main.transfer("240.00", fmt.Sprint(returned.Concept))
		w.main.reaches(returned.ID, "coins_sent")
		w.main.post("/sandbox/bank-return", map[string]string{"transaction_id": ids[0]}).data(&struct{}{})
		w.main.post("/sandbox/bank-return", map[string]string{"transaction_id": ids[0]}).fails(http.StatusOK, "bank_transaction_returned")
		if p := w.main.payment(returned.ID); p.Status != "refunded" || p.Refund == nil || p.Refund.Reason != "returned" {
			w.Errorf("%+v", p)
		}
		w.advance(2 * time.Hour) // the hourly proof runs, with chain, bank and payments
		w.main.authenticate()
		if stands := w.frozen(); stands != "" {
			w.Errorf("payouts are frozen: %s", stands)
		}
	})
}

// TestErrorsComeInTheContractsOrder takes one fault out of an order after another: the next one is told then.
func TestErrorsComeInTheContractsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	me, stranger := w.main.buyer("Ana Valid"), int64(987654321)
	var unverified registered
	w.main.post("/registerUser", map[string]string{"email": "new@acmecorp.com", "name": "Eva"}).data(&unverified)
	used := order(me, "external_id", "used")
	w.main.post("/createPayment", used)
	body := order(stranger, "fiat_amount", "abc", "external_id", "used", "coin_symbol", "DOGE", "wallet", "0x12", "payment_type", "none", "quote_id", "none")
	for _, step := range []struct {
		code  string
		field string
		then  any
	}{
		{"422", "fiat_amount", 1},
		{"fail_mandatory_field", "", nil},
		{"user_not_found", "user_id", me},
		{"external_id_already_exists", "external_id", "fresh"},
		{"coin_not_supported", "coin_symbol", "USDC"},
		{"wallet_not_valid", "wallet", "0x000000000000000000000000000000000000dEaD"},
		{"wallet_not_allowed", "wallet", somebodysWallet},
		{"min_purchase", "fiat_amount", 240},
		{"method_not_allowed", "payment_type", "transfer"},
		{"quote_expired", "quote_id", nil},
	} {
		sent := body
		if step.code == "fail_mandatory_field" {
			sent = map[string]any{"fiat_amount": 1, "user_id": ""}
		}
		a := w.main.post("/createPayment", sent)
		var failure struct{ Error, Message string }
		_ = json.Unmarshal([]byte(a.body), &failure)
		if step.code == "422" && a.status != http.StatusUnprocessableEntity || step.code != "422" && (failure.Error != step.code || failure.Message == "") {
			t.Errorf("%s: %d %s", step.code, a.status, a.body)
		}
		if step.field != "" {
			body[step.field] = step.then
		}
	}
	if a := w.main.post("/createPayment", body); !strings.Contains(a.body, "payment_created") {
		t.Errorf("without faults: %s", a.body)
	}
	if a := w.main.post("/createPayment", order(unverified.ID)); !strings.Contains(a.body, `"error":"require_kyc"`) || !strings.Contains(a.body, "/kyc/") {
		t.Errorf("not verified: %s", a.body)
	}
	big := order(me)
	big["fiat_amount"] = 1500
	if a := w.main.post("/createPayment", big); !strings.Contains(a.body, `"error":"kyc_reinforced_required"`) || !strings.Contains(a.body, `"onboarding_link":"http`) {
		t.Errorf("over the tier: %s", a.body)
	}
	rich := w.main.buyer("Rica Valid")
	for range 2 {
		w.main.pay(rich, "payment_type", "card", "fiat_amount", "1000")
	}
	if a := w.main.post("/createPayment", order(rich, "payment_type", "card", "fiat_amount", "20")); !strings.Contains(a.body, `"error":"limit_exceded"`) {
		t.Errorf("over the quarter's limit of cards: %s", a.body)
	}
	if a := w.main.post("/createGuidedPayment", order(me, "fiat_symbol", "MXN")); !strings.Contains(a.body, "guided_payment_eur_only") {
		t.Errorf("a guided one in pesos: %s", a.body)
	}
}

func TestAnExternalIDMakesOnePayment(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		me := w.main.buyer("Ana Valid")
		answers := make([]string, 40)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = w.main.post("/createPayment", order(me, "external_id", "one")).body })
		}
		all.Wait()
		if same := slices.Compact(slices.Clone(answers)); len(same) != 1 || !strings.Contains(same[0], "payment_created") {
			w.Errorf("%d answers: %.600s", len(same), same)
		}
		var list []trading.Payment
		w.main.get("/payments?external_id=one").data(&list)
		if len(list) != 1 {
			w.Errorf("%d payments", len(list))
		}
	})
}

func TestAPaymentOfOthersIsAnsweredAsOneThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	other := w.partner("Otra")
	theirs := other.pay(other.buyer("Eva Valid"))
	ids := other.transfer("100.00", fmt.Sprint(theirs.Concept))
	w.main.get("/payment/"+theirs.ID).fails(http.StatusOK, "payment_not_found")
	w.main.get("/payment/0000000000000000000000000").fails(http.StatusOK, "payment_not_found")
	w.main.post("/sandbox/payment", map[string]string{"payment_id": theirs.ID, "outcome": "paid"}).fails(http.StatusOK, "payment_not_found")
	w.main.post("/sandbox/bank-transfer", map[string]string{"amount": "1", "concept": "1", "iban": theirs.IBAN}).fails(http.StatusOK, "bank_account_not_found")
	w.main.post("/sandbox/bank-return", map[string]string{"transaction_id": ids[0]}).fails(http.StatusOK, "bank_transaction_not_found")
	w.main.transfer("140.00", fmt.Sprint(theirs.Concept)) // on another account the concept is nobody's
	if p := other.payment(theirs.ID); p.PaidAmount != 10000 {
		t.Errorf("%+v", p)
	}
	var list []trading.Payment
	w.main.get("/payments").data(&list)
	if len(list) != 0 {
		t.Errorf("%+v", list)
	}
}
