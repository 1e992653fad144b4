package e2e

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// ethers installs the packages of the lock file, unless they are there.
var ethers = sync.OnceValue(func() error {
	if _, err := os.Stat("ethers/node_modules/ethers"); err == nil {
		return nil
	}
	npm := exec.Command("npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
	npm.Dir = "ethers"
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install: %w\n%s", err, out)
	}
	return nil
})

const phoneWallet = "0x52908400098527886E0F7030069857D2E4169EE7"

// onChain is what ethers reads of a wallet and a transaction.
type onChain struct {
	Balance   string
	Decimals  int
	Symbol    string
	Succeeded bool
}

// read lets a program that is not ours look at the chain.
func (s *server) read(contract, txid string) (out onChain) {
	s.Helper()
	if err := ethers(); err != nil {
		s.Fatal(err)
	}
	text, err := exec.Command("node", "ethers/balance.mjs", s.RPCURL, contract, phoneWallet, txid).Output()
	if err != nil {
		s.Fatalf("node: %v\n%s", err, text)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		s.Fatalf("%v in %s", err, text)
	}
	return out
}

// TestCoinsAreBoughtOnAPhone is a guided payment from the wallet's address to the coins in it: the page on a phone, a card with 3-D Secure, and
// ethers, which finds exactly what was promised.
func TestCoinsAreBoughtOnAPhone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return
	}
	engines(t, func(s *server) {
		c := s.client()
		p := c.registerPerson(map[string]string{"email": "ana@acmecorp.com", "name": "Ana", "last_name": "Valid", "country": "ES"})
		c.call("POST", "/sandbox/kyc", map[string]any{"user_id": p.ID, "decision": "valid"}).data(&struct{}{})
		created := c.call("POST", "/createGuidedPayment", map[string]any{"user_id": p.ID, "coin_symbol": "USDC", "coin_chain": "polygon", "fiat_amount": 150.5, "callback_url": s.PublicURL + "/docs"})
		var guided struct {
			Data struct {
				ID      string `json:"payment_id"`
				Gateway string `json:"gateway_url"`
			}
		}
		if err := json.Unmarshal(created.body, &guided); err != nil || guided.Data.Gateway == "" {
			s.Fatalf("%s (%v)", created.body, err)
		}
		phone := newBrowser(s, 390, true)
		phone.open(guided.Data.Gateway+"?lang=en", "#wallet")
		phone.do(chromedp.SendKeys("#wallet", strings.ToLower(phoneWallet[:20])+phoneWallet[20:]), chromedp.Click(`input[name=kind][value=self_hosted]`), chromedp.Click(`input[name=own]`),
			chromedp.Click("#continue"), chromedp.WaitVisible("#error-summary")) // the checksum sees the wrong letters
		phone.do(chromedp.SetValue("#wallet", phoneWallet), chromedp.Click("#continue"), chromedp.WaitVisible("#pay"),
			chromedp.Click(`input[name=method][value=card]`), chromedp.Click(`input[name=terms]`), chromedp.Click("#pay"), chromedp.WaitVisible("input[name=card_number]"),
			chromedp.SendKeys("input[name=card_number]", "4000 0000 0000 3220"), chromedp.SendKeys("input[name=expiry]", "12/39"), chromedp.SendKeys("input[name=cvc]", "123"),
			chromedp.SendKeys("input[name=holder]", "ANA VALID"), chromedp.Click("#pay"), chromedp.WaitVisible("#approve"), chromedp.Click("#approve"), chromedp.WaitVisible("#txid"))
		txid := phone.eval(`document.querySelector("#txid").textContent`)
		var done struct {
			Status, Txid, Holder string
			Coins                json.Number `json:"coin_amount"`
		}
		c.call("GET", "/payment/"+guided.Data.ID, nil).data(&done)
		if done.Status != "coins_sent" || done.Txid != txid || done.Holder != "ANA VALID" {
			s.Errorf("%+v, the page says %s", done, txid)
		}
		var assets []struct{ Symbol, Chain, Contract string }
		c.call("GET", "/available-assets", nil).data(&assets)
		i := slices.IndexFunc(assets, func(a struct{ Symbol, Chain, Contract string }) bool {
			return a.Symbol == "USDC" && a.Chain == "polygon"
		})
		got := s.read(assets[i].Contract, txid)
		want, _ := new(big.Rat).SetString(done.Coins.String())
		want.Mul(want, big.NewRat(1_000_000, 1))
		if !got.Succeeded || got.Symbol != "USDC" || got.Decimals != 6 || !want.IsInt() || got.Balance != want.Num().String() {
			s.Errorf("ethers reads %+v, %s was promised", got, done.Coins)
		}
		phone.do(chromedp.Click("#continue"), chromedp.WaitReady("body")) // back to whom it came from
		if at := phone.eval("location.href"); !strings.Contains(at, "payment_id="+guided.Data.ID) || !strings.Contains(at, "status=coins_sent") {
			s.Errorf("led back to %s", at)
		}
	})
}
