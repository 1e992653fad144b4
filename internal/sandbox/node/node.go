// Package node is the sandbox's chain: a real EVM node inside the process. Its blocks come when there is a transaction to put into one,
// its data stays in a folder, and it speaks JSON-RPC to any wallet and script. It must not know payments.
package node

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/catalyst"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/ethclient"
	gethlog "github.com/ethereum/go-ethereum/log"
	gethnode "github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"

	"rampa/internal/sandbox/token"
)

// ChainID is the chain's own: no public network has it.
const ChainID = 13370

// Config is what a Node needs.
type Config struct {
	Folder string // where its data stays
	Listen string // address of JSON-RPC; "": loopback, the port of the last time if it is free, else any
	Log    *slog.Logger
}

// Node is a running chain. It is safe for concurrent use.
type Node struct {
	Config
	stack    *gethnode.Node
	backend  *eth.Ethereum
	beacon   *catalyst.SimulatedBeacon
	client   *ethclient.Client
	sealing  sync.Mutex // one block at a time
	issuing  sync.Mutex // one transaction of ours at a time
	stop     chan struct{}
	sealed   chan struct{} // closed when the sealer has ended
	contract map[string]common.Address
}

// Faucet is the key of the address that holds the chain's own coins from the start. It is public: anybody may take coins to test with.
func Faucet() *ecdsa.PrivateKey { return keyOf("rampa sandbox faucet") }

func issuer() *ecdsa.PrivateKey { return keyOf("rampa sandbox issuer") }

func keyOf(text string) *ecdsa.PrivateKey {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte(text)))
	if err != nil {
		panic("node: " + text + " makes no key") // found by the first test
	}
	return key
}

// Address is the address of a key.
func Address(key *ecdsa.PrivateKey) common.Address { return crypto.PubkeyToAddress(key.PublicKey) }

// Open starts the chain, or goes on with the one in the folder.
func Open(c Config) (n *Node, err error) {
	gethlog.SetDefault(gethlog.NewLogger(gethlog.DiscardHandler()))
	if err := os.MkdirAll(c.Folder, 0o700); err != nil {
		return nil, err
	}
	n = &Node{Config: c, stop: make(chan struct{}), sealed: make(chan struct{}), contract: map[string]common.Address{}}
	if err := n.read("contracts.json", &n.contract); err != nil {
		return nil, err
	}
	host, port, err := n.address()
	if err != nil {
		return nil, err
	}
	if err := n.start(host, port); err != nil {
		return nil, fmt.Errorf("sandbox chain: %w", err)
	}
	return n, nil
}

// address is where JSON-RPC is served.
func (n *Node) address() (host string, port int, err error) {
	if n.Listen != "" {
		host, text, err := net.SplitHostPort(n.Listen)
		if err == nil {
			port, err = strconv.Atoi(text)
		}
		return host, port, err
	}
	host = "127.0.0.1"
	if err := n.read("port.json", &port); err != nil || port == 0 {
		return host, 0, err
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return host, 0, nil // somebody else has it now
	}
	return host, port, l.Close()
}

func (n *Node) start(host string, port int) error {
	conf := gethnode.DefaultConfig
	conf.DataDir, conf.Name, conf.P2P = n.Folder, "evm", p2p.Config{NoDiscovery: true}
	conf.HTTPHost, conf.HTTPPort, conf.HTTPModules, conf.HTTPCors, conf.HTTPVirtualHosts = host, port, []string{"eth", "net", "web3"}, []string{"*"}, []string{"*"}
	conf.IPCPath, conf.UseLightweightKDF = "", true
	chain := ethconfig.Defaults
	alloc := core.SystemContractAllocs()
	maps.Copy(alloc, types.GenesisAlloc{Address(Faucet()): {Balance: ether(1_000_000_000)}, Address(issuer()): {Balance: ether(1_000_000_000)}})
	rules := *params.AllDevChainProtocolChanges
	rules.ChainID, rules.AmsterdamTime, rules.BogotaTime = big.NewInt(ChainID), nil, nil // as the public networks are today
	chain.Genesis = &core.Genesis{Config: &rules, GasLimit: ethconfig.Defaults.Miner.GasCeil, Alloc: alloc}
	chain.NetworkId, chain.SyncMode, chain.StateScheme, chain.NoPruning = ChainID, ethconfig.FullSync, rawdb.HashScheme, true
	chain.SnapshotCache, chain.DatabaseCache, chain.TrieCleanCache, chain.TrieDirtyCache, chain.LogNoHistory = 0, 32, 32, 32, true
	chain.TxPool.Journal, chain.TxPool.NoLocals, chain.TxPool.AccountQueue, chain.TxPool.AccountSlots = "", true, 4096, 4096
	stack, err := gethnode.New(&conf)
	if err != nil {
		return err
	}
	n.stack = stack
	if n.backend, err = eth.New(stack, &chain); err != nil {
		return errors.Join(err, stack.Close())
	}
	stack.RegisterAPIs([]rpc.API{{Namespace: "eth", Service: filters.NewFilterAPI(filters.NewFilterSystem(n.backend.APIBackend, filters.Config{}))}})
	if err := stack.Start(); err != nil {
		return errors.Join(err, stack.Close())
	}
	if n.beacon, err = catalyst.NewSimulatedBeacon(0, common.Address{}, n.backend); err != nil {
		return errors.Join(err, stack.Close())
	}
	n.client = ethclient.NewClient(stack.Attach())
	go n.seal()
	_, text, _ := net.SplitHostPort(stack.HTTPEndpoint()[len("http://"):])
	port, _ = strconv.Atoi(text)
	return n.write("port.json", port)
}

