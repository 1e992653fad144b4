package sandbox

import (
	"bytes"
	_ "embed"
	"io"
)

//go:embed wallets.txt
var wallets []byte

// Wallets is a list of addresses that the sandbox's screening forbids.
func Wallets() io.Reader { return bytes.NewReader(wallets) }
