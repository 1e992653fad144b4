package app

import (
	"context"
	"fmt"
	"math/big"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/chain"
	"rampa/internal/chain/evm"
	"rampa/internal/chain/rules"
	"rampa/internal/chain/signer"
	"rampa/internal/errs"
	"rampa/internal/ledger"
	"rampa/internal/money"
	"rampa/internal/payout"
	"rampa/internal/sandbox/node"
	"rampa/internal/sandbox/token"
)

// chains are the networks that coins are sent on, with what a sandbox has of its own.
type chains struct {
	networks map[string]payout.Chain // by the matrix's code
	keys     *signer.Keystore
	node     *node.Node // nil in production
}

// startup bounds what is asked of a chain before the server is ready.
const startup = 30 * time.Second

// newChains starts the sandbox's own chain, and gives the matrix as it is there: the contracts are the sandbox's.
func newChains(w *world, s *storage, matrix *asset.Matrix) (c chains, moved *asset.Matrix, err error) {
	c.networks, moved = map[string]payout.Chain{}, matrix
	if c.keys, err = signer.OpenKeystore(filepath.Join(s.data, "keys"), s.vault); err != nil || !w.serves {
		return c, moved, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startup)
	defer cancel()
	if !w.sandbox() {
		return c, moved, c.connect(ctx, w, s, matrix)
	}
	if c.node, err = node.Open(node.Config{Folder: filepath.Join(s.data, "chain"), Listen: w.cfg.HTTP.RPCListen, Now: w.now, Log: w.log}); err != nil {
		return c, moved, err
	}
	s.close = append(s.close, c.node.Close)
	contracts := map[string]string{}
	for _, p := range matrix.Everything() {
		if p.Contract == "" || p.Chain.ID == 0 {
			continue
		}
		at, err := c.node.Deploy(ctx, p.Key(), token.Spec{Name: p.Name, Symbol: p.Coin.Code, Decimals: uint8(p.Decimals)})
		if err != nil {
			return c, moved, fmt.Errorf("deploy %s: %w", p.Key(), err)
		}
		contracts[p.Key()] = at.Hex()
	}
	moved = matrix.Deployed(node.ChainID, contracts)
	network, err := evm.Dial(ctx, evm.Config{ChainID: node.ChainID, Endpoints: []string{c.node.URL()}})
	if err != nil {
		return c, moved, err
	}
	s.close = append(s.close, func() error { network.Close(); return nil })
	for _, p := range moved.Everything() {
		if p.Chain.ID == 0 {
			continue
		}
		n, known := c.networks[p.Chain.Code]
		if !known {
			if n, err = c.sandboxChain(ctx, network, p.Chain.Code); err != nil {
				return c, moved, err
			}
		}
		t := chain.Token{Asset: p.Coin, Contract: p.Contract, Decimals: p.Decimals}
		n.Tokens[p.Coin.Code] = t
		if p.Contract == "" {
			n.Native = t
		}
		c.networks[p.Chain.Code] = n
	}
	return c, moved, nil
}

// connect dials the chains of the operator's file.
func (c *chains) connect(ctx context.Context, w *world, s *storage, matrix *asset.Matrix) error {
	file, err := ownRules(w.cfg.Market.Chains, rules.Load)
	if err != nil || file == nil {
		return err
	}
	for _, r := range file.Chains {
		if r.Kind != rules.EVM {
			return fmt.Errorf("%s: chain %s: this version sends on EVM chains only", w.cfg.Market.Chains, r.Code)
		}
		network, err := evm.Dial(ctx, evm.Config{ChainID: r.ID, Endpoints: r.URLs()})
		if err != nil {
			return fmt.Errorf("chain %s: %w", r.Code, err)
		}
		s.close = append(s.close, func() error { network.Close(); return nil })
		wallet, err := evm.NewWallet(ctx, network, c.keys, r.Key, r.Budget)
		if err != nil {
			return fmt.Errorf("chain %s: key %s: %w; make one with: rampa keys create %s", r.Code, r.Key, err, r.Key)
		}
		n := payout.Chain{Network: network, Wallet: wallet, Tokens: map[string]chain.Token{}, Confirmations: r.Confirmations, StuckAfter: r.StuckAfter}
		for _, p := range matrix.Everything() {
			if p.Chain.Code != r.Code {
				continue
			}
			if p.Chain.ID != r.ID {
				return fmt.Errorf("chain %s has the id %d in %s and %d in the matrix", r.Code, r.ID, w.cfg.Market.Chains, p.Chain.ID)
			}
			t := chain.Token{Asset: p.Coin, Contract: p.Contract, Decimals: p.Decimals}
			n.Tokens[p.Coin.Code] = t
			if p.Contract == "" {
				n.Native = t
			}
		}
		if n.Native.Asset.Code == "" {
			return fmt.Errorf("chain %s: the matrix does not have its own coin, which fees are paid in", r.Code)
		}
		c.networks[r.Code] = n
	}
	return nil
}

