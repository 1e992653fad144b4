// Package token is the test coin of the sandbox's chain: an ERC-20 contract, written in Token.sol and compiled by compile.sh.
package token

import (
	_ "embed"
	"math/big"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
)

//go:embed Token.abi
var source string

//go:embed Token.bin
var code string

var contract = sync.OnceValue(func() abi.ABI {
	a, err := abi.JSON(strings.NewReader(source))
	if err != nil {
		panic("token: Token.abi: " + err.Error())
	}
	return a
})

// Spec is what a coin is called and how finely it is divided.
type Spec struct {
	Name     string
	Symbol   string
	Decimals uint8
}

// Creation is the data of the transaction that deploys a coin.
func Creation(s Spec) ([]byte, error) {
	arguments, err := contract().Pack("", s.Name, s.Symbol, s.Decimals)
	return append(common.FromHex(strings.TrimSpace(code)), arguments...), err
}

// Mint is the data of the call that makes coins, in base units, for an address.
func Mint(to common.Address, value *big.Int) ([]byte, error) {
	return contract().Pack("mint", to, value)
}

// Transfer is the data of the call that sends coins.
func Transfer(to common.Address, value *big.Int) ([]byte, error) {
	return contract().Pack("transfer", to, value)
}
