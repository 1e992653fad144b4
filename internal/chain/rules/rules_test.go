package rules_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"rampa/internal/asset"
	"rampa/internal/chain/rules"
)

const secret = "aGlkZGVuLWtleQ"

const small = `
version: 1
chains:
  - code: polygon
    key: treasury-polygon
    endpoints: [https://rpc.example/v3/` + secret + `, "https://user:` + secret + `@node.example/?key=` + secret + `", http://10.0.0.7:8545]
`

func load(t *testing.T, text string) *rules.Rules {
	t.Helper()
	r, err := rules.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatAFileLeavesOutIsAsWeKnowTheChain(t *testing.T) {
	t.Parallel()
	c, ok := load(t, small).Chain("polygon")
	if !ok {
		t.Fatal("polygon is not there")
	}
	if c.Kind != rules.EVM || c.ID != 137 || c.Confirmations != 100 || c.Budget.Cmp(big.NewInt(500_000_000_000_000_000)) != 0 ||
		c.StuckAfter != time.Minute || c.BlockTime != 2*time.Second || c.Key != "treasury-polygon" {
		t.Errorf("polygon is %+v", c)
	}
	if urls := c.URLs(); len(urls) != 3 || urls[0] != "https://rpc.example/v3/"+secret || urls[2] != "http://10.0.0.7:8545" {
		t.Errorf("the endpoints are %v", urls)
	}
	if other, ok := load(t, small).Chain("bsc"); ok {
		t.Errorf("bsc is %+v, and not in the file", other)
	}
}

func TestAFileSaysOtherwise(t *testing.T) {
	t.Parallel()
	r := load(t, `
version: 1
chains:
  - {code: polygon, id: 80002, key: test, endpoints: [https://amoy.example], confirmations: 7, budget: 0.25, stuck: 90s, block: 3s}
  - {code: gnosis, kind: evm, id: 100, key: test, endpoints: [https://gnosis.example], confirmations: 20, budget: 0.000000001, stuck: 30s, block: 5s}
  - {code: bitcoin, network: regtest, key: coins, endpoints: [http://user:pass@127.0.0.1:18443]}
`)
	if c, _ := r.Chain("polygon"); c.ID != 80002 || c.Confirmations != 7 || c.Budget.Int64() != 250_000_000_000_000_000 || c.StuckAfter != 90*time.Second || c.BlockTime != 3*time.Second {
		t.Errorf("polygon is %+v", c)
	}
	if c, _ := r.Chain("gnosis"); c.Kind != rules.EVM || c.Budget.Int64() != 1_000_000_000 {
		t.Errorf("gnosis is %+v", c)
	}
	if c, _ := r.Chain("bitcoin"); c.Kind != rules.Bitcoin || c.Network != "regtest" || c.Budget.Int64() != 50_000 || c.Confirmations != 6 {
		t.Errorf("bitcoin is %+v", c)
	}
}

func TestFilesWithMistakesAreRefusedByTheirPlaceAndWithoutSecrets(t *testing.T) {
	t.Parallel()
	one := func(rest string) string {
		return "version: 1\nchains:\n  - {code: polygon, key: k, endpoints: [https://rpc.example/" + secret + "], " + rest + "}\n"
	}
	for text, want := range map[string]string{
		"":                                     "empty",
		"version: 2\nchains: []":               "version: 2",
		"version: 1":                           "no chain",
		small + "---\nversion: 1\n":            "more than one document",
		one("colour: red"):                     "line 3: field colour not found",
		one("key: other"):                      "already",
		one("confirmations: 0x" + secret):      "line 3",
		one("confirmations: [" + secret + "]"): "line 3",
		one("confirmations: -1"):               "polygon: confirmations",
		one("confirmations: 1001"):             "polygon: confirmations",
		one("kind: solana"):                    "polygon: kind",
		one("kind: bitcoin"):                   "polygon: id",
		one("id: -5"):                          "polygon: id",
		one("network: testnet"):                "polygon: network",
		one("budget: 0"):                       "polygon: budget",
		one("budget: -1"):                      "polygon: budget",
		one("budget: 0.0000000001"):            "polygon: budget",
		one("budget: 1e400"):                   "polygon: budget",
		one("stuck: soon"):                     "polygon: stuck",
		one("stuck: 1s"):                       "polygon: stuck",
		one("block: 0s"):                       "polygon: block",
		strings.ReplaceAll(small, "treasury-polygon", "Treasury"):                                                                                    "polygon: key",
		strings.ReplaceAll(small, "treasury-polygon", `"../`+"x\\n\\u202e\""):                                                                        "polygon: key",
		strings.ReplaceAll(small, "polygon\n", "Polygon\n"):                                                                                          "chain 1: its code",
		strings.ReplaceAll(small, "polygon\n", "nowhere\n"):                                                                                          "nowhere: kind",
		strings.ReplaceAll(small, "http://10", "ftp://"+secret+"@10"):                                                                                "polygon: endpoint 3",
		strings.ReplaceAll(small, "http://10.0.0.7:8545", "wss://"+secret):                                                                           "polygon: endpoint 3",
		strings.ReplaceAll(small, "http://10.0.0.7:8545", secret):                                                                                    "polygon: endpoint 3",
		strings.ReplaceAll(small, "http://10.0.0.7:8545", "https:///"+secret):                                                                        "polygon: endpoint 3",
		strings.ReplaceAll(small, "http://10.0.0.7:8545", "https://rpc.example/v3/"+secret):                                                          "polygon: endpoint 3 stands here twice",
		"version: 1\nchains:\n  - {code: polygon, key: k, endpoints: []}\n":                                                                          "polygon: endpoints",
		"version: 1\nchains:\n  - {code: polygon, key: k, endpoints: https://" + secret + "}\n":                                                      "line 3",
		small + "  - {code: polygon, key: k, endpoints: [https://b.example]}\n":                                                                      "polygon: it stands here twice",
		small + "  - {code: other, kind: evm, id: 137, key: k, endpoints: [https://b.example], confirmations: 2, budget: 1, stuck: 5s, block: 1s}\n": "other: it is the same chain as polygon",
	} {
		r, err := rules.Load([]byte(text))
		if err == nil {
			t.Errorf("%s\nis read as %+v", text, r)
			continue
		}
		said := err.Error()
		if !strings.HasPrefix(said, "chains: ") || !strings.Contains(said, want) {
			t.Errorf("%s\nis refused with %q, which does not say %q", text, said, want)
		}
		if strings.Contains(said, secret[:6]) || strings.Contains(said, "rules.") || strings.ContainsAny(said, "\n\u202e") {
			t.Errorf("the error says what it should not: %q", said)
		}
	}
}

func TestAnEndpointShowsItsHostOnly(t *testing.T) {
	t.Parallel()
	c, _ := load(t, small).Chain("polygon")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("dialled", "chain", c, "endpoint", c.Endpoints[0], "all", c.Endpoints)
	slog.New(slog.NewTextHandler(&log, nil)).Info("dialled", "chain", c, "endpoint", c.Endpoints[1])
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown += fmt.Sprintf(verb, c.Endpoints) + fmt.Sprintf(verb, c) + fmt.Sprintf(verb, &c) + fmt.Sprintf(verb, c.Endpoints[0])
	}
	if strings.Contains(shown, secret) || strings.Contains(shown, fmt.Sprintf("%x", secret)) {
		t.Errorf("the secret is shown: %s", shown)
	}
	if !strings.Contains(shown, "rpc.example") {
		t.Errorf("the host is not shown: %s", shown)
	}
}

// TestEveryChainOfTheMatrixIsKnown holds chains.yaml against the matrix that coins are sold by.
func TestEveryChainOfTheMatrixIsKnown(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range asset.Default().Everything() {
		code := p.Chain.Code
		if seen[code] {
			continue
		}
		seen[code] = true
		r, err := rules.Load(fmt.Appendf(nil, "version: 1\nchains:\n  - {code: %s, key: k, endpoints: [https://a.example]}\n", code))
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		if c, _ := r.Chain(code); c.ID != p.Chain.ID {
			t.Errorf("%s is chain %d here and %d in the matrix", code, c.ID, p.Chain.ID)
		}
	}
	if len(seen) < 4 {
		t.Errorf("the matrix has the chains %v only", seen)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("version: 1\nchains: [{code: a, endpoints: [x]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := rules.Load(data)
		if (r == nil) == (err == nil) {
			t.Fatalf("%+v, %v", r, err)
		}
		if err != nil {
			return
		}
		for _, c := range r.Chains {
			if c.Confirmations < 1 || c.Budget.Sign() <= 0 || c.StuckAfter < c.BlockTime || len(c.Endpoints) == 0 || c.Key == "" {
				t.Errorf("%+v was read", c)
			}
		}
	})
}
