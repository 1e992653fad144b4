package evm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"rampa/internal/chain"
	"rampa/internal/chain/evm"
)

// three is an adapter on three endpoints that can lie, and a payment that is signed.
type three struct {
	*world
	liars   [3]*liar
	network *evm.Network
	wallet  *evm.Wallet
}

// patient is longer than any node takes on a busy machine.
const patient = time.Minute

func open(t *testing.T) *three { return openWith(t, patient) }

func openWith(t *testing.T, timeout time.Duration) *three {
	t.Helper()
	w := &three{world: geth(t)}
	var urls []string
	for i := range w.liars {
		w.liars[i] = w.world.liar(t)
		urls = append(urls, w.liars[i].url)
	}
	var err error
	if w.network, err = evm.Dial(t.Context(), evm.Config{ChainID: w.id, Endpoints: urls, Timeout: timeout}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.network.Close)
	w.wallet = w.world.wallet(t, w.network, "treasury")
	w.fund(t, addressOf("treasury"))
	return w
}

func (w *three) order() chain.Order {
	return chain.Order{To: addressOf("somebody").Hex(), Token: native, Amount: big.NewInt(1_000_000)}
}

func (w *three) pay(t *testing.T) (chain.Draft, chain.Signed) {
	t.Helper()
	d, err := w.wallet.Draft(t.Context(), w.order(), nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := w.wallet.Sign(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return d, signed
}

func (w *three) broadcast(t *testing.T, raw []byte) {
	t.Helper()
	if err := w.network.Broadcast(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
}

func (w *three) wantState(t *testing.T, hash string, want chain.State, confirmations int64) {
	t.Helper()
	seen, err := w.network.Find(t.Context(), hash)
	if err != nil || seen.State != want || seen.Confirmations != confirmations {
		t.Errorf("it is %+v, %v; wanted %s with %d confirmations", seen, err, want, confirmations)
	}
}

func (w *three) wantSpent(t *testing.T, slot string, want int64) {
	t.Helper()
	n, err := w.network.Spent(t.Context(), w.wallet.Address(), slot)
	if err != nil || n != want {
		t.Errorf("%s is said to be used %d deep, %v; wanted %d", slot, n, err, want)
	}
}

// deny makes an endpoint know no transaction.
func (l *liar) deny() { l.say("null", 0, "eth_getTransactionReceipt", "eth_getTransactionByHash") }

func TestNodesThatDenyATransactionAreOutvoted(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, signed := w.pay(t)
	w.broadcast(t, signed.Raw)
	w.mine(t, 3)
	w.wantState(t, signed.Hash, chain.Mined, 3)
	w.liars[0].deny()
	w.wantState(t, signed.Hash, chain.Mined, 3)
	w.liars[2].deny()
	w.wantState(t, signed.Hash, chain.Pooled, 0) // one alone is not believed, but it is not unknown either
	w.liars[1].deny()
	w.wantState(t, signed.Hash, chain.Unknown, 0)
}

func TestAReceiptCountsOnlyWithItsBlockOnTheChain(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.mine(t, 1)
	_, signed := w.pay(t)
	w.broadcast(t, signed.Raw)
	w.mine(t, 2)
	w.wantState(t, signed.Hash, chain.Mined, 2)
	for _, l := range w.liars { // they go on telling of the receipt after the reorg
		old := map[string]json.RawMessage{}
		l.set(func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) {
			if c.Method != "eth_getTransactionReceipt" && c.Method != "eth_getTransactionByHash" {
				return truth()
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			if old[c.Method] == nil {
				old[c.Method], _ = truth()
			}
			return old[c.Method], 0
		})
	}
	w.wantState(t, signed.Hash, chain.Mined, 2)
	w.reorg(t, 2)
	w.wantState(t, signed.Hash, chain.Pooled, 0)
}

func TestOneNodeCannotMakeATransactionMinedOrANonceSpent(t *testing.T) {
	t.Parallel()
	w := open(t)
	d, signed := w.pay(t)
	other := w.order()
	other.To = addressOf("another").Hex()
	rival, err := w.wallet.Draft(t.Context(), other, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.broadcast(t, signed.Raw)
	w.mine(t, 4)
	w.wantSpent(t, d.Slots[0], 4)
	if rival.Slots[0] != d.Slots[0] {
		t.Fatalf("%v and %v do not meet", rival.Slots, d.Slots)
	}
	// Two of three see the chain before it was mined: the one that tells the truth is alone.
	for _, l := range w.liars[:2] {
		l.set(func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) {
			switch c.Method {
			case "eth_getTransactionCount":
				return json.RawMessage(`"0x0"`), 0
			case "eth_getTransactionReceipt", "eth_getTransactionByHash":
				return json.RawMessage("null"), 0
			}
			return truth()
		})
	}
	w.wantState(t, signed.Hash, chain.Pooled, 0)
	w.wantSpent(t, d.Slots[0], 0)
	// And one that says so alone changes nothing about the nonce either way.
	w.liars[0].set(nil)
	w.wantSpent(t, d.Slots[0], 0)
	w.liars[1].set(nil)
	w.wantSpent(t, d.Slots[0], 4)
}

func TestANonceIsSpentOnlyWhenMoreThanHalfOfTheNodesSaySo(t *testing.T) {
	t.Parallel()
	w := open(t)
	d, signed := w.pay(t)
	w.broadcast(t, signed.Raw)
	w.mine(t, 7)
	w.wantSpent(t, d.Slots[0], 7)
	w.liars[0].say("", resets, "*")
	w.wantSpent(t, d.Slots[0], 7)
	w.liars[1].say("", resets, "*")
	w.wantSpent(t, d.Slots[0], 0)
	w.liars[1].set(func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) { // a node without old states
		var block string
		if c.Method == "eth_getTransactionCount" {
			_ = json.Unmarshal(c.Params[1], &block)
		}
		head, err := w.client.BlockNumber(t.Context())
		if err == nil && block != "" && block != "latest" && block != "pending" && hexToInt(block) < int64(head)-2 {
			return json.RawMessage("missing trie node"), fails
		}
		return truth()
	})
	w.wantSpent(t, d.Slots[0], 3)
}

func hexToInt(text string) int64 {
	n, ok := new(big.Int).SetString(strings.TrimPrefix(text, "0x"), 16)
	if !ok {
		return 0
	}
	return n.Int64()
}

func TestTheFewestConfirmationsAndTheSmallestBalanceCount(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, signed := w.pay(t)
	w.broadcast(t, signed.Raw)
	w.mine(t, 6)
	head, err := w.client.BlockNumber(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.liars[1].say(fmt.Sprintf(`"0x%x"`, head-4), 0, "eth_blockNumber")
	w.wantState(t, signed.Hash, chain.Mined, 2)
	w.liars[2].say(`"0x3"`, 0, "eth_getBalance")
	held, err := w.network.Balance(t.Context(), w.wallet.Address(), native)
	if err != nil || held.Int64() != 3 {
		t.Errorf("balance %v, %v", held, err)
	}
	if _, err := w.wallet.Draft(t.Context(), w.order(), nil); !errors.Is(err, chain.ErrFunds) {
		t.Errorf("a draft of more than a node says there is: %v", err)
	}
}

func TestNodesThatHangResetOrFailArePassedOver(t *testing.T) {
	t.Parallel()
	w := openWith(t, 3*time.Second)
	d, signed := w.pay(t)
	for _, fault := range []int{hangs, resets, 500, 429} {
		for _, l := range w.liars[:2] {
			l.say("too much", fault, "*")
		}
		w.broadcast(t, signed.Raw)
		w.wantState(t, signed.Hash, chain.Pooled, 0)
		if _, err := w.network.Head(t.Context()); err != nil {
			t.Error(err)
		}
		if again, err := w.wallet.Draft(t.Context(), w.order(), nil); err != nil || again.Slots[0] != d.Slots[0] {
			t.Errorf("draft %+v, %v", again, err)
		}
	}
	w.liars[2].say("", resets, "*")
	if _, err := w.network.Find(t.Context(), signed.Hash); !errors.Is(err, chain.ErrUnavailable) {
		t.Errorf("nobody answers: %v", err)
	}
}

func TestABroadcastThatTimedOutMayHaveBeenTaken(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, signed := w.pay(t)
	for i, l := range w.liars {
		l.set(func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) {
			if c.Method != "eth_sendRawTransaction" {
				return truth()
			}
			if i == 1 {
				_, _ = truth()
			}
			return nil, resets
		})
	}
	if err := w.network.Broadcast(t.Context(), signed.Raw); !errors.Is(err, chain.ErrUnavailable) {
		t.Errorf("no node answered: %v", err)
	}
	w.wantState(t, signed.Hash, chain.Pooled, 0)
	for _, l := range w.liars {
		l.set(nil)
	}
	w.broadcast(t, signed.Raw)
	w.mine(t, 1)
	w.wantState(t, signed.Hash, chain.Mined, 1)
}

func TestOneNodeCannotRefuseATransferNorMakeItDear(t *testing.T) {
	t.Parallel()
	w := open(t)
	fee := func() *big.Int {
		d, err := w.wallet.Draft(t.Context(), w.order(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return d.MaxFee
	}
	usual := fee()
	w.liars[0].say("execution reverted", fails, "eth_estimateGas")
	if got := fee(); got.Cmp(usual) != 0 {
		t.Errorf("it costs %s, not %s", got, usual)
	}
	w.liars[0].say(`"0xde0b6b3a7640000"`, 0, "eth_maxPriorityFeePerGas") // an ether per gas
	if got := fee(); got.Cmp(usual) != 0 {
		t.Errorf("it costs %s, not %s", got, usual)
	}
	for _, l := range w.liars {
		l.say("execution reverted", fails, "eth_estimateGas")
	}
	if _, err := w.wallet.Draft(t.Context(), w.order(), nil); !errors.Is(err, chain.ErrRefused) {
		t.Errorf("all nodes refuse: %v", err)
	}
}

func TestWhatNodesOfOtherMakesSayIsUnderstood(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, signed := w.pay(t)
	for text, want := range map[string]error{
		"already known": nil, "AlreadyKnown": nil, "transaction already imported": nil, "Known transaction": nil,
		"nonce too low: next nonce 7, tx nonce 6": chain.ErrUsed, "OldNonce": chain.ErrUsed, "replacement transaction underpriced": chain.ErrUsed,
		"insufficient funds for gas * price + value": chain.ErrFunds, "transaction underpriced: gas tip cap 1": chain.ErrBudget, "max fee per gas less than block base fee": chain.ErrBudget,
		"invalid sender": chain.ErrRefused, "intrinsic gas too low": chain.ErrRefused, "the method is overloaded": chain.ErrUnavailable,
	} {
		for _, l := range w.liars {
			l.say(text, fails, "eth_sendRawTransaction")
		}
		err := w.network.Broadcast(t.Context(), signed.Raw)
		if want == nil && err != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%q is understood as %v", text, err)
		}
	}
	// One that refuses among others that do not answer refuses nothing.
	w.liars[0].say("", resets, "*")
	w.liars[1].say("", resets, "*")
	w.liars[2].say("invalid sender", fails, "eth_sendRawTransaction")
	if err := w.network.Broadcast(t.Context(), signed.Raw); !errors.Is(err, chain.ErrUnavailable) {
		t.Errorf("one node refuses: %v", err)
	}
}

func TestAnEndpointOfAnotherChainIsNeverUsed(t *testing.T) {
	t.Parallel()
	w := open(t)
	other := w.world.liar(t)
	other.say(`"0x38"`, 0, "eth_chainId")
	if _, err := evm.Dial(t.Context(), evm.Config{ChainID: w.id, Endpoints: []string{w.url, other.url}}); err == nil || !strings.Contains(err.Error(), "serves chain 56 and not 1337") {
		t.Errorf("an endpoint of chain 56: %v", err)
	}
	other.say("", resets, "*") // it does not answer at the start, and serves another chain when it does
	n := w.world.network(t, other.url)
	other.say(`"0x38"`, 0, "eth_chainId")
	if _, err := n.Head(t.Context()); !errors.Is(err, chain.ErrUnavailable) {
		t.Errorf("it is asked: %v", err)
	}
	other.set(nil)
	if _, err := n.Head(t.Context()); err != nil {
		t.Errorf("it serves the right chain now: %v", err)
	}
}

func TestATransactionOfAnotherChainIsRefusedBeforeANodeSeesIt(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, signed := w.pay(t)
	elsewhere := w.world.liar(t)
	elsewhere.set(func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) {
		if c.Method == "eth_chainId" {
			return json.RawMessage(`"0x38"`), 0
		}
		return truth()
	})
	n, err := evm.Dial(t.Context(), evm.Config{ChainID: 56, Endpoints: []string{elsewhere.url}, Timeout: patient})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	if err := n.Broadcast(t.Context(), signed.Raw); !errors.Is(err, chain.ErrRefused) {
		t.Errorf("broadcast: %v", err)
	}
	w.wantState(t, signed.Hash, chain.Unknown, 0)
}

func TestSecretsOfEndpointsAreInNoError(t *testing.T) {
	t.Parallel()
	w := open(t)
	const secret = "cGFzc3dvcmQtb2YtYW4tZW5kcG9pbnQ"
	l := w.liars[0]
	at := strings.TrimPrefix(l.url, "http://")
	for _, url := range []string{l.url + "/v3/" + secret, l.url + "/?key=" + secret, "http://user:" + secret + "@" + at} {
		for _, fault := range []int{401, 500, resets, fails} {
			l.say("not you: /v3/"+secret+"?key="+secret, fault, "*")
			n, err := evm.Dial(t.Context(), evm.Config{ChainID: w.id, Endpoints: []string{url}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = n.Head(t.Context())
			if err == nil || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), at) {
				t.Errorf("%d: the error is %v", fault, err)
			}
			n.Close()
		}
	}
	for _, url := range []string{"http://[::1/" + secret, "ws://node/" + secret, secret, "ftp://x/" + secret, "http://" + secret + "\n"} {
		if _, err := evm.Dial(t.Context(), evm.Config{ChainID: w.id, Endpoints: []string{url}}); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: the error is %v", url, err)
		}
	}
}
