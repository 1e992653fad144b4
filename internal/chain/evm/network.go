// Package evm is the adapter to Ethereum and the chains that speak like it. Nodes may be down, lag or lie: what costs money is asked of all
// of them, and the answer that is worst for us counts. It must not keep keys nor decide when to send.
package evm

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"rampa/internal/chain"
)

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

// Find looks a transaction up at every node. A node has it mined where the block that the receipt names is on that node's chain; it is mined
// when half of the nodes that answer have it so, in one block, and the fewest confirmations count. Unknown is believed only when all who
// answer say so; whatever is in between is Pooled.
func (n *Network) Find(ctx context.Context, hash string) (chain.Sighting, error) {
	seen, err := all(ctx, n, func(ctx context.Context, c *ethclient.Client) (chain.Sighting, error) {
		return find(ctx, c, common.HexToHash(hash))
	})
	if err != nil {
		return chain.Sighting{}, err
	}
	best := chain.Sighting{State: chain.Unknown}
	for _, s := range seen {
		if s.State != chain.Unknown {
			best.State = chain.Pooled
		}
	}
	for _, s := range seen {
		if s.State != chain.Mined {
			continue
		}
		votes := 0
		for _, other := range seen {
			if other.State == chain.Mined && other.Block == s.Block && other.Failed == s.Failed {
				votes++
			}
		}
		if 2*votes >= len(seen) && (best.State != chain.Mined || s.Confirmations < best.Confirmations) {
			best = s
		}
	}
	return best, nil
}

var errFalse = errors.New("the node answers something else than it was asked")

