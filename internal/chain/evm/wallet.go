package evm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
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

// Draft takes the first nonce that neither the chain nor the caller has used. Errors: also chain.ErrRefused, where every node says that the
// transfer would fail.
func (w *Wallet) Draft(ctx context.Context, o chain.Order, taken []string) (chain.Draft, error) {
	tx, err := w.unpriced(o)
	if err != nil {
		return chain.Draft{}, err
	}
	if tx.Nonce, err = w.free(ctx, taken); err != nil {
		return chain.Draft{}, err
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
	p, err := w.price(ctx)
	if err != nil {
		return chain.Draft{}, err
	}
	tx.GasTipCap, tx.GasFeeCap = p.tip, p.limit
	return w.draft(ctx, o, tx, p.least())
}

// unpriced is the transaction without nonce, gas and price.
func (w *Wallet) unpriced(o chain.Order) (*types.DynamicFeeTx, error) {
	to := common.HexToAddress(o.To)
	switch {
	case !common.IsHexAddress(o.To) || to == common.Address{}:
		return nil, chain.ErrRefused.Because(errors.New("there is no such recipient"))
	case o.Amount == nil || o.Amount.Sign() <= 0 || o.Amount.BitLen() > 256:
		return nil, chain.ErrRefused.Because(errors.New("there is no such amount"))
	case o.Token.Contract == "":
		return &types.DynamicFeeTx{ChainID: w.network.id, To: &to, Value: new(big.Int).Set(o.Amount)}, nil
	}
	contract := common.HexToAddress(o.Token.Contract)
	if contract == to {
		return nil, chain.ErrRefused.Because(errors.New("what is sent to a token's own contract is lost"))
	}
	return &types.DynamicFeeTx{ChainID: w.network.id, To: &contract, Value: new(big.Int), Data: transferData(to, o.Amount)}, nil
}

// free gives the next nonce.
func (w *Wallet) free(ctx context.Context, taken []string) (uint64, error) {
	mined, err := all(ctx, w.network, func(ctx context.Context, c *ethclient.Client) (uint64, error) { return c.NonceAt(ctx, w.address, nil) })
	if err != nil {
		return 0, err
	}
	next := slices.Max(mined)
	for _, slot := range taken {
		n, err := nonceOf(slot)
		if err != nil {
			return 0, err
		}
		next = max(next, n+1)
	}
	return next, nil
}

// trial is what one node says of a transaction before it is sent.
type trial struct {
	gas  uint64 // 0: it would fail
	poor bool
}

// gas estimates what the transaction takes: the most that a node says, with a fifth to spare. That it would fail is believed when all say so.
func (w *Wallet) gas(ctx context.Context, tx *types.DynamicFeeTx) (uint64, error) {
	call := ethereum.CallMsg{From: w.address, To: tx.To, Value: tx.Value, Data: tx.Data}
	trials, err := all(ctx, w.network, func(ctx context.Context, c *ethclient.Client) (trial, error) {
		n, err := c.EstimateGas(ctx, call)
		switch {
		case err != nil && says(err.Error(), cannotPay):
			return trial{poor: true}, nil
		case err != nil && says(err.Error(), []string{"revert"}):
			return trial{}, nil
		case err != nil || len(tx.Data) == 0:
			return trial{gas: n}, err
		}
		out, err := c.CallContract(ctx, call, nil)
		if err == nil && len(out) > 0 && new(big.Int).SetBytes(out).Sign() == 0 {
			return trial{}, nil // the contract says false; one that says nothing, as Tether's, is fine
		}
		return trial{gas: n}, err
	})
	if err != nil {
		return 0, err
	}
	var most trial
	for _, t := range trials {
		most.gas, most.poor = max(most.gas, t.gas), most.poor || t.poor
	}
	switch {
	case most.gas > 0:
		return most.gas + most.gas/5, nil
	case most.poor:
		return 0, chain.ErrFunds
	}
	return 0, chain.ErrRefused.Because(errors.New("the contract refuses the transfer"))
}

// price is what the chain asks for gas now.
type price struct {
	base, tip *big.Int
	limit     *big.Int // a cap that outlives five full blocks of rising base fees
}

// least is the cap that is worth sending: today's price and an eighth of the base fee, by which it may rise with the next block.
func (p price) least() *big.Int {
	n := new(big.Int).Rsh(p.base, 3)
	return n.Add(n, p.base).Add(n, p.tip)
}

// price asks all nodes: of several answers the middle one counts, so that one that lies does not make us pay.
func (w *Wallet) price(ctx context.Context) (price, error) {
	answers, err := all(ctx, w.network, func(ctx context.Context, c *ethclient.Client) (p price, err error) {
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
		return price{}, err
	}
	var bases, tips []*big.Int
	for _, a := range answers {
		bases, tips = append(bases, a.base), append(tips, a.tip)
	}
	p := price{base: middling(bases), tip: greater(middling(tips), big.NewInt(1))}
	p.limit = new(big.Int).Lsh(p.base, 1)
	p.limit.Add(p.limit, p.tip)
	return p, nil
}

// draft holds a transaction against its budget and what the wallet can pay. Where the budget allows less than the cap, the cap is lowered,
// down to the least that is worth it.
func (w *Wallet) draft(ctx context.Context, o chain.Order, tx *types.DynamicFeeTx, least *big.Int) (chain.Draft, error) {
	gas := new(big.Int).SetUint64(tx.Gas)
	budget := w.budget
	if o.Budget != nil {
		budget = o.Budget
	}
	if budget != nil && new(big.Int).Mul(gas, tx.GasFeeCap).Cmp(budget) > 0 {
		if tx.GasFeeCap = new(big.Int).Div(budget, gas); tx.GasFeeCap.Cmp(least) < 0 {
			return chain.Draft{}, chain.ErrBudget
		}
	}
	most := new(big.Int).Mul(gas, tx.GasFeeCap)
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
	p, err := w.price(ctx)
	if err != nil {
		return chain.Draft{}, err
	}
	least := greater(raised(tx.GasFeeCap), p.least()) // nodes take nothing for less
	tx.GasTipCap, tx.GasFeeCap = greater(raised(tx.GasTipCap), p.tip), greater(least, p.limit)
	return w.draft(ctx, d.Order, tx, greater(least, tx.GasTipCap))
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
