package app

import (
	"errors"
	"log/slog"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/google/go-cmp/cmp"

	"rampa/internal/config"
	"rampa/internal/prove"
	"rampa/internal/sandbox/node"
)

// sandboxOn is a sandbox's services on a folder, as after a start that was killed before its treasuries were funded.
func sandboxOn(t *testing.T, folder string) *app {
	t.Helper()
	cfg, err := config.Load(config.Sandbox, config.Sources{Flags: map[string]string{"data": folder}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := migrate(t.Context(), source(cfg, folder)); err != nil {
		t.Fatal(err)
	}
	a := &app{world: world{cfg: cfg, log: slog.New(slog.DiscardHandler), now: wallClock, serves: true}}
	if a.storage, err = openStorage(t.Context(), cfg, folder, nil); err != nil {
		t.Fatal(err)
	}
	if a.services, err = newServices(&a.world, a.storage); err != nil {
		t.Fatal(err)
	}
	if err := a.services.ledger.Register(t.Context(), a.services.matrix.Assets()); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *app) close(t *testing.T) {
	t.Helper()
	if err := a.storage.Close(); err != nil {
		t.Error(err)
	}
}

// word asks a contract a question without arguments or about an address, and reads a number.
func word(t *testing.T, c *ethclient.Client, contract, question, about string) *big.Int {
	t.Helper()
	to, data := common.HexToAddress(contract), crypto.Keccak256([]byte(question))[:4]
	if about != "" {
		data = append(data, common.LeftPadBytes(common.HexToAddress(about).Bytes(), 32)...)
	}
	out, err := c.CallContract(t.Context(), ethereum.CallMsg{To: &to, Data: data}, nil)
	if err != nil || len(out) != 32 {
		t.Fatalf("%s of %s: %x, %v", question, contract, out, err)
	}
	return new(big.Int).SetBytes(out)
}

// offered is each pair that the sandbox offers on its chain, with its contract, its decimals there, and what the treasury of the chain has of
// it: asked over HTTP as a stranger's script would.
func (a *app) offered(t *testing.T) (contracts, held map[string]string) {
	t.Helper()
	c, err := ethclient.DialContext(t.Context(), a.services.node.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	contracts, held = map[string]string{}, map[string]string{}
	for _, p := range a.services.matrix.Project("", "").Pairs() {
		if p.Chain.ID == 0 {
			continue // bitcoin
		}
		if p.Chain.ID != node.ChainID {
			t.Errorf("%s is on chain %d", p.Key(), p.Chain.ID)
		}
		treasury := a.services.networks[p.Chain.Code].Wallet.Address()
		if contracts[p.Key()] = p.Contract; p.Contract == "" {
			wei, err := c.BalanceAt(t.Context(), common.HexToAddress(treasury), nil)
			if err != nil {
				t.Fatal(err)
			}
			held[p.Key()] = wei.String()
			continue
		}
		if got := word(t, c, p.Contract, "decimals()", ""); got.Int64() != int64(p.Decimals) {
			t.Errorf("%s has %v decimals on the chain, %d in the matrix", p.Key(), got, p.Decimals)
		}
		held[p.Key()] = word(t, c, p.Contract, "balanceOf(address)", treasury).String()
	}
	return contracts, held
}

// proves runs the proof, which must have looked at the chain.
func (a *app) proves(t *testing.T) {
	t.Helper()
	report, err := a.services.prover.Run(t.Context())
	if err != nil || !report.OK() {
		t.Errorf("the proof fails: %+v, %v", report.Failures(), err)
	}
	for _, c := range report.Checks {
		if c.Name == "treasury" && c.Status != prove.OK {
			t.Errorf("the treasury's check is %s: %s", c.Status, c.Summary)
		}
	}
}

func TestTheSandboxFundsItsTreasuriesOnceHoweverOftenItIsKilled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a := sandboxOn(t, folder)
	contracts, held := a.offered(t)
	want, seen := map[string]string{}, map[string]string{}
	for key, contract := range contracts {
		if other, twice := seen[contract]; twice && contract != "" {
			t.Errorf("%s and %s share a contract", key, other)
		}
		if seen[contract] = key; held[key] != "0" {
			t.Errorf("%s has %s before it was funded", key, held[key])
		}
		symbol, code, _ := strings.Cut(key, "/")
		p, _ := a.services.matrix.Project("", "").Pair(symbol, code)
		want[key] = strconv.Itoa(opening) + strings.Repeat("0", p.Decimals)
	}
	polygon := a.services.networks["polygon"]
	if err := a.mint(t.Context(), polygon.Wallet.Address(), polygon.Tokens["USDC"], big.NewInt(77)); err != nil { // given, and killed before it was booked
		t.Fatal(err)
	}
	a.close(t)
	for start := range 3 {
		a = sandboxOn(t, folder)
		if err := a.fundTreasury(t.Context()); err != nil {
			t.Fatal(err)
		}
		again, held := a.offered(t)
		if diff := cmp.Diff(contracts, again); diff != "" {
			t.Errorf("start %d: the contracts changed:\n%s", start, diff)
		}
		if diff := cmp.Diff(want, held); diff != "" {
			t.Errorf("start %d: the treasuries hold -want +got:\n%s", start, diff)
		}
		a.proves(t)
		a.close(t)
	}
}

func TestASandboxsChainBelongsToOneProcess(t *testing.T) {
	t.Parallel()
	a := sandboxOn(t, t.TempDir())
	defer a.close(t)
	w := a.world
	if _, _, err := newChains(&w, &storage{data: a.storage.data, vault: a.storage.vault}, a.services.matrix); !errors.Is(err, node.ErrTaken) {
		t.Errorf("the second process got %v", err)
	}
	w.serves = false
	c, _, err := newChains(&w, &storage{data: a.storage.data, vault: a.storage.vault}, a.services.matrix)
	if err != nil || c.node != nil || len(c.networks) > 0 {
		t.Errorf("a command beside the server opened the chain: %+v, %v", c, err)
	}
}
