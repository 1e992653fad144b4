// Package evm is the adapter to Ethereum and the chains that speak like it. Nodes may be down, lag or lie: what costs money is asked of all
// of them, and the answer that is worst for us counts. It must not keep keys nor decide when to send.
package evm

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"rampa/internal/chain"
)

// callTimeout bounds one question to one node.
const callTimeout = 10 * time.Second

// Config is what an adapter needs.
type Config struct {
	ChainID   int64
	Endpoints []string // JSON-RPC URLs; the first is preferred
}

// Network implements chain.Network.
type Network struct {
	id    *big.Int
	nodes []*endpoint
}

type endpoint struct {
	name   string // host, without what may be secret
	client *ethclient.Client
}

// Dial connects to all endpoints. Those that do not answer now may later; one that serves another chain is refused.
func Dial(ctx context.Context, c Config) (*Network, error) {
	n := &Network{id: big.NewInt(c.ChainID)}
	for _, raw := range c.Endpoints {
		u, err := url.Parse(raw)
		if err != nil {
			return nil, errors.New("an endpoint's URL cannot be read")
		}
		client, err := ethclient.DialContext(ctx, raw)
		if err != nil {
			return nil, fmt.Errorf("endpoint %s: %w", u.Host, withoutURL(err))
		}
		n.nodes = append(n.nodes, &endpoint{u.Host, client})
	}
	if len(n.nodes) == 0 {
		return nil, errors.New("a chain needs an endpoint")
	}
	for _, e := range n.nodes {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		id, err := e.client.ChainID(ctx)
		cancel()
		if err == nil && id.Cmp(n.id) != 0 {
			return nil, fmt.Errorf("endpoint %s serves chain %s and not %s", e.name, id, n.id)
		}
	}
	return n, nil
}

// withoutURL keeps addresses of endpoints, which may hold keys, out of logs.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// Close hangs up.
func (n *Network) Close() {
	for _, e := range n.nodes {
		e.client.Close()
	}
}

// first asks one node after another until one answers.
func first[T any](ctx context.Context, n *Network, ask func(ctx context.Context, c *ethclient.Client) (T, error)) (T, error) {
	var none T
	var problems []error
	for _, e := range n.nodes {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		answer, err := ask(ctx, e.client)
		cancel()
		if err == nil {
			return answer, nil
		}
		problems = append(problems, fmt.Errorf("%s: %w", e.name, withoutURL(err)))
	}
	return none, chain.ErrUnavailable.Because(errors.Join(problems...))
}

// all asks every node, and gives the answers of those that did.
func all[T any](ctx context.Context, n *Network, ask func(ctx context.Context, c *ethclient.Client) (T, error)) ([]T, error) {
	var answers []T
	var problems []error
	for _, e := range n.nodes {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		answer, err := ask(ctx, e.client)
		cancel()
		if err == nil {
			answers = append(answers, answer)
		} else {
			problems = append(problems, fmt.Errorf("%s: %w", e.name, withoutURL(err)))
		}
	}
	if len(answers) == 0 {
		return nil, chain.ErrUnavailable.Because(errors.Join(problems...))
	}
	return answers, nil
}

// Head gives the newest block.
func (n *Network) Head(ctx context.Context) (chain.Block, error) {
	return first(ctx, n, func(ctx context.Context, c *ethclient.Client) (chain.Block, error) {
		h, err := c.HeaderByNumber(ctx, nil)
		if err != nil {
			return chain.Block{}, err
		}
		return blockOf(h), nil
	})
}

func blockOf(h *types.Header) chain.Block {
	return chain.Block{Number: h.Number.Int64(), Hash: h.Hash().Hex(), Time: time.Unix(int64(h.Time), 0).UTC()}
}

