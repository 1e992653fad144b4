package evm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rlp"

	"rampa/internal/chain"
)

// Wallet implements chain.Wallet for one key.
type Wallet struct {
	network *Network
	signer  chain.Signer
	key     string
	address common.Address
	budget  *big.Int
}

// NewWallet makes the wallet of a signer's key. budget is the most that a transaction may cost where an order does not say, in wei.
func NewWallet(ctx context.Context, n *Network, signer chain.Signer, key string, budget *big.Int) (*Wallet, error) {
	public, err := signer.Public(ctx, key)
	if err != nil {
		return nil, err
	}
	p, err := crypto.DecompressPubkey(public)
	if err != nil {
		return nil, err
	}
	return &Wallet{n, signer, key, crypto.PubkeyToAddress(*p), budget}, nil
}

// Address is where the wallet's coins are.
func (w *Wallet) Address() string { return w.address.Hex() }

const slotPrefix = "nonce/"

func nonceOf(slot string) (uint64, error) {
	text, ok := strings.CutPrefix(slot, slotPrefix)
	n, err := strconv.ParseUint(text, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("%q is no slot of an EVM chain", slot)
	}
	return n, nil
}

// Draft takes the first nonce that neither the chain nor the caller has used.
func (w *Wallet) Draft(ctx context.Context, o chain.Order, taken []string) (chain.Draft, error) {
	nonce, err := w.free(ctx, taken)
	if err != nil {
		return chain.Draft{}, err
	}
	tx := &types.DynamicFeeTx{ChainID: w.network.id, Nonce: nonce}
	to := common.HexToAddress(o.To)
	if o.Token.Contract == "" {
		tx.To, tx.Value = &to, new(big.Int).Set(o.Amount)
	} else {
		contract := common.HexToAddress(o.Token.Contract)
		tx.To, tx.Value, tx.Data = &contract, new(big.Int), transferData(to, o.Amount)
	}
	held, err := w.network.Balance(ctx, w.Address(), o.Token)
	if err != nil {
		return chain.Draft{}, err
	}
	if held.Cmp(o.Amount) < 0 {
		return chain.Draft{}, chain.ErrFunds
	}
	if tx.Gas, err = w.gas(ctx, tx); err != nil {
		return chain.Draft{}, err
	}
	if tx.GasTipCap, tx.GasFeeCap, err = w.price(ctx); err != nil {
		return chain.Draft{}, err
	}
	return w.draft(ctx, o, tx)
}

// free gives the next nonce.
func (w *Wallet) free(ctx context.Context, taken []string) (uint64, error) {
	mined, err := all(ctx, w.network, func(ctx context.Context, c *ethclient.Client) (uint64, error) { return c.NonceAt(ctx, w.address, nil) })
	if err != nil {
		return 0, err
	}
	var next uint64
	for _, m := range mined {
		next = max(next, m)
	}
	for _, slot := range taken {
		n, err := nonceOf(slot)
		if err != nil {
			return 0, err
		}
		next = max(next, n+1)
	}
	return next, nil
}

// gas estimates what the transaction takes, with a fifth to spare.
func (w *Wallet) gas(ctx context.Context, tx *types.DynamicFeeTx) (uint64, error) {
	estimate, err := first(ctx, w.network, func(ctx context.Context, c *ethclient.Client) (uint64, error) {
		n, err := c.EstimateGas(ctx, ethereum.CallMsg{From: w.address, To: tx.To, Value: tx.Value, Data: tx.Data})
		if err != nil && strings.Contains(err.Error(), "reverted") {
			return 0, nil // every node would say so
		}
		return n, err
	})
	switch {
	case err != nil && strings.Contains(errors.Unwrap(err).Error(), "insufficient funds"):
		return 0, chain.ErrFunds.Because(err)
	case err != nil:
		return 0, err
	case estimate == 0:
		return 0, chain.ErrRefused.Because(errors.New("the contract refuses the transfer"))
	}
	return estimate + estimate/5, nil
}

