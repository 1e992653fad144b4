// Package node is the sandbox's chain: a real EVM node inside the process. Its blocks come when there is a transaction to put into one,
// its data stays in a folder, and it speaks JSON-RPC to any wallet and script. It must not know payments.
package node

import (
	"cmp"
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
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/ethclient"
	gethnode "github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"
)

// ChainID is the chain's own: no public network has it.
const ChainID = 13370

// ErrTaken is given where another process has the folder's chain open.
var ErrTaken = errors.New("another process has this chain open: a sandbox's chain belongs to one process, so give the other sandbox another folder with --data")

// Config is what a Node needs.
type Config struct {
	Folder string           // where its data stays
	Listen string           // host:port of JSON-RPC; port 0 picks one; "": loopback, the port of the last time if it is free, else any
	Now    func() time.Time // the time of its blocks, which still always grows; nil: the machine's
	Log    *slog.Logger
}

// Node is a running chain. It is safe for concurrent use.
type Node struct {
	Config
	stack   *gethnode.Node
	backend *eth.Ethereum
	client  *ethclient.Client
	stop    chan struct{}
	sealed  chan struct{} // closed when the sealer has ended
	sealing sync.Mutex    // one block at a time
	issuing sync.Mutex    // one transaction of ours at a time

	deploying sync.Mutex
	contract  map[string]common.Address // what was deployed
}

// Open starts the chain, or goes on with the one in the folder. Errors: ErrTaken.
func Open(c Config) (*Node, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	hush(c.Log)
	if err := os.MkdirAll(c.Folder, 0o700); err != nil {
		return nil, err
	}
	n := &Node{Config: c, stop: make(chan struct{}), sealed: make(chan struct{}), contract: map[string]common.Address{}}
	if err := n.read("contracts.json", &n.contract); err != nil {
		return nil, err
	}
	if err := n.start(); err != nil {
		return nil, fmt.Errorf("sandbox chain in %s: %w", c.Folder, err)
	}
	return n, nil
}

func (n *Node) start() (err error) {
	conf := gethnode.DefaultConfig
	conf.DataDir, conf.Name, conf.P2P, conf.Logger = n.Folder, "evm", p2p.Config{NoDiscovery: true}, logger(n.Log)
	if conf.HTTPHost, conf.HTTPPort, err = n.address(); err != nil {
		return err
	}
	// Any page and host name may speak to it: it holds no keys and nothing of worth.
	conf.HTTPModules, conf.HTTPCors, conf.HTTPVirtualHosts = []string{"eth", "net", "web3"}, []string{"*"}, []string{"*"}
	conf.IPCPath, conf.UseLightweightKDF = "", true
	if n.stack, err = gethnode.New(&conf); errors.Is(err, gethnode.ErrDatadirUsed) {
		return ErrTaken
	} else if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.stack.Close())
		}
	}()
	if n.backend, err = eth.New(n.stack, settings()); err != nil {
		return err
	}
	n.stack.RegisterAPIs([]rpc.API{{Namespace: "eth", Service: filters.NewFilterAPI(filters.NewFilterSystem(n.backend.APIBackend, filters.Config{}))}})
	if err := n.recover(); err != nil {
		return err
	}
	if err := n.stack.Start(); err != nil {
		return err
	}
	n.backend.SetSynced()
	n.client = ethclient.NewClient(n.stack.Attach())
	go n.seal()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(n.URL(), "http://"))
	if err == nil {
		err = n.write("port.json", json.RawMessage(port))
	}
	return err
}

// settings are a chain with the rules that the public networks have today, with every block kept, in little memory.
func settings() *ethconfig.Config {
	c := ethconfig.Defaults
	rules := *params.AllDevChainProtocolChanges
	rules.ChainID, rules.AmsterdamTime, rules.BogotaTime = big.NewInt(ChainID), nil, nil
	alloc := core.SystemContractAllocs()
	rich := new(big.Int).Mul(big.NewInt(1_000_000_000), big.NewInt(params.Ether))
	maps.Copy(alloc, types.GenesisAlloc{Address(Faucet()): {Balance: rich}, Address(issuer()): {Balance: rich}})
	c.Genesis = &core.Genesis{Config: &rules, GasLimit: c.Miner.GasCeil, Alloc: alloc}
	c.NetworkId, c.SyncMode, c.StateScheme, c.NoPruning = ChainID, ethconfig.FullSync, rawdb.HashScheme, true
	c.SnapshotCache, c.DatabaseCache, c.TrieCleanCache, c.TrieDirtyCache, c.LogNoHistory = 0, 32, 32, 32, true
	c.Miner.GasPrice = big.NewInt(1) // whatever the pool takes is mined
	c.TxPool.Journal, c.TxPool.NoLocals, c.TxPool.AccountQueue, c.TxPool.AccountSlots = "", true, 4096, 4096
	return &c
}

// address is where JSON-RPC is served.
func (n *Node) address() (host string, port int, err error) {
	if n.Listen != "" {
		host, text, err := net.SplitHostPort(n.Listen)
		if err == nil {
			port, err = strconv.Atoi(text)
		}
		return cmp.Or(host, "0.0.0.0"), port, err
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

// URL is where JSON-RPC is served.
func (n *Node) URL() string { return n.stack.HTTPEndpoint() }

// Client speaks to the node inside the process.
func (n *Node) Client() *ethclient.Client { return n.client }

// Close ends the node, once. What was mined stays.
func (n *Node) Close() error {
	close(n.stop)
	<-n.sealed
	n.client.Close()
	return n.stack.Close()
}

// read reads a small file of the folder; one that is not there changes nothing.
func (n *Node) read(name string, into any) error {
	data, err := os.ReadFile(filepath.Join(n.Folder, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(n.Folder, name), err)
	}
	return nil
}

// write replaces a small file of the folder as a whole.
func (n *Node) write(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	path := filepath.Join(n.Folder, name)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
