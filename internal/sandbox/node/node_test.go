package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/params"

	"rampa/internal/sandbox/node"
	"rampa/internal/sandbox/token"
)

var somebody = common.HexToAddress("0x52908400098527886E0F7030069857D2E4169EE7")

func open(t *testing.T, c node.Config) *node.Node {
	t.Helper()
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	n, err := node.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func shut(t *testing.T, n *node.Node) {
	t.Helper()
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// ask speaks JSON-RPC as curl would.
func ask(t *testing.T, url, method string, params ...any) (result json.RawMessage, refused string) {
	t.Helper()
	if params == nil {
		params = []any{}
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer struct {
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%s: %s: %v", method, text, err)
	}
	if answer.Error != nil {
		return nil, answer.Error.Message
	}
	return answer.Result, ""
}

// wants asks until the answer is as wanted.
func wants(t *testing.T, url, want, method string, params ...any) {
	t.Helper()
	if got, refused := ask(t, url, method, params...); string(got) != want {
		t.Errorf("%s gives %s %s, want %s", method, got, refused, want)
	}
}

func call(contract common.Address, signature string, arguments ...[]byte) map[string]any {
	data := crypto.Keccak256([]byte(signature))[:4]
	for _, a := range arguments {
		data = append(data, common.LeftPadBytes(a, 32)...)
	}
	return map[string]any{"to": contract, "data": hexutil.Bytes(data)}
}

func word(n int64) string { return fmt.Sprintf(`"0x%064x"`, n) }

func TestAWalletReadsTheChainAndItOutlivesARestart(t *testing.T) {
	t.Parallel()
	ctx, folder := t.Context(), t.TempDir()
	n := open(t, node.Config{Folder: folder})
	contract := must(n.Deploy(ctx, "USDC/bsc", token.Spec{Name: "USD Coin", Symbol: "USDC", Decimals: 18}))(t)
	must(n.Mint(ctx, contract, somebody, big.NewInt(148_320_000)))(t)
	must(n.Fund(ctx, somebody, big.NewInt(77)))(t)
	url, height := n.URL(), must(n.Client().BlockNumber(ctx))(t)
	for range 2 {
		if n.URL() != url {
			t.Errorf("JSON-RPC moved from %s to %s", url, n.URL())
		}
		wants(t, url, `"0x343a"`, "eth_chainId")
		wants(t, url, `"13370"`, "net_version")
		wants(t, url, fmt.Sprintf(`"0x%x"`, height), "eth_blockNumber")
		wants(t, url, `"0x4d"`, "eth_getBalance", somebody, "latest")
		wants(t, url, word(148_320_000), "eth_call", call(contract, "balanceOf(address)", somebody.Bytes()), "latest")
		wants(t, url, word(18), "eth_call", call(contract, "decimals()"), "latest")
		for _, tag := range []string{"latest", "safe", "finalized", "pending", "earliest"} {
			if got, refused := ask(t, url, "eth_getBlockByNumber", tag, false); refused != "" || string(got) == "null" {
				t.Errorf("block %s: %s %s", tag, got, refused)
			}
		}
		shut(t, n)
		n = open(t, node.Config{Folder: folder})
		if again, err := n.Deploy(ctx, "USDC/bsc", token.Spec{}); err != nil || again != contract {
			t.Errorf("the contract moved to %s, %v", again, err)
		}
	}
	shut(t, n)
}

func TestWhatAnybodySendsIsMinedAtOnceWithItsReceiptAndLog(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	n := open(t, node.Config{Folder: t.TempDir(), Now: func() time.Time { return at }})
	defer shut(t, n)
	contract := must(n.Deploy(ctx, "USDC/polygon", token.Spec{Name: "USD Coin", Symbol: "USDC", Decimals: 6}))(t)
	key := must(crypto.GenerateKey())(t)
	wallet := node.Address(key)
	must(n.Fund(ctx, wallet, big.NewInt(params.Ether)))(t)
	paid := must(n.Deposit(ctx, contract, wallet, big.NewInt(5_000_000)))(t)
	if got := must(n.Client().TransactionReceipt(ctx, paid))(t); len(got.Logs) != 1 || got.Logs[0].Topics[1] != common.BytesToHash(node.Address(node.Faucet()).Bytes()) {
		t.Errorf("a deposit comes from the faucet's address: %+v", got.Logs)
	}

	tx := must(types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(node.ChainID)), &types.LegacyTx{To: &contract, Gas: 100_000, GasPrice: big.NewInt(2 * params.GWei),
		Data: must(token.Transfer(somebody, big.NewInt(1_250_000)))(t)}))(t)
	raw := must(tx.MarshalBinary())(t)
	wants(t, n.URL(), `"`+tx.Hash().Hex()+`"`, "eth_sendRawTransaction", hexutil.Bytes(raw))
	r := receipt(t, n.Client(), tx.Hash())
	if r.Status != types.ReceiptStatusSuccessful || len(r.Logs) != 1 || r.Logs[0].Address != contract || new(big.Int).SetBytes(r.Logs[0].Data).Int64() != 1_250_000 ||
		r.Logs[0].Topics[2] != common.BytesToHash(somebody.Bytes()) {
		t.Errorf("receipt %+v", r)
	}
	wants(t, n.URL(), word(1_250_000), "eth_call", call(contract, "balanceOf(address)", somebody.Bytes()), "latest")
	logs := must(n.Client().FilterLogs(ctx, ethereum.FilterQuery{Addresses: []common.Address{contract}, Topics: [][]common.Hash{nil, nil, {common.BytesToHash(somebody.Bytes())}}}))(t)
	if len(logs) != 1 || logs[0].TxHash != tx.Hash() {
		t.Errorf("logs to the wallet: %+v", logs)
	}
	if h := must(n.Client().HeaderByHash(ctx, r.BlockHash))(t); h.Time < uint64(at.Unix()) || h.Time > uint64(at.Unix())+10 {
		t.Errorf("the block is of %d, the clock's time is %d", h.Time, at.Unix())
	}
}

// receipt waits until a transaction is in a block.
func receipt(t *testing.T, c *ethclient.Client, hash common.Hash) *types.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for again := time.NewTicker(5 * time.Millisecond); ; {
		if r, err := c.TransactionReceipt(ctx, hash); err == nil {
			return r
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("%s is in no block", hash)
		}
	}
}

