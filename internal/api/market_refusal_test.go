package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"rampa/internal/api/trading"
	"rampa/internal/config"
	"rampa/internal/db"
	"rampa/internal/store/row"
)

func TestNoNastyAmountIsQuoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"prices": "testdata/prices.yaml"})
	for _, text := range []string{
		"", " ", "0", "-0", "0.00", "0e5", "-1", "-0.01", "+150", "150.", ".5", "0150", "1_000", "1,000", "1 000", "150€", "0x96", "0b1", "1e", "1e+", "1e400", "-1e400", "1e-400", "1e99999999999999999999",
		"NaN", "Infinity", "-Infinity", "true", "null", "[]", "{}", "[150]", "１５０", "١٥٠", "½", "1\x0050", "1\u200b50", "150;DROP TABLE quotes", "150' OR '1'='1", "{{150}}", "150%", "\xff", "150.00000001e0",
		strings.Repeat("9", 40), strings.Repeat("9", 100_000/8), "0." + strings.Repeat("0", 60) + "1", "92233720368547758.08", "9223372036854775808", "18446744073709551616",
	} {
		for _, ask := range [][]string{
			{"/quote", "amount", text, "symbol", "USDC", "payment_type", "card"},
			{"/quote", "coin_amount", text, "symbol", "USDC", "payment_type", "card"},
			{"/getRampoffQuote", "amount", text, "symbol", "USDC"},
		} {
			a := w.main.get(quotedQuery(ask[0], ask[1:]...))
			var body struct{ Errors map[string][]string }
			_ = json.Unmarshal([]byte(a.body), &body)
			field := ask[1]
			if strings.TrimSpace(text) == "" {
				field = "amount" // neither is there
			}
			if malformed := a.status == http.StatusBadRequest && strings.Contains(a.body, "malformed"); !malformed && (a.status != http.StatusUnprocessableEntity || len(body.Errors[field]) != 1) {
				t.Errorf("%s %s=%.60q: %d %.200s", ask[0], ask[1], text, a.status, a.body)
			}
		}
	}
	for text, same := range map[string]string{"1.5e2": "150", " 150 ": "150", "150.000": "150", "1500E-1": "150"} { // JSON numbers all the same
		want := w.main.get(quotedQuery("/quote", "amount", same, "symbol", "USDC", "payment_type", "card"))
		w.main.get(quotedQuery("/quote", "amount", text, "symbol", "USDC", "payment_type", "card")).want(http.StatusOK, want.body)
	}
}

// TestWithoutAPriceNothingIsQuoted has a coin that nobody prices: all other refusals come before that.
func TestWithoutAPriceNothingIsQuoted(t *testing.T) {
	t.Parallel()
	all, err := os.ReadFile("testdata/prices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "prices.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(string(all), "BTC/EUR: 84000.5, ", "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, map[string]string{"prices": file})
	const coin = "&symbol=BTC&chain=bitcoin"
	w.main.get("/quote?amount=150&payment_type=card"+coin).fails(200, "price_unavailable")
	w.main.get("/quote?coin_amount=0.01&payment_type=card"+coin).fails(200, "price_unavailable")
	w.main.get("/quote?amount=150&payment_type=card&lock=true"+coin).fails(200, "price_unavailable")
	w.main.get("/quote?amount=19.99&payment_type=none"+coin).fails(200, "min_purchase")
	w.main.get("/quote?amount=150&payment_type=none"+coin).fails(200, "method_not_allowed")
	w.main.get("/quote?coin_amount=0.01&payment_type=none"+coin).fails(200, "method_not_allowed")
	w.main.get("/quote?amount=150&payment_type=card&symbol=BTC").fails(200, "coin_not_supported")
	if a := w.main.get("/quote?amount=3000.01&payment_type=card" + coin); a.status != http.StatusUnprocessableEntity {
		t.Errorf("over the maximum: %d %s", a.status, a.body)
	}
	w.main.get("/getRampoffQuote?amount=1&symbol=BTC&blockchain=bitcoin").fails(200, "price_unavailable")
	w.main.get("/getRampoffQuote?amount=0.00000001&symbol=BTC&blockchain=bitcoin").fails(200, "min_purchase")
	w.main.get("/token-price?symbol=BTC").fails(200, "price_unavailable")
	var priced []trading.TokenPrice
	w.main.get("/token-price").data(&priced)
	if len(priced) != 6 {
		t.Errorf("%d coins have a price: %+v", len(priced), priced)
	}
}

// units is how many units of work the server's database has committed.
func (w *world) units() int {
	w.Helper()
	r, err := http.Get(strings.TrimSuffix(w.base, "/api") + "/metrics")
	if err != nil {
		w.Fatal(err)
	}
	defer r.Body.Close()
	for lines := bufio.NewScanner(r.Body); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "rampa_db_commit_units_sum "); ok {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				w.Fatal(err)
			}
			return int(n)
		}
	}
	w.Fatal("units are not counted")
	return 0
}

func TestAQuoteOverHTTPCommitsNothingUnlessItIsLocked(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		const ask, n = "/quote?amount=150&symbol=USDC&payment_type=card", 10
		w.main.get(ask) // the token is marked as used
		// Periodic work commits too. If a quote did, no round at all would be without a unit.
		quiet := false
		for tries := 0; tries < 100 && !quiet; tries++ {
			before := w.units()
			for range n {
				w.main.get(ask)
				w.main.get("/getRampoffQuote?amount=100&symbol=USDC")
			}
			quiet = w.units() == before
		}
		if !quiet {
			w.Error("quotes write")
		}
		before := w.units()
		for range n {
			w.main.get(ask + "&lock=true")
		}
		if after := w.units(); after < before+n {
			w.Errorf("%d locks took %d units", n, after-before)
		}
	})
}

func TestALockedQuoteIsKeptWithItsEvidence(t *testing.T) {
	t.Parallel()
	engines(t, map[string]string{"prices": "testdata/prices.yaml"}, func(w *world) {
		var q struct {
			ID        string    `json:"quote_id"`
			ExpiresAt time.Time `json:"expires_at"`
		}
		w.main.get("/quote?amount=100000&symbol=USDC&payment_type=khipu&fiat_symbol=CLP&lock=true").data(&q)
		source := w.cfg.Storage.DB.DSN()
		if source == "" || w.cfg.Storage.DB.Engine() != config.Postgres {
			source = w.cfg.Storage.DB.Path(w.cfg.Storage.Data)
		}
		d, err := db.Open(w.Context(), db.Options{Source: source})
		if err != nil {
			w.Fatal(err)
		}
		defer d.Close()
		var owner, used string
		var created, expires int64
		if err := d.QueryRow(w.Context(), `SELECT i.name, q.used, q.created_at, q.expires_at FROM quotes q JOIN integrations i ON i.id = q.integration_id WHERE q.id = $1`, q.ID).
			Scan(&owner, &used, &created, &expires); err != nil {
			w.Fatal(err)
		}
		if owner != w.main.name || expires-created != (5*time.Minute).Microseconds() || !row.FromMicros(expires).Equal(q.ExpiresAt) {
			w.Errorf("%s's, from %d to %d, told %s", owner, created, expires, q.ExpiresAt)
		}
		for _, pair := range []string{`"base":"USDC","quote":"EUR","rate":"0.9213"`, `"base":"EUR","quote":"CLP","rate":"1030"`} {
			if !strings.Contains(used, pair) {
				w.Errorf("%s lacks %s", used, pair)
			}
		}
	})
}
