package asset

import (
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/sha3"
)

// checksum gives an address as EIP-55 writes it: a letter is upper case where the Keccak-256 of the lower-case digits has
// a nibble of 8 or more. false when it is no address, or the zero address, which is nobody's.
func checksum(address string) (string, bool) {
	digits, prefixed := strings.CutPrefix(address, "0x")
	digits = fold(digits)
	raw, err := hex.DecodeString(digits)
	if !prefixed || err != nil || len(raw) != 20 || strings.Trim(digits, "0") == "" {
		return "", false
	}
	hash := sha3.NewLegacyKeccak256()
	hash.Write([]byte(digits))
	sum := hex.EncodeToString(hash.Sum(nil))
	right := []byte(digits)
	for i, c := range right {
		if c >= 'a' && sum[i] >= '8' {
			right[i] = c - 'a' + 'A'
		}
	}
	return "0x" + string(right), true
}
