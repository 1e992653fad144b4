package evm_test

import (
	"context"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/params"

	"rampa/internal/chain"
	"rampa/internal/chain/evm"
)

// hostile deploys a contract of testdata/hostile.sol, with a million coins for the treasury.
func (w *three) hostile(t *testing.T, name string) chain.Token {
	t.Helper()
	code, err := os.ReadFile("testdata/" + name + ".bin")
	if err != nil {
		t.Fatal(err)
	}
	return w.coinOf(t, common.FromHex(strings.TrimSpace(string(code))), addressOf("treasury"))
}

func TestATransferCountsByWhatItsContractLogged(t *testing.T) {
	t.Parallel()
	w := open(t)
	for _, c := range []struct {
		coin     string
		failed   bool
		received int64
	}{{"Silent", false, 1_000_000}, {"Refusing", true, 0}, {"Taxed", true, 990_000}, {"Boasting", true, 0}, {"Diverting", true, 0}} {
		t.Run(c.coin, func(t *testing.T) {
			coin := w.hostile(t, c.coin)
			o := chain.Order{To: addressOf("holder of " + c.coin).Hex(), Token: coin, Amount: big.NewInt(1_000_000)}
			d, err := w.wallet.Draft(t.Context(), o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if contract := common.HexToAddress(coin.Contract); c.coin == "Refusing" {
				w.send(t, &contract, nil, crypto.Keccak256([]byte("refuse()"))[:4])
				if _, err := w.wallet.Draft(t.Context(), o, nil); !errors.Is(err, chain.ErrRefused) {
					t.Errorf("a transfer that its contract refuses is drafted: %v", err)
				}
			}
			signed, err := w.wallet.Sign(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			w.broadcast(t, signed.Raw)
			w.mine(t, 1)
			seen, err := w.network.Find(t.Context(), signed.Hash)
			if err != nil || seen.State != chain.Mined || seen.Failed != c.failed {
				t.Errorf("it is %+v, %v", seen, err)
			}
			got, err := w.network.Balance(t.Context(), o.To, coin)
			if err != nil || got.Int64() != c.received {
				t.Errorf("%v arrived, %v; wanted %d", got, err, c.received)
			}
		})
	}
}

func TestACapIsLoweredToItsBudgetWhileThatIsWorthSending(t *testing.T) {
	t.Parallel()
	w := open(t)
	o := w.order()
	usual, err := w.wallet.Draft(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.Budget = new(big.Int).Sub(usual.MaxFee, big.NewInt(1))
	d, err := w.wallet.Draft(t.Context(), o, nil)
	if err != nil || d.MaxFee.Cmp(o.Budget) > 0 || new(big.Int).Sub(o.Budget, d.MaxFee).Cmp(big.NewInt(1_000_000)) > 0 {
		t.Fatalf("%+v, %v for a budget of %s", d, err, o.Budget)
	}
	signed, err := w.wallet.Sign(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	w.broadcast(t, signed.Raw)
	w.mine(t, 1)
	w.wantState(t, signed.Hash, chain.Mined, 1)
	o.Budget = new(big.Int).Div(usual.MaxFee, big.NewInt(4))
	if d, err := w.wallet.Draft(t.Context(), o, nil); !errors.Is(err, chain.ErrBudget) {
		t.Errorf("%+v, %v for a budget of %s", d, err, o.Budget)
	}
	careful, err := evm.NewWallet(t.Context(), w.network, keys{}, "treasury", big.NewInt(params.GWei))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := careful.Draft(t.Context(), w.order(), nil); !errors.Is(err, chain.ErrBudget) {
		t.Errorf("the wallet's own budget: %v", err)
	}
}

func TestOrdersThatLoseCoinsAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t)
	coin := w.coin(t, addressOf("treasury"))
	for name, o := range map[string]chain.Order{
		"to nobody":               {To: common.Address{}.Hex(), Token: native, Amount: big.NewInt(1)},
		"to what is no address":   {To: "0x12", Token: native, Amount: big.NewInt(1)},
		"to the token's contract": {To: coin.Contract, Token: coin, Amount: big.NewInt(1)},
		"of nothing":              {To: addressOf("x").Hex(), Token: coin, Amount: new(big.Int)},
		"of less than nothing":    {To: addressOf("x").Hex(), Token: native, Amount: big.NewInt(-1)},
		"of no amount":            {To: addressOf("x").Hex(), Token: native},
	} {
		if _, err := w.wallet.Draft(t.Context(), o, nil); !errors.Is(err, chain.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABalanceIsToldAsOfABlock(t *testing.T) {
	t.Parallel()
	w := open(t)
	coin := w.coin(t, addressOf("treasury"))
	before, err := w.network.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []chain.Token{native, coin} {
		o := w.order()
		o.Token = token
		d, err := w.wallet.Draft(t.Context(), o, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := w.wallet.Sign(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		w.broadcast(t, signed.Raw)
		w.mine(t, 1)
		now, err := w.network.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[chain.Block]int64{before: 0, now: 1_000_000} {
			got, err := w.network.BalanceAt(t.Context(), o.To, token, at)
			if err != nil || got.Int64() != want {
				t.Errorf("%v at block %d, %v; wanted %d", got, at.Number, err, want)
			}
		}
	}
	w.reorg(t, 2)
	if after, err := w.network.BalanceAt(t.Context(), w.order().To, native, chain.Block{Hash: common.Hash{1}.Hex()}); !errors.Is(err, chain.ErrUnavailable) {
		t.Errorf("at a block that nobody knows: %v, %v", after, err)
	}
}

// crooked says that it has one key and signs with another.
type crooked struct{ keys }

func (c crooked) Sign(ctx context.Context, name string, digest [32]byte) (chain.Signature, error) {
	return c.keys.Sign(ctx, "another", digest)
}

func TestASignatureOfAnotherKeyIsFoundBeforeItIsSent(t *testing.T) {
	t.Parallel()
	w := open(t)
	d, _ := w.pay(t)
	other, err := evm.NewWallet(t.Context(), w.network, crooked{}, "treasury", nil)
	if err != nil {
		t.Fatal(err)
	}
	if signed, err := other.Sign(t.Context(), d); err == nil {
		t.Errorf("%+v was signed", signed)
	}
	// The same draft signed by a wallet that holds nothing is a transaction of that one, which no node takes.
	signed, err := w.world.wallet(t, w.network, "another").Sign(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.network.Broadcast(t.Context(), signed.Raw); !errors.Is(err, chain.ErrFunds) {
		t.Errorf("broadcast: %v", err)
	}
}