// sandboxChain is one chain of the matrix on the sandbox's node, with a treasury of its own.
func (c *chains) sandboxChain(ctx context.Context, network *evm.Network, code string) (payout.Chain, error) {
	key := "treasury-" + code
	if _, err := c.keys.Public(ctx, key); err != nil {
		if err := c.keys.Create(key); err != nil {
			return payout.Chain{}, err
		}
	}
	wallet, err := evm.NewWallet(ctx, network, c.keys, key, nil)
	return payout.Chain{Network: network, Wallet: wallet, Tokens: map[string]chain.Token{}, Confirmations: 1, StuckAfter: time.Minute}, err
}

// opening is what each coin of a sandbox's treasury is at first, in whole coins.
const opening = 1_000_000

// fundTreasury gives the sandbox's wallets their coins at the first start, and books them.
func (a *app) fundTreasury(ctx context.Context) error {
	for code, n := range a.services.networks {
		for _, t := range n.Tokens {
			if err := a.openTreasury(ctx, code, n, t); err != nil {
				return fmt.Errorf("fund the treasury of %s with %s: %w", code, t.Asset.Code, err)
			}
		}
	}
	return nil
}

// openTreasury does it for one coin. A start that was killed in the middle has given the coins already: the next one gives what is missing.
func (a *app) openTreasury(ctx context.Context, code string, n payout.Chain, t chain.Token) error {
	key := "sandbox/treasury/" + code + "/" + t.Asset.Code
	if _, err := a.services.ledger.Transfer(ctx, key); errs.KindOf(err) != errs.NotFound {
		return err
	}
	whole, err := money.Parse(strconv.Itoa(opening), t.Asset)
	if err != nil {
		return err
	}
	base, err := whole.Base(t.Decimals)
	if err != nil {
		return err
	}
	there, err := n.Balance(ctx, n.Wallet.Address(), t)
	if err != nil {
		return err
	}
	if missing := new(big.Int).Sub(base, there); missing.Sign() > 0 {
		if err := a.mint(ctx, n.Wallet.Address(), t, missing); err != nil {
			return err
		}
	}
	_, err = a.services.ledger.Post(ctx, ledger.Transfer{Key: key, Kind: "treasury.opened", By: audit.System("sandbox"), Entries: []ledger.Entry{
		{Account: ledger.Account{Purpose: ledger.Treasury, Detail: code, Asset: t.Asset}, Amount: whole},
		{Account: ledger.Account{Purpose: ledger.Equity, Detail: "treasury", Asset: t.Asset}, Amount: whole.Neg()}}})
	return err
}

func (a *app) mint(ctx context.Context, to string, t chain.Token, base *big.Int) (err error) {
	if t.Contract == "" {
		_, err = a.services.node.Fund(ctx, common.HexToAddress(to), base)
	} else {
		_, err = a.services.node.Mint(ctx, common.HexToAddress(t.Contract), common.HexToAddress(to), base)
	}
	return err
}

// ours reports whether an address is one of our own wallets' or a contract of a coin on its chain.
func (c *chains) ours(code, address string) bool {
	n, ok := c.networks[code]
	if !ok {
		return false
	}
	if strings.EqualFold(n.Wallet.Address(), address) {
		return true
	}
	for _, t := range n.Tokens {
		if strings.EqualFold(t.Contract, address) {
			return true
		}
	}
	return false
}

// keystore is where the keys are that transactions are signed with.
func (v *services) keystore() *signer.Keystore { return v.chains.keys }
