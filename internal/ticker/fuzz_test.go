package ticker

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzRead gives every reader what no place would send: nothing panics, and what becomes a price is above zero.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		f.Fatal("there are no answers", err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	for _, odd := range []string{"", "null", "[]", "[null]", "{}", `{"result":null}`, `{"result":{"X":null}}`, `{"data":null}`, `{"data":{"rates":null}}`,
		`[{"id":0,"result":""},{"id":1,"result":"0x"}]`, `{"data":{"amount":1e99,"currency":"EUR"}}`, `<a><b>`, `<E><Cube><Cube/></Cube></E>`} {
		f.Add([]byte(odd))
	}
	asked := []string{"BTC-EUR", "XXBTZEUR", "BTCEUR", "USD", "BTC"}
	f.Fuzz(func(t *testing.T, body []byte) {
		for name, k := range formats {
			readings, err := k.read(body, asked)
			if err != nil {
				continue
			}
			for symbol, r := range readings {
				if r.err == nil && (r.rate == nil || r.rate.Sign() <= 0) {
					t.Errorf("%s: %s costs %v", name, symbol, r.rate)
				}
			}
		}
	})
}