// seal makes a block whenever there is a transaction to put into it.
func (n *Node) seal() {
	defer close(n.sealed)
	arrived := make(chan core.NewTxsEvent, 1024)
	sub := n.backend.TxPool().SubscribeTransactions(arrived, true)
	defer sub.Unsubscribe()
	again := time.NewTicker(time.Second) // what no event told of
	defer again.Stop()
	n.Commit()
	for {
		select {
		case <-n.stop:
			return
		case <-arrived:
			n.Commit()
		case <-again.C:
			n.Commit()
		}
	}
}

// Commit makes a block of what waits, if anything does.
func (n *Node) Commit() {
	n.sealing.Lock()
	defer n.sealing.Unlock()
	if err := n.backend.TxPool().Sync(); err != nil {
		return // it is ending
	}
	if pending, _ := n.backend.TxPool().Stats(); pending == 0 {
		return
	}
	n.block()
}

func (n *Node) block() {
	n.beacon.Commit()
	if err := n.backend.ChainDb().SyncKeyValue(); err != nil {
		n.Log.Error("the sandbox's chain could not be written", "error", err)
	}
}

// Mine makes empty blocks, for confirmations.
func (n *Node) Mine(blocks int) {
	n.sealing.Lock()
	defer n.sealing.Unlock()
	for range blocks {
		n.block()
	}
}

// URL is where JSON-RPC is served.
func (n *Node) URL() string { return n.stack.HTTPEndpoint() }

// Client speaks to the node inside the process.
func (n *Node) Client() *ethclient.Client { return n.client }

// Close ends the node. What was mined stays.
func (n *Node) Close() error {
	close(n.stop)
	<-n.sealed
	n.client.Close()
	return errors.Join(n.beacon.Stop(), n.stack.Close())
}

// Deploy gives the contract of a coin on a chain of the matrix, and makes it at the first call.
func (n *Node) Deploy(ctx context.Context, key string, s token.Spec) (common.Address, error) {
	n.issuing.Lock()
	known, ok := n.contract[key]
	n.issuing.Unlock()
	if ok {
		return known, nil
	}
	data, err := token.Creation(s)
	if err != nil {
		return common.Address{}, err
	}
	receipt, err := n.send(ctx, issuer(), &types.DynamicFeeTx{Data: data, Gas: 2_000_000})
	if err != nil {
		return common.Address{}, err
	}
	n.issuing.Lock()
	defer n.issuing.Unlock()
	n.contract[key] = receipt.ContractAddress
	return receipt.ContractAddress, n.write("contracts.json", n.contract)
}

// Mint makes coins, in base units, for an address.
func (n *Node) Mint(ctx context.Context, contract, to common.Address, value *big.Int) (common.Hash, error) {
	data, err := token.Mint(to, value)
	if err != nil {
		return common.Hash{}, err
	}
	r, err := n.send(ctx, issuer(), &types.DynamicFeeTx{To: &contract, Data: data, Gas: 200_000})
	if err != nil {
		return common.Hash{}, err
	}
	return r.TxHash, nil
}

// Fund gives an address the chain's own coins, in wei.
func (n *Node) Fund(ctx context.Context, to common.Address, wei *big.Int) (common.Hash, error) {
	r, err := n.send(ctx, issuer(), &types.DynamicFeeTx{To: &to, Value: wei, Gas: 21_000})
	if err != nil {
		return common.Hash{}, err
	}
	return r.TxHash, nil
}

// send signs a transaction of ours, sends it and waits for its receipt.
func (n *Node) send(ctx context.Context, from *ecdsa.PrivateKey, inner *types.DynamicFeeTx) (*types.Receipt, error) {
	n.issuing.Lock()
	defer n.issuing.Unlock()
	nonce, err := n.client.PendingNonceAt(ctx, Address(from))
	if err != nil {
		return nil, err
	}
	inner.ChainID, inner.Nonce, inner.GasTipCap, inner.GasFeeCap = big.NewInt(ChainID), nonce, big.NewInt(params.GWei), big.NewInt(100*params.GWei)
	tx, err := types.SignNewTx(from, types.LatestSignerForChainID(big.NewInt(ChainID)), inner)
	if err != nil {
		return nil, err
	}
	if err := n.client.SendTransaction(ctx, tx); err != nil {
		return nil, err
	}
	for {
		n.Commit()
		r, err := n.client.TransactionReceipt(ctx, tx.Hash())
		switch {
		case err == nil && r.Status != types.ReceiptStatusSuccessful:
			return nil, fmt.Errorf("transaction %s failed", tx.Hash())
		case err == nil:
			return r, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func ether(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(params.Ether)) }

// read reads a small file of the folder; one that is not there changes nothing.
func (n *Node) read(name string, into any) error {
	data, err := os.ReadFile(filepath.Join(n.Folder, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// write replaces a small file of the folder as a whole.
func (n *Node) write(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	path := filepath.Join(n.Folder, name)
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