// Find looks a transaction up at every node. Mined is believed where the block that the receipt names is on that node's chain; of several
// nodes the fewest confirmations count. Unknown is believed only when all who answer say so.
func (n *Network) Find(ctx context.Context, hash string) (chain.Sighting, error) {
	seen, err := all(ctx, n, func(ctx context.Context, c *ethclient.Client) (chain.Sighting, error) {
		return find(ctx, c, common.HexToHash(hash))
	})
	if err != nil {
		return chain.Sighting{}, err
	}
	best := chain.Sighting{State: chain.Unknown}
	for _, s := range seen {
		switch {
		case s.State == chain.Mined && (best.State != chain.Mined || s.Confirmations < best.Confirmations), s.State == chain.Pooled && best.State == chain.Unknown:
			best = s
		}
	}
	return best, nil
}

func find(ctx context.Context, c *ethclient.Client, hash common.Hash) (s chain.Sighting, err error) {
	r, err := c.TransactionReceipt(ctx, hash)
	if errors.Is(err, ethereum.NotFound) {
		_, pending, err := c.TransactionByHash(ctx, hash)
		if errors.Is(err, ethereum.NotFound) {
			return chain.Sighting{State: chain.Unknown}, nil
		}
		if err != nil {
			return s, err
		}
		_ = pending // in a block whose receipt is not there yet counts as waiting
		return chain.Sighting{State: chain.Pooled}, nil
	}
	if err != nil {
		return s, err
	}
	h, err := c.HeaderByNumber(ctx, r.BlockNumber)
	if errors.Is(err, ethereum.NotFound) || err == nil && h.Hash() != r.BlockHash {
		return chain.Sighting{State: chain.Pooled}, nil // its block is not on the chain
	}
	if err != nil {
		return s, err
	}
	head, err := c.BlockNumber(ctx)
	if err != nil {
		return s, err
	}
	tx, _, err := c.TransactionByHash(ctx, hash)
	if err != nil {
		return s, err
	}
	return chain.Sighting{State: chain.Mined, Block: blockOf(h), Confirmations: max(int64(head)-h.Number.Int64()+1, 1), Failed: !moved(tx, r),
		Fee: new(big.Int).Mul(new(big.Int).SetUint64(r.GasUsed), r.EffectiveGasPrice)}, nil
}

var transferred = crypto.Keccak256Hash([]byte("Transfer(address,address,uint256)"))

// moved reports whether a transaction did what it was for: a coin's contract may answer that all is well and move nothing, so a transfer must
// have logged exactly its amount to its recipient.
func moved(tx *types.Transaction, r *types.Receipt) bool {
	if r.Status != types.ReceiptStatusSuccessful {
		return false
	}
	to, amount, isTransfer := readTransfer(tx.Data())
	if !isTransfer {
		return true
	}
	for _, l := range r.Logs {
		if l.Address == *tx.To() && len(l.Topics) == 3 && l.Topics[0] == transferred && common.BytesToAddress(l.Topics[2].Bytes()) == to && new(big.Int).SetBytes(l.Data).Cmp(amount) == 0 {
			return true
		}
	}
	return false
}

// transferCall is the selector of transfer(address,uint256).
var transferCall = crypto.Keccak256([]byte("transfer(address,uint256)"))[:4]

func transferData(to common.Address, amount *big.Int) []byte {
	data := append([]byte{}, transferCall...)
	data = append(data, common.LeftPadBytes(to.Bytes(), 32)...)
	return append(data, common.LeftPadBytes(amount.Bytes(), 32)...)
}

func readTransfer(data []byte) (to common.Address, amount *big.Int, ok bool) {
	if len(data) != 68 || string(data[:4]) != string(transferCall) {
		return to, nil, false
	}
	return common.BytesToAddress(data[4:36]), new(big.Int).SetBytes(data[36:]), true
}

