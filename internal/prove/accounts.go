package prove

import (
	"math/big"

	"rampa/internal/ledger"
	"rampa/internal/money"
)

// chart goes through all accounts, after all holds.
type chart struct {
	balances, guards, holds, owed, scales *line
	accounts, guarded, open, closed       int64
	totals                                totals // of the balances
	customers                             totals // owed to customers, what is held included
	held                                  totals // of it, what is held
	holding                               totals // open holds on customers' accounts
	assets                                map[money.Asset]bool
}

func newChart() *chart {
	return &chart{balances: newLine("balances"), guards: newLine("guards"), holds: newLine("holds"), owed: newLine("liabilities"), scales: newLine("scales"),
		totals: totals{}, customers: totals{}, held: totals{}, holding: totals{}, assets: map[money.Asset]bool{}}
}

// takeAssets wants every asset in the scale in which the rest of the program counts it; wanted nil: whatever it is.
func (c *chart) takeAssets(stored, wanted []money.Asset) {
	scales := map[string]int{}
	for _, asset := range wanted {
		scales[asset.Code] = asset.Scale
	}
	for _, asset := range stored {
		c.assets[asset] = true
		if scale, known := scales[asset.Code]; known && scale != asset.Scale {
			c.scales.fail(asset.Code, "", "%s is kept with %d decimals and counted with %d", asset.Code, asset.Scale, scale)
		}
	}
	if c.scales.say("%s", count(int64(len(stored)), "asset", "assets")); wanted == nil {
		c.scales.say("%s, not compared with a matrix", c.scales.Summary)
	}
}

// takeHold wants the transfers of a hold to have moved what it says. Whether nothing else did is for the twins' balances.
func (c *chart) takeHold(h Hold) error {
	open := h.State == string(ledger.Open)
	if open {
		c.open++
	} else {
		c.closed++
	}
	switch {
	case h.OpenedKey != h.Key || h.SetAside == 0:
		c.holds.fail(h.Key, "", "hold %s is not what its transfer set aside on %s", h.Key, h.Twin)
	case open && (h.IsClosed || h.Settled != 0):
		c.holds.fail(h.Key, "", "hold %s is open, and was closed", h.Key)
	case !open && (h.TakenOff == 0 || h.Settled < h.Amount && h.GivenBack == 0):
		c.holds.fail(h.Key, "", "hold %s is %s, and no transfer did that", h.Key, h.State)
	}
	return nil
}

func (c *chart) takeAccount(a Account) error {
	c.accounts++
	purpose := ledger.Purpose(a.Purpose)
	c.checkName(a, purpose)
	balance := big.NewInt(a.Balance)
	balance.Add(balance, a.Pending)
	c.totals.plus(a.Asset, balance)
	if off := new(big.Int).Sub(balance, a.Replayed); off.Sign() != 0 {
		c.balances.fail(a.Code, written(off, a.Asset), "%s says %s, its entries (%d) make %s, off by %s", a.Code, written(balance, a.Asset),
			a.Entries, written(a.Replayed, a.Asset), written(off, a.Asset))
	}
	natural := balance
	if purpose.Liability() {
		natural = new(big.Int).Neg(balance)
	}
	if purpose.Guarded() {
		if c.guarded++; natural.Sign() < 0 {
			c.guards.fail(a.Code, "", "%s is below nothing: %s", a.Code, written(natural, a.Asset))
		}
	}
	isTwin := purpose == ledger.Held || purpose == ledger.Reserved
	switch off := new(big.Int).Sub(natural, a.Held); {
	case !isTwin && a.Holds > 0:
		c.holds.fail(a.Code, "", "%s is no account that holds are kept in, and has %d", a.Code, a.Holds)
	case isTwin && off.Sign() != 0:
		c.holds.fail(a.Code, written(off, a.Asset), "%s has %s, its open holds (%d) make %s", a.Code, written(natural, a.Asset), a.Holds, written(a.Held, a.Asset))
	}
	switch replayed := new(big.Int).Neg(a.Replayed); purpose {
	case ledger.Held:
		c.held.plus(a.Asset, replayed)
		c.holding.plus(a.Asset, a.Held)
		c.customers.plus(a.Asset, replayed)
	case ledger.Customer:
		c.customers.plus(a.Asset, replayed)
	}
	return nil
}

// checkName wants an account's code to say what its columns say, and its asset to be one.
func (c *chart) checkName(a Account, purpose ledger.Purpose) {
	if named := (ledger.Account{Purpose: purpose, Detail: a.Detail, Asset: a.Asset}); !purpose.Known() || named.Code() != a.Code {
		c.balances.fail(a.Code, "", "account %s is not what it is called: %s", a.Code, named.Code())
	}
	if !c.assets[a.Asset] {
		c.scales.fail(a.Code, "", "%s counts %s with %d decimals, which the ledger does not", a.Code, a.Asset.Code, a.Asset.Scale)
	}
}

// lines gives the checks.
func (c *chart) lines() []*line {
	for _, asset := range c.holding.assets() {
		if off := new(big.Int).Sub(c.held.of(asset), c.holding[asset]); off.Sign() != 0 {
			c.owed.fail(asset.Code, written(off, asset), "entries hold %s for customers, holds %s", written(c.held[asset], asset), written(c.holding[asset], asset))
		}
	}
	return []*line{
		c.balances.say("%s against their entries", count(c.accounts, "account", "accounts")),
		c.guards.say("%s, none may be below nothing", count(c.guarded, "guarded account", "guarded accounts")),
		c.holds.say("%d open, %d closed", c.open, c.closed),
		c.owed.say("owed to customers %s, held of it %s", c.customers, c.held),
		c.scales,
	}
}