func find(ctx context.Context, c *ethclient.Client, hash common.Hash) (s chain.Sighting, err error) {
	r, err := c.TransactionReceipt(ctx, hash)
	if errors.Is(err, ethereum.NotFound) {
		_, _, err := c.TransactionByHash(ctx, hash)
		if errors.Is(err, ethereum.NotFound) {
			return chain.Sighting{State: chain.Unknown}, nil
		}
		if err != nil {
			return s, err
		}
		return chain.Sighting{State: chain.Pooled}, nil // in a block whose receipt is not there yet counts as waiting
	}
	if err != nil {
		return s, err
	}
	if r.TxHash != hash || r.BlockNumber == nil || r.EffectiveGasPrice == nil {
		return s, errFalse
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
	if tx.Hash() != hash {
		return s, errFalse
	}
	return chain.Sighting{State: chain.Mined, Block: blockOf(h), Confirmations: max(int64(head)-h.Number.Int64()+1, 1), Failed: !moved(tx, r),
		Fee: new(big.Int).Mul(new(big.Int).SetUint64(r.GasUsed), r.EffectiveGasPrice)}, nil
}

var transferred = crypto.Keccak256Hash([]byte("Transfer(address,address,uint256)"))

// moved reports whether a transaction did what it was for: a coin's contract may answer that all is well and move nothing, so a transfer must
// have logged exactly its amount from its sender to its recipient.
func moved(tx *types.Transaction, r *types.Receipt) bool {
	if r.Status != types.ReceiptStatusSuccessful {
		return false
	}
	to, amount, isTransfer := readTransfer(tx.Data())
	if !isTransfer || tx.To() == nil {
		return true
	}
	from, err := types.Sender(types.LatestSignerForChainID(tx.ChainId()), tx)
	if err != nil {
		return false
	}
	for _, l := range r.Logs {
		ours := l.Address == *tx.To() && len(l.Topics) == 3 && l.Topics[0] == transferred && !l.Removed
		if ours && l.Topics[1] == wordOf(from) && l.Topics[2] == wordOf(to) && len(l.Data) == 32 && new(big.Int).SetBytes(l.Data).Cmp(amount) == 0 {
			return true
		}
	}
	return false
}

func wordOf(a common.Address) common.Hash { return common.BytesToHash(a.Bytes()) }

// transferCall is the selector of transfer(address,uint256), balanceCall that of balanceOf(address).
var (
	transferCall = crypto.Keccak256([]byte("transfer(address,uint256)"))[:4]
	balanceCall  = crypto.Keccak256([]byte("balanceOf(address)"))[:4]
)

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

// Spent tells how deep the use of a nonce is: the smallest depth that any node says, 0 while one says that it is free, and 0 as well where
// no more than half of the nodes answer. After this, what was sent with the nonce is made anew, so that one node's word is not enough.
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
	if 2*len(depths) <= len(n.nodes) {
		return 0, nil
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

// depth finds by halving how many blocks ago an address had used a nonce. A node that has no state of an old block any more (most keep 128)
// cannot say that the nonce was used then: the depth is what it can say.
func depth(ctx context.Context, c *ethclient.Client, u use, head uint64) (int64, error) {
	next, err := c.NonceAt(ctx, u.from, new(big.Int).SetUint64(head))
	if err != nil || next <= u.nonce {
		return 0, err
	}
	low, high := uint64(0), head // not known to be used below low, used at high
	if head > deepest {
		low = head - deepest
	}
	for low < high {
		middle := low + (high-low)/2
		next, err := c.NonceAt(ctx, u.from, new(big.Int).SetUint64(middle))
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err == nil && next > u.nonce {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return int64(head - high + 1), nil
}

// What nodes of several makes say to a broadcast, in lower case.
var (
	knownAlready = []string{"already known", "already imported", "alreadyknown", "known transaction"}
	usedAlready  = []string{"nonce too low", "oldnonce", "old nonce", "replacement transaction underpriced", "replacementnotallowed", "could not replace existing"}
	cannotPay    = []string{"insufficient funds", "insufficientfunds", "upfront cost exceeds"}
	tooCheap     = []string{"underpriced", "feetoolow", "less than block base fee", "gas price below"}
	notValid     = []string{"invalid sender", "invalid chain id", "intrinsic gas", "exceeds block gas limit", "rlp:", "failed to decode", "transaction type not supported", "invalid signature"}
)

func says(text string, phrases []string) bool {
	text = strings.ToLower(text)
	for _, p := range phrases {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// Broadcast sends raw bytes to every node. One that took it is enough; that it is refused is believed when all say so.
func (n *Network) Broadcast(ctx context.Context, raw []byte) error {
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(raw); err != nil {
		return chain.ErrRefused.Because(err)
	}
	if tx.ChainId().Cmp(n.id) != 0 {
		return chain.ErrRefused.Because(errors.New("it is a transaction of another chain"))
	}
	replies := everybody(ctx, n, func(ctx context.Context, c *ethclient.Client) (struct{}, error) {
		return struct{}{}, c.SendTransaction(ctx, tx)
	})
	var problems []error
	var used, poor, cheap, invalid int
	for _, r := range replies {
		if r.err == nil || r.said && says(r.err.Error(), knownAlready) {
			return nil
		}
		problems = append(problems, r.err)
		switch text := r.err.Error(); {
		case !r.said:
		case says(text, usedAlready):
			used++
		case says(text, cannotPay):
			poor++
		case says(text, tooCheap):
			cheap++
		case says(text, notValid):
			invalid++
		}
	}
	because := errors.Join(problems...)
	switch {
	case used > 0:
		return chain.ErrUsed.Because(because)
	case poor > 0:
		return chain.ErrFunds.Because(because)
	case cheap > 0:
		return chain.ErrBudget.Because(because) // its fee is too low now: it is replaced when it is stuck
	case invalid == len(replies):
		return chain.ErrRefused.Because(because)
	}
	return chain.ErrUnavailable.Because(because)
}

// Balance gives base units: of several answers the smallest.
func (n *Network) Balance(ctx context.Context, address string, token chain.Token) (*big.Int, error) {
	return n.balance(ctx, address, token, func(ctx context.Context, c *ethclient.Client, call ethereum.CallMsg) ([]byte, *big.Int, error) {
		if call.To != nil {
			out, err := c.CallContract(ctx, call, nil)
			return out, nil, err
		}
		held, err := c.BalanceAt(ctx, call.From, nil)
		return nil, held, err
	})
}

// BalanceAt is the balance after a block, named by its hash: of several answers the smallest. Nodes that have no state of it do not answer.
func (n *Network) BalanceAt(ctx context.Context, address string, token chain.Token, at chain.Block) (*big.Int, error) {
	hash := common.HexToHash(at.Hash)
	return n.balance(ctx, address, token, func(ctx context.Context, c *ethclient.Client, call ethereum.CallMsg) ([]byte, *big.Int, error) {
		if call.To != nil {
			out, err := c.CallContractAtHash(ctx, call, hash)
			return out, nil, err
		}
		held, err := c.BalanceAtHash(ctx, call.From, hash)
		return nil, held, err
	})
}

type balanceQuestion func(ctx context.Context, c *ethclient.Client, call ethereum.CallMsg) (word []byte, held *big.Int, err error)

func (n *Network) balance(ctx context.Context, address string, token chain.Token, question balanceQuestion) (*big.Int, error) {
	of := common.HexToAddress(address)
	call := ethereum.CallMsg{From: of}
	if token.Contract != "" {
		contract := common.HexToAddress(token.Contract)
		call.To, call.Data = &contract, append(append([]byte{}, balanceCall...), common.LeftPadBytes(of.Bytes(), 32)...)
	}
	held, err := all(ctx, n, func(ctx context.Context, c *ethclient.Client) (*big.Int, error) {
		word, held, err := question(ctx, c, call)
		switch {
		case err != nil:
			return nil, err
		case call.To == nil:
			return held, nil
		case len(word) != 32:
			return nil, errors.New("the contract gives no balance")
		}
		return new(big.Int).SetBytes(word), nil
	})
	if err != nil {
		return nil, err
	}
	return smallest(held), nil
}