// Spent tells how deep the use of a nonce is: the smallest depth that any node says, 0 while one says that it is free.
func (n *Network) Spent(ctx context.Context, from, slot string) (int64, error) {
	nonce, err := nonceOf(slot)
	if err != nil {
		return 0, err
	}
	depths, err := all(ctx, n, func(ctx context.Context, c *ethclient.Client) (int64, error) {
		head, err := c.BlockNumber(ctx)
		if err != nil {
			return 0, err
		}
		return depth(ctx, c, use{common.HexToAddress(from), nonce}, head)
	})
	if err != nil {
		return 0, err
	}
	least := depths[0]
	for _, d := range depths {
		least = min(least, d)
	}
	return least, nil
}

type use struct {
	from  common.Address
	nonce uint64
}

// deepest is how many blocks back a use is looked for; what is deeper counts as this deep.
const deepest = 4096

// depth finds by halving how many blocks ago an address had used a nonce.
func depth(ctx context.Context, c *ethclient.Client, u use, head uint64) (int64, error) {
	usedAt := func(block uint64) (bool, error) {
		next, err := c.NonceAt(ctx, u.from, new(big.Int).SetUint64(block))
		return next > u.nonce, err
	}
	used, err := usedAt(head)
	if err != nil || !used {
		return 0, err
	}
	low, high := uint64(0), head // not known to be used at low, used at high
	if head > deepest {
		low = head - deepest
	}
	for low < high {
		middle := low + (high-low)/2
		used, err := usedAt(middle)
		if err != nil {
			return int64(head - high + 1), nil // a node without old states: as deep as it can tell
		}
		if used {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return int64(head - high + 1), nil
}

// Broadcast sends raw bytes to every node. One that took it is enough.
func (n *Network) Broadcast(ctx context.Context, raw []byte) error {
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(raw); err != nil {
		return chain.ErrRefused.Because(err)
	}
	var problems []error
	taken := false
	for _, e := range n.nodes {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		err := e.client.SendTransaction(ctx, tx)
		cancel()
		if err == nil || strings.Contains(err.Error(), "already known") || strings.Contains(err.Error(), "already imported") {
			taken = true
		} else {
			problems = append(problems, fmt.Errorf("%s: %w", e.name, withoutURL(err)))
		}
	}
	if taken {
		return nil
	}
	all := errors.Join(problems...)
	switch text := all.Error(); {
	case strings.Contains(text, "nonce too low"):
		return chain.ErrUsed.Because(all)
	case strings.Contains(text, "insufficient funds"):
		return chain.ErrFunds.Because(all)
	case strings.Contains(text, "underpriced"):
		return chain.ErrBudget.Because(all) // its fee is too low now: it is replaced when it is stuck
	case strings.Contains(text, "invalid sender"), strings.Contains(text, "invalid chain id"), strings.Contains(text, "intrinsic gas"), strings.Contains(text, "exceeds block gas limit"):
		return chain.ErrRefused.Because(all)
	}
	return chain.ErrUnavailable.Because(all)
}

// Balance gives base units: of several answers the smallest.
func (n *Network) Balance(ctx context.Context, address string, token chain.Token) (*big.Int, error) {
	held, err := all(ctx, n, func(ctx context.Context, c *ethclient.Client) (*big.Int, error) {
		if token.Contract == "" {
			return c.BalanceAt(ctx, common.HexToAddress(address), nil)
		}
		contract := common.HexToAddress(token.Contract)
		data := append(crypto.Keccak256([]byte("balanceOf(address)"))[:4], common.LeftPadBytes(common.HexToAddress(address).Bytes(), 32)...)
		out, err := c.CallContract(ctx, ethereum.CallMsg{To: &contract, Data: data}, nil)
		if err != nil {
			return nil, err
		}
		if len(out) != 32 {
			return nil, errors.New("the contract gives no balance")
		}
		return new(big.Int).SetBytes(out), nil
	})
	if err != nil {
		return nil, err
	}
	least := held[0]
	for _, h := range held {
		if h.Cmp(least) < 0 {
			least = h
		}
	}
	return least, nil
}
