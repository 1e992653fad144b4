package token_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm/runtime"
	"github.com/ethereum/go-ethereum/crypto"

	"rampa/internal/sandbox/token"
)

// TestWhatIsCommittedIsOfTheSource fails where the source was changed and not compiled again, or the code by hand.
func TestWhatIsCommittedIsOfTheSource(t *testing.T) {
	t.Parallel()
	sums, err := os.ReadFile("Token.sum")
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(sums)); lines.Scan(); {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != want {
			t.Errorf("%s is not what compile.sh left: run make contracts", name)
		}
		checked[name] = true
	}
	for _, name := range []string{"Token.sol", "Token.abi", "Token.bin"} {
		if !checked[name] {
			t.Errorf("Token.sum does not know %s", name)
		}
	}
}

// coin is a deployed coin on a state of its own.
type coin struct {
	t       *testing.T
	abi     abi.ABI
	state   *state.StateDB
	address common.Address
}

var issuer, alice, bob = common.Address{1}, common.Address{2}, common.Address{3}

func deploy(t *testing.T, s token.Spec) *coin {
	t.Helper()
	source, err := os.ReadFile("Token.abi")
	if err != nil {
		t.Fatal(err)
	}
	c := &coin{t: t}
	if c.abi, err = abi.JSON(bytes.NewReader(source)); err != nil {
		t.Fatal(err)
	}
	if c.state, err = state.New(types.EmptyRootHash, state.NewDatabaseForTesting()); err != nil {
		t.Fatal(err)
	}
	data, err := token.Creation(s)
	if err != nil {
		t.Fatal(err)
	}
	_, address, _, err := runtime.Create(data, &runtime.Config{State: c.state, Origin: issuer, GasLimit: 2_000_000})
	if err != nil {
		t.Fatal(err)
	}
	c.address = address
	return c
}

// call runs data; it gives nil where the contract refused, and whatever it did is undone as in a transaction.
func (c *coin) call(from common.Address, data []byte) []byte {
	c.t.Helper()
	before := c.state.Snapshot()
	out, _, err := runtime.Call(c.address, data, &runtime.Config{State: c.state, Origin: from, GasLimit: 200_000})
	if err != nil {
		c.state.RevertToSnapshot(before)
		return nil
	}
	return append([]byte{}, out...)
}

func (c *coin) pack(method string, arguments ...any) []byte {
	c.t.Helper()
	data, err := c.abi.Pack(method, arguments...)
	if err != nil {
		c.t.Fatal(err)
	}
	return data
}

func (c *coin) number(method string, arguments ...any) int64 {
	c.t.Helper()
	return new(big.Int).SetBytes(c.call(issuer, c.pack(method, arguments...))).Int64()
}

func (c *coin) wants(balances map[common.Address]int64) {
	c.t.Helper()
	sum := int64(0)
	for who, want := range balances {
		if got := c.number("balanceOf", who); got != want {
			c.t.Errorf("%s has %d, want %d", who, got, want)
		}
		sum += want
	}
	if got := c.number("totalSupply"); got != sum {
		c.t.Errorf("supply %d, want %d", got, sum)
	}
}

var yes = common.LeftPadBytes([]byte{1}, 32)

func TestACoinSaysItsNameAndMovesAsERC20(t *testing.T) {
	t.Parallel()
	c := deploy(t, token.Spec{Name: "USD Coin", Symbol: "USDC", Decimals: 6})
	for method, want := range map[string]string{"name": "USD Coin", "symbol": "USDC"} {
		out, err := c.abi.Unpack(method, c.call(bob, c.pack(method)))
		if err != nil || out[0] != want {
			t.Errorf("%s %v, %v", method, out, err)
		}
	}
	if got := c.number("decimals"); got != 6 {
		t.Errorf("decimals %d", got)
	}
	mint, err := token.Mint(alice, big.NewInt(100))
	if err != nil {
		t.Fatal(err)
	}
	if c.call(issuer, mint) == nil {
		t.Fatal("the issuer could not mint")
	}
	transfer, err := token.Transfer(bob, big.NewInt(30))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.call(alice, transfer); !bytes.Equal(got, yes) {
		t.Errorf("transfer answers %x", got)
	}
	if got := c.call(alice, c.pack("approve", bob, big.NewInt(50))); !bytes.Equal(got, yes) {
		t.Errorf("approve answers %x", got)
	}
	if got := c.call(bob, c.pack("transferFrom", alice, bob, big.NewInt(20))); !bytes.Equal(got, yes) {
		t.Errorf("transferFrom answers %x", got)
	}
	c.wants(map[common.Address]int64{alice: 50, bob: 50})
	if got := c.number("allowance", alice, bob); got != 30 {
		t.Errorf("30 of 50 are left, not %d", got)
	}
	moved := crypto.Keccak256Hash([]byte("Transfer(address,address,uint256)"))
	var got [][2]common.Hash
	for _, l := range c.state.Logs() {
		if l.Topics[0] == moved && l.Address == c.address {
			got = append(got, [2]common.Hash{l.Topics[1], l.Topics[2]})
		}
	}
	word := func(a common.Address) common.Hash { return common.BytesToHash(a.Bytes()) }
	want := [][2]common.Hash{{{}, word(alice)}, {word(alice), word(bob)}, {word(alice), word(bob)}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("Transfer events %v, want %v", got, want)
	}
}

func TestACoinRefusesWhatItsHolderDoesNotHave(t *testing.T) {
	t.Parallel()
	c := deploy(t, token.Spec{Name: "Tether", Symbol: "USDT", Decimals: 18})
	if c.call(issuer, c.pack("mint", alice, big.NewInt(100))) == nil {
		t.Fatal("the issuer could not mint")
	}
	c.call(alice, c.pack("approve", bob, big.NewInt(10)))
	most := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	for name, try := range map[string]struct {
		from common.Address
		data []byte
	}{
		"somebody mints":              {alice, c.pack("mint", alice, big.NewInt(1))},
		"the supply overflows":        {issuer, c.pack("mint", alice, most)},
		"more than one has":           {alice, c.pack("transfer", bob, big.NewInt(101))},
		"far more than one has":       {alice, c.pack("transfer", bob, most)},
		"to nobody":                   {alice, c.pack("transfer", common.Address{}, big.NewInt(1))},
		"more than allowed":           {bob, c.pack("transferFrom", alice, bob, big.NewInt(11))},
		"of somebody who allows none": {alice, c.pack("transferFrom", bob, alice, big.NewInt(1))},
	} {
		if got := c.call(try.from, try.data); got != nil {
			t.Errorf("%s: taken, %x", name, got)
		}
	}
	c.wants(map[common.Address]int64{alice: 100, bob: 0})
}
