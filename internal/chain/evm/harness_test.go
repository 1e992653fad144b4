package evm_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/ethclient/simulated"
	gethlog "github.com/ethereum/go-ethereum/log"
	gethnode "github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/params"

	"rampa/internal/chain"
	"rampa/internal/chain/chaintest"
	"rampa/internal/chain/evm"
	"rampa/internal/money"
	"rampa/internal/sandbox/token"
)

var native = chain.Token{Asset: money.Asset{Code: "ETH", Scale: 9}, Decimals: 18}

// world is a node that mines when it is told to, with an address that has coins.
type world struct {
	url    string
	client *ethclient.Client
	id     int64
	mine   func(t *testing.T, blocks int)
	reorg  func(t *testing.T, depth int)
}

func keyOf(name string) *ecdsa.PrivateKey {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte(name)))
	if err != nil {
		panic(err)
	}
	return key
}

func addressOf(name string) common.Address { return crypto.PubkeyToAddress(keyOf(name).PublicKey) }

func ether(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(params.Ether)) }

var quiet = sync.OnceFunc(func() { gethlog.SetDefault(gethlog.NewLogger(gethlog.DiscardHandler())) })

// geth starts go-ethereum's own node in this process.
func geth(t *testing.T) *world {
	t.Helper()
	quiet()
	var backend *simulated.Backend
	port := 0
	for range 5 { // somebody else may take the port in between
		if backend, port = tryGeth(t); backend != nil {
			break
		}
	}
	if backend == nil {
		t.Fatal("the node does not start")
	}
	w := &world{url: fmt.Sprintf("http://127.0.0.1:%d", port), id: 1337}
	w.dial(t)
	t.Cleanup(func() { _ = backend.Close() })
	w.mine = func(t *testing.T, blocks int) {
		t.Helper()
		for range blocks {
			backend.Commit()
		}
		w.settle(t)
	}
	w.reorg = func(t *testing.T, depth int) {
		t.Helper()
		head, err := w.client.BlockNumber(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		parent, err := w.client.HeaderByNumber(t.Context(), new(big.Int).SetUint64(head-uint64(depth)))
		if err != nil {
			t.Fatal(err)
		}
		if err := backend.Fork(parent.Hash()); err != nil {
			t.Fatal(err)
		}
		backend.Rollback()
		for range depth + 1 {
			backend.Commit()
		}
	}
	return w
}

func tryGeth(t *testing.T) (backend *simulated.Backend, port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if problem := recover(); problem != nil {
			t.Logf("port %d: %v", port, problem)
			backend = nil
		}
	}()
	backend = simulated.NewBackend(types.GenesisAlloc{addressOf("faucet"): {Balance: ether(1_000_000)}}, func(n *gethnode.Config, _ *ethconfig.Config) {
		n.HTTPHost, n.HTTPPort, n.HTTPModules, n.IPCPath = "127.0.0.1", port, []string{"eth", "txpool"}, ""
	})
	return backend, port
}

// settle waits until the pool has seen the newest block: nothing waits in it any more.
func (w *world) settle(t *testing.T) {
	t.Helper()
	w.until(t, func() bool {
		var status map[string]hexutil.Uint
		return w.client.Client().CallContext(t.Context(), &status, "txpool_status") == nil && status["pending"] == 0
	})
}

func (w *world) until(t *testing.T, done func() bool) {
	t.Helper()
	tick, limit := time.NewTicker(2*time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("it does not come true")
		}
	}
}

// anvil starts Foundry's node, which shares no line with go-ethereum.
func anvil(t *testing.T) *world {
	t.Helper()
	program, err := anvilProgram()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "--no-mining", "--host", "127.0.0.1", "--port", "0", "--accounts", "1", "--chain-id", "31337")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	w := &world{id: 31337}
	lines := bufio.NewScanner(out)
	for w.url == "" && lines.Scan() {
		if at, found := strings.CutPrefix(lines.Text(), "Listening on "); found {
			w.url = "http://" + at
		}
	}
	if w.url == "" {
		t.Fatal("anvil does not listen")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	w.dial(t)
	w.rpc(t, "anvil_setBalance", addressOf("faucet"), (*hexutil.Big)(ether(1_000_000)))
	w.mine = func(t *testing.T, blocks int) { t.Helper(); w.rpc(t, "anvil_mine", hexutil.Uint64(blocks)) }
	w.reorg = func(t *testing.T, depth int) {
		t.Helper()
		w.rpc(t, "anvil_reorg", depth, []any{})
		w.rpc(t, "anvil_dropAllTransactions")
		w.rpc(t, "anvil_mine", hexutil.Uint64(1))
	}
	return w
}

// anvilProgram gives the program of the lock file's package, installed when it is not there yet.
var anvilProgram = sync.OnceValues(func() (string, error) {
	const dir = "anvil"
	inside := filepath.Join("node_modules", "@foundry-rs", "anvil-"+runtime.GOOS+"-"+runtime.GOARCH, "bin", "anvil")
	if _, err := os.Stat(filepath.Join(dir, inside)); err == nil {
		return filepath.Join(dir, inside), nil
	}
	npm := exec.Command("npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm install: %w\n%s", err, out)
	}
	_, err := os.Stat(filepath.Join(dir, inside))
	return filepath.Join(dir, inside), err
})

