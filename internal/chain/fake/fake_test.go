package fake_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"rampa/internal/chain"
	"rampa/internal/chain/chaintest"
	"rampa/internal/chain/fake"
	"rampa/internal/money"
)

var (
	native = chain.Token{Asset: money.Asset{Code: "ETH", Scale: 9}, Decimals: 18}
	token  = chain.Token{Asset: money.Asset{Code: "USDC", Scale: 6}, Contract: fake.Address("USDC"), Decimals: 6}
)

func open(seed uint64) *fake.Chain {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	return fake.New(fake.Config{Now: func() time.Time { return at }, Rand: rand.New(rand.NewPCG(seed, 5))})
}

func fund(f *fake.Chain, to string) {
	f.Fund(to, native, new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil))
	f.Fund(to, token, big.NewInt(1_000_000_000_000))
}

func TestTheFakePassesTheSuite(t *testing.T) {
	t.Parallel()
	chaintest.Run(t, func(t *testing.T) chaintest.Harness {
		f := open(1)
		w := f.Wallet(fake.Address("treasury"), nil)
		fund(f, w.Address())
		recipients := 0
		return chaintest.Harness{
			Network: f.Network(), Wallet: w, Poor: f.Wallet(fake.Address("poor"), nil), Native: native, Token: token,
			Partial: f.Some(2), Dead: f.Some(),
			Recipient: func(*testing.T) string { recipients++; return fake.Address(fmt.Sprint("recipient ", recipients)) },
			Mine:      func(_ *testing.T, n int) { f.Mine(n) },
			Reorg:     func(_ *testing.T, n int) { f.Reorg(n, fake.Return) },
		}
	})
}