// price gives tip and cap: the cap outlives six full blocks of rising base fees.
func (w *Wallet) price(ctx context.Context) (tip, limit *big.Int, err error) {
	type prices struct{ tip, base *big.Int }
	p, err := first(ctx, w.network, func(ctx context.Context, c *ethclient.Client) (p prices, err error) {
		if p.tip, err = c.SuggestGasTipCap(ctx); err != nil {
			return p, err
		}
		h, err := c.HeaderByNumber(ctx, nil)
		if err == nil && h.BaseFee == nil {
			err = errors.New("the chain has no base fee (EIP-1559)")
		}
		if err == nil {
			p.base = h.BaseFee
		}
		return p, err
	})
	if err != nil {
		return nil, nil, err
	}
	if p.tip.Sign() == 0 {
		p.tip = big.NewInt(1)
	}
	return p.tip, new(big.Int).Add(p.tip, new(big.Int).Mul(p.base, big.NewInt(2))), nil
}

// draft holds a transaction against its budget and what the wallet can pay.
func (w *Wallet) draft(ctx context.Context, o chain.Order, tx *types.DynamicFeeTx) (chain.Draft, error) {
	most := new(big.Int).Mul(new(big.Int).SetUint64(tx.Gas), tx.GasFeeCap)
	budget := w.budget
	if o.Budget != nil {
		budget = o.Budget
	}
	if budget != nil && most.Cmp(budget) > 0 {
		return chain.Draft{}, chain.ErrBudget
	}
	held, err := w.network.Balance(ctx, w.Address(), chain.Token{})
	if err != nil {
		return chain.Draft{}, err
	}
	if held.Cmp(new(big.Int).Add(most, tx.Value)) < 0 {
		return chain.Draft{}, chain.ErrFunds
	}
	payload, err := rlp.EncodeToBytes(tx)
	return chain.Draft{Order: o, Slots: []string{slotPrefix + strconv.FormatUint(tx.Nonce, 10)}, MaxFee: most, Payload: payload}, err
}

// Replace makes the same transaction for a quarter more, or for today's price where that is higher.
func (w *Wallet) Replace(ctx context.Context, d chain.Draft) (chain.Draft, error) {
	tx := new(types.DynamicFeeTx)
	if err := rlp.DecodeBytes(d.Payload, tx); err != nil {
		return chain.Draft{}, err
	}
	tip, limit, err := w.price(ctx)
	if err != nil {
		return chain.Draft{}, err
	}
	tx.GasTipCap, tx.GasFeeCap = greater(raised(tx.GasTipCap), tip), greater(raised(tx.GasFeeCap), limit)
	return w.draft(ctx, d.Order, tx)
}

// raised is a quarter more, and at least one: nodes ask for a tenth.
func raised(n *big.Int) *big.Int {
	more := new(big.Int).Div(n, big.NewInt(4))
	return more.Add(more, n).Add(more, big.NewInt(1))
}

func greater(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

// Sign signs a draft.
func (w *Wallet) Sign(ctx context.Context, d chain.Draft) (chain.Signed, error) {
	inner := new(types.DynamicFeeTx)
	if err := rlp.DecodeBytes(d.Payload, inner); err != nil {
		return chain.Signed{}, err
	}
	rules := types.LatestSignerForChainID(w.network.id)
	tx := types.NewTx(inner)
	s, err := w.signer.Sign(ctx, w.key, rules.Hash(tx))
	if err != nil {
		return chain.Signed{}, err
	}
	signed, err := tx.WithSignature(rules, bytes.Join([][]byte{s.R[:], s.S[:], {s.V}}, nil))
	if err != nil {
		return chain.Signed{}, err
	}
	if from, err := types.Sender(rules, signed); err != nil || from != w.address {
		return chain.Signed{}, errors.New("the signer signed with another key")
	}
	raw, err := signed.MarshalBinary()
	return chain.Signed{Hash: signed.Hash().Hex(), Raw: raw}, err
}

// Signed reports whether the holder of an address signed a text as wallets do (EIP-191, personal_sign).
func Signed(address, text, signature string) bool {
	s := common.FromHex(signature)
	if len(s) != 65 || len(signature) != 132 {
		return false
	}
	if s[64] >= 27 {
		s[64] -= 27
	}
	hash := crypto.Keccak256([]byte(fmt.Sprintf("\x19Ethereum Signed Message:\n%d%s", len(text), text)))
	key, err := crypto.SigToPub(hash, s)
	return err == nil && strings.EqualFold(crypto.PubkeyToAddress(*key).Hex(), address)
}