func TestNobodyGetsMoreThanTheChainOverJSONRPC(t *testing.T) {
	t.Parallel()
	n := open(t, node.Config{Folder: t.TempDir(), Listen: "127.0.0.1:0"})
	defer shut(t, n)
	wants(t, n.URL(), "[]", "eth_accounts")
	for _, method := range []string{"admin_stopHTTP", "admin_datadir", "debug_setHead", "personal_listAccounts", "miner_start", "txpool_content", "dev_addWithdrawal", "engine_newPayloadV4", "testing_buildBlockV1"} {
		if got, refused := ask(t, n.URL(), method); !strings.Contains(refused, "does not exist") {
			t.Errorf("%s gives %s %q", method, got, refused)
		}
	}
}

func TestALeapOfAYearMakesNoBlocksAndTimeNeverGoesBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var clock atomic.Int64
	clock.Store(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).Unix())
	n := open(t, node.Config{Folder: t.TempDir(), Now: func() time.Time { return time.Unix(clock.Load(), 0) }})
	defer shut(t, n)
	last := func() *types.Header { t.Helper(); return must(n.Client().HeaderByNumber(ctx, nil))(t) }
	must(n.Fund(ctx, somebody, big.NewInt(1)))(t)
	before := last()
	if before.Time != uint64(clock.Load()) {
		t.Errorf("a block of %d, the clock says %d", before.Time, clock.Load())
	}
	clock.Add(365 * 24 * 3600)
	if err := n.Commit(); err != nil {
		t.Error(err)
	}
	if after := last(); after.Hash() != before.Hash() {
		t.Errorf("the leap made block %v", after.Number)
	}
	must(n.Fund(ctx, somebody, big.NewInt(1)))(t)
	leapt := last()
	if leapt.Time != uint64(clock.Load()) || leapt.Number.Uint64() != before.Number.Uint64()+1 {
		t.Errorf("after the leap block %v of %d, the clock says %d", leapt.Number, leapt.Time, clock.Load())
	}
	clock.Add(-3600)
	must(n.Fund(ctx, somebody, big.NewInt(1)))(t)
	if back := last(); back.Time != leapt.Time+1 {
		t.Errorf("a block of %d after one of %d", back.Time, leapt.Time)
	}
}