func (w *world) dial(t *testing.T) {
	t.Helper()
	var err error
	if w.client, err = ethclient.DialContext(t.Context(), w.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.client.Close)
}

func (w *world) rpc(t *testing.T, method string, params ...any) {
	t.Helper()
	if err := w.client.Client().CallContext(t.Context(), nil, method, params...); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

// send mines a transaction of the faucet, and gives the contract that it makes.
func (w *world) send(t *testing.T, to *common.Address, value *big.Int, data []byte) common.Address {
	t.Helper()
	ctx := t.Context()
	nonce, err := w.client.NonceAt(ctx, addressOf("faucet"), nil)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := types.SignNewTx(keyOf("faucet"), types.LatestSignerForChainID(big.NewInt(w.id)), &types.DynamicFeeTx{ChainID: big.NewInt(w.id), Nonce: nonce,
		To: to, Value: value, Data: data, Gas: 2_000_000, GasTipCap: big.NewInt(params.GWei), GasFeeCap: big.NewInt(100 * params.GWei)})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.client.SendTransaction(ctx, tx); err != nil {
		t.Fatal(err)
	}
	w.mine(t, 1)
	r, err := w.client.TransactionReceipt(ctx, tx.Hash())
	if err != nil || r.Status != types.ReceiptStatusSuccessful {
		t.Fatalf("receipt %+v, %v", r, err)
	}
	return r.ContractAddress
}

func (w *world) fund(t *testing.T, to common.Address) {
	t.Helper()
	w.send(t, &to, ether(1000), nil)
}

func (w *world) coin(t *testing.T, holder common.Address) chain.Token {
	t.Helper()
	creation, err := token.Creation(token.Spec{Name: "USD Coin", Symbol: "USDC", Decimals: 6})
	if err != nil {
		t.Fatal(err)
	}
	return w.coinOf(t, creation, holder)
}

// coinOf deploys a contract with a mint function, and gives a holder a million coins.
func (w *world) coinOf(t *testing.T, creation []byte, holder common.Address) chain.Token {
	t.Helper()
	contract := w.send(t, nil, nil, creation)
	data, err := token.Mint(holder, big.NewInt(1_000_000_000_000))
	if err != nil {
		t.Fatal(err)
	}
	w.send(t, &contract, nil, data)
	return chain.Token{Asset: money.Asset{Code: "USDC", Scale: 6}, Contract: contract.Hex(), Decimals: 6}
}

// keys signs with keys that come from their names.
type keys struct{}

func (keys) Public(_ context.Context, name string) ([]byte, error) {
	return crypto.CompressPubkey(&keyOf(name).PublicKey), nil
}

func (keys) Sign(_ context.Context, name string, digest [32]byte) (s chain.Signature, err error) {
	out, err := crypto.Sign(digest[:], keyOf(name))
	if err != nil {
		return s, err
	}
	copy(s.R[:], out[:32])
	copy(s.S[:], out[32:64])
	s.V = out[64]
	return s, nil
}

func (w *world) network(t *testing.T, endpoints ...string) *evm.Network {
	t.Helper()
	n, err := evm.Dial(t.Context(), evm.Config{ChainID: w.id, Endpoints: endpoints, Timeout: patient})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

func (w *world) wallet(t *testing.T, n *evm.Network, key string) *evm.Wallet {
	t.Helper()
	wallet, err := evm.NewWallet(t.Context(), n, keys{}, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return wallet
}

// dead is an endpoint that never answers.
func (w *world) dead(t *testing.T) string {
	t.Helper()
	l := w.liar(t)
	l.say("", resets, "*")
	return l.url
}

func (w *world) harness(t *testing.T) chaintest.Harness {
	t.Helper()
	n := w.network(t, w.url)
	treasury := w.wallet(t, n, "treasury")
	w.fund(t, addressOf("treasury"))
	recipients := 0
	return chaintest.Harness{
		Network: n, Partial: w.network(t, w.dead(t), w.url), Dead: w.network(t, w.dead(t), w.dead(t)),
		Wallet: treasury, Poor: w.wallet(t, n, "poor"), Native: native, Token: w.coin(t, addressOf("treasury")),
		Recipient: func(*testing.T) string { recipients++; return addressOf(fmt.Sprint("recipient ", recipients)).Hex() },
		Mine:      w.mine, Reorg: w.reorg,
	}
}

func TestTheAdapterPassesTheSuiteOnGoEthereum(t *testing.T) {
	t.Parallel()
	chaintest.Run(t, func(t *testing.T) chaintest.Harness { return geth(t).harness(t) })
}

func TestTheAdapterPassesTheSuiteOnAnvil(t *testing.T) {
	t.Parallel()
	chaintest.Run(t, func(t *testing.T) chaintest.Harness { return anvil(t).harness(t) })
}
