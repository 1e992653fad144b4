package fake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strconv"

	"rampa/internal/chain"
)

// transaction is one, as its raw bytes have it.
type transaction struct {
	From, To, Contract string
	Nonce              uint64
	Amount, Cap, Tip   *big.Int // cap and tip per gas
	Gas                int64
	Salt               uint64 // makes each signature another one
	Sum                string
	hash               string
	raw                []byte
}

func (t *transaction) most() *big.Int { return new(big.Int).Mul(t.Cap, big.NewInt(t.Gas)) }

func (t *transaction) encode() []byte {
	raw, err := json.Marshal(t)
	if err != nil {
		panic("fake: " + err.Error()) // it has nothing that cannot be written
	}
	return raw
}

// seal closes a transaction: its sum stands for a signature.
func (t *transaction) seal() {
	t.Sum = ""
	sum := sha256.Sum256(append([]byte("fake "), t.encode()...))
	t.Sum = hex.EncodeToString(sum[:])
	t.raw = t.encode()
	sum = sha256.Sum256(t.raw)
	t.hash = "0x" + hex.EncodeToString(sum[:])
}

var errForged = errors.New("this is no signed transaction")

func decode(raw []byte) (*transaction, error) {
	t := new(transaction)
	if err := json.Unmarshal(raw, t); err != nil {
		return nil, err
	}
	if t.Sum == "" || t.Amount == nil || t.Cap == nil || t.Tip == nil {
		return nil, errForged
	}
	if t.seal(); !bytes.Equal(t.raw, raw) {
		return nil, errForged
	}
	return t, nil
}

// salt gives another number each time. The chain is locked by the caller.
func (f *Chain) salt() uint64 {
	f.signed++
	return f.signed
}

// Wallet implements chain.Wallet for one address.
type Wallet struct {
	chain   *Chain
	address string
	budget  *big.Int
}

// Wallet gives the wallet of an address. budget is the most that a transaction may cost where an order does not say; nil: anything.
func (f *Chain) Wallet(address string, budget *big.Int) *Wallet { return &Wallet{f, address, budget} }

// Address is where the wallet's coins are.
func (w *Wallet) Address() string { return w.address }

// Draft takes the first nonce that neither the chain nor the caller has used.
func (w *Wallet) Draft(ctx context.Context, o chain.Order, taken []string) (chain.Draft, error) {
	f := w.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	views, err := f.Network().views(ctx)
	if err != nil {
		return chain.Draft{}, err
	}
	t := &transaction{From: w.address, To: o.To, Contract: o.Token.Contract, Amount: new(big.Int).Set(o.Amount), Gas: GasNative}
	if t.Contract != "" {
		t.Gas = GasToken
	}
	for _, v := range views {
		t.Nonce = max(t.Nonce, f.nonceAt(w.address, v))
	}
	for _, slot := range taken {
		n, err := nonceOf(slot)
		if err != nil {
			return chain.Draft{}, err
		}
		t.Nonce = max(t.Nonce, n+1)
	}
	if f.refuses[o.To] {
		return chain.Draft{}, chain.ErrRefused
	}
	t.Tip = big.NewInt(Tip)
	t.Cap = new(big.Int).Add(t.Tip, new(big.Int).Lsh(f.baseFee, 1))
	return w.draft(o, t)
}

// nonceAt is the first free nonce that a node sees.
func (f *Chain) nonceAt(of string, v view) uint64 {
	if v.Blind {
		return 0
	}
	n := f.next[of]
	for _, b := range f.blocks[v.head+1:] {
		for _, e := range b.entries {
			if e.From == of {
				n--
			}
		}
	}
	return n
}

// draft holds a transaction against its budget and what the wallet can pay.
func (w *Wallet) draft(o chain.Order, t *transaction) (chain.Draft, error) {
	budget := w.budget
	if o.Budget != nil {
		budget = o.Budget
	}
	switch {
	case budget != nil && t.most().Cmp(budget) > 0:
		return chain.Draft{}, chain.ErrBudget
	case !w.chain.affords(t), t.Contract != "" && w.chain.has(holding{t.From, t.Contract}).Cmp(t.Amount) < 0:
		return chain.Draft{}, chain.ErrFunds
	}
	return chain.Draft{Order: o, Slots: []string{slotPrefix + strconv.FormatUint(t.Nonce, 10)}, MaxFee: t.most(), Payload: t.encode()}, nil
}

// Replace makes the same transaction for a quarter more, or for today's price where that is higher.
func (w *Wallet) Replace(ctx context.Context, d chain.Draft) (chain.Draft, error) {
	f := w.chain
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.Network().views(ctx); err != nil {
		return chain.Draft{}, err
	}
	t := new(transaction)
	if err := json.Unmarshal(d.Payload, t); err != nil {
		return chain.Draft{}, err
	}
	today := new(big.Int).Add(big.NewInt(Tip), new(big.Int).Lsh(f.baseFee, 1))
	t.Tip = raised(t.Tip)
	if t.Cap = raised(t.Cap); t.Cap.Cmp(today) < 0 {
		t.Cap = today
	}
	return w.draft(d.Order, t)
}

// raised is a quarter more.
func raised(n *big.Int) *big.Int {
	more := new(big.Int).Mul(n, big.NewInt(5))
	return more.Add(more, big.NewInt(3)).Rsh(more, 2)
}

// Sign signs a draft: another signature, and so another hash, each time.
func (w *Wallet) Sign(ctx context.Context, d chain.Draft) (chain.Signed, error) {
	if err := ctx.Err(); err != nil {
		return chain.Signed{}, err
	}
	t := new(transaction)
	if err := json.Unmarshal(d.Payload, t); err != nil {
		return chain.Signed{}, err
	}
	if t.From != w.address {
		return chain.Signed{}, errors.New("the draft is of another wallet")
	}
	w.chain.mu.Lock()
	t.Salt = w.chain.salt()
	w.chain.mu.Unlock()
	t.seal()
	return chain.Signed{Hash: t.hash, Raw: slices.Clone(t.raw)}, nil
}