func TestAReorganisationTakesBlocksBackAndTheirTransactionsComeAgain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	n := open(t, node.Config{Folder: t.TempDir()})
	defer shut(t, n)
	must(n.Fund(ctx, somebody, big.NewInt(40)))(t)
	hash := must(n.Fund(ctx, somebody, big.NewInt(2)))(t)
	if err := n.Mine(1); err != nil {
		t.Fatal(err)
	}
	first := receipt(t, n.Client(), hash)
	if err := n.Reorg(2); err != nil {
		t.Fatal(err)
	}
	if h := must(n.Client().HeaderByNumber(ctx, first.BlockNumber))(t); h.Hash() == first.BlockHash {
		t.Error("the block is still there")
	}
	again := receipt(t, n.Client(), hash)
	if again.BlockHash == first.BlockHash || again.BlockNumber.Uint64() < first.BlockNumber.Uint64()+2 {
		t.Errorf("mined in block %v, then %v", first.BlockNumber, again.BlockNumber)
	}
	if got := must(n.Client().BalanceAt(ctx, somebody, nil))(t); got.Int64() != 42 {
		t.Errorf("balance %v", got)
	}
	for _, depth := range []int{-1, 0, 65, 1000} {
		if n.Reorg(depth) == nil {
			t.Errorf("%d blocks were taken back", depth)
		}
	}
}

func TestAFolderHasOneProcess(t *testing.T) {
	t.Parallel()
	ctx, folder := t.Context(), t.TempDir()
	n := open(t, node.Config{Folder: folder})
	defer shut(t, n)
	if _, err := node.Open(node.Config{Folder: folder, Log: slog.New(slog.DiscardHandler)}); !errors.Is(err, node.ErrTaken) {
		t.Errorf("the second got %v", err)
	}
	must(n.Fund(ctx, somebody, big.NewInt(9)))(t)
	wants(t, n.URL(), `"0x9"`, "eth_getBalance", somebody, "latest")
}

func TestThePortMovesWhereSomebodyHasIt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	n := open(t, node.Config{Folder: folder})
	url := n.URL()
	shut(t, n)
	other := open(t, node.Config{Folder: t.TempDir(), Listen: strings.TrimPrefix(url, "http://")})
	defer shut(t, other)
	n = open(t, node.Config{Folder: folder})
	defer shut(t, n)
	if n.URL() == url || other.URL() != url {
		t.Errorf("both serve at %s and %s, one should at %s", n.URL(), other.URL(), url)
	}
}

// TestTheFaucetIsTheOneInTheDocumentation, since integrators' scripts have its key.
func TestTheFaucetIsTheOneInTheDocumentation(t *testing.T) {
	t.Parallel()
	page := must(os.ReadFile("../../../docs/chain-sandbox.md"))(t)
	for _, want := range []string{node.Address(node.Faucet()).Hex(), hexutil.Encode(crypto.FromECDSA(node.Faucet())), strconv.Itoa(node.ChainID)} {
		if !strings.Contains(string(page), want) {
			t.Errorf("docs/chain-sandbox.md has no %s", want)
		}
	}
}
