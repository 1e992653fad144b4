// Package address reads the addresses of chains: format, checksum and network, by the rules of each. Pure.
package address

import (
	"encoding/hex"
	"strings"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"golang.org/x/crypto/sha3"

	"rampa/internal/errs"
)

// code is that of every refusal here.
const code = "wallet_not_valid"

// The refusals, all of one code.
var (
	ErrForm     = errs.New(errs.Invalid, code, "This is not an address of this chain.")
	ErrChecksum = errs.New(errs.Invalid, code, "The address has a typing error: its checksum is wrong.")
	ErrZero     = errs.New(errs.Invalid, code, "This is the zero address: what is sent there is lost.")
	ErrNetwork  = errs.New(errs.Invalid, code, "This address belongs to another network.")
)

// Parse gives an address as its chain writes it: with EIP-55's letters on EVM chains, bech32 in lower case. network names the bitcoin
// network, "" for the main one. Errors: ErrForm, ErrChecksum, ErrZero, ErrNetwork.
func Parse(chain, network, text string) (string, error) {
	if chain == "bitcoin" {
		return bitcoin(network, text)
	}
	return evm(text)
}

func evm(text string) (string, error) {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok || len(digits) != 40 {
		return "", ErrForm
	}
	if _, err := hex.DecodeString(digits); err != nil {
		return "", ErrForm
	}
	lower := strings.ToLower(digits)
	if strings.Trim(lower, "0") == "" {
		return "", ErrZero
	}
	canonical := Checksum(lower)
	if digits != lower && digits != strings.ToUpper(digits) && "0x"+digits != canonical {
		return "", ErrChecksum
	}
	return canonical, nil
}

// Checksum writes 40 lower-case hexadecimal digits as EIP-55 does.
func Checksum(lower string) string {
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(lower))
	sum := h.Sum(nil)
	out := []byte("0x" + lower)
	for i, c := range []byte(lower) {
		nibble := sum[i/2] >> 4
		if i%2 == 1 {
			nibble = sum[i/2] & 15
		}
		if c >= 'a' && nibble >= 8 {
			out[i+2] = c - 'a' + 'A'
		}
	}
	return string(out)
}

var networks = map[string]*chaincfg.Params{"": &chaincfg.MainNetParams, "testnet": &chaincfg.TestNet3Params, "regtest": &chaincfg.RegressionNetParams}

func bitcoin(network, text string) (string, error) {
	params, ok := networks[network]
	if !ok {
		return "", ErrNetwork
	}
	a, err := address.DecodeAddress(text, params)
	if err != nil {
		for name, other := range networks {
			if found, err := address.DecodeAddress(text, other); err == nil && name != network && found.IsForNet(other) {
				return "", ErrNetwork
			}
		}
		if strings.Contains(err.Error(), "checksum") {
			return "", ErrChecksum
		}
		return "", ErrForm
	}
	if !a.IsForNet(params) {
		return "", ErrNetwork
	}
	switch a.(type) {
	case *address.AddressPubKey: // a bare key is no address that people use
		return "", ErrForm
	}
	return a.EncodeAddress(), nil
}
