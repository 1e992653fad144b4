// Package rules reads which chains an operator sends on: by which nodes, with which key, at what price, and when a transaction is final. It
// must not dial nor sign.
package rules

import (
	"fmt"
	"log/slog"
	"math/big"
	"net/url"
	"time"
)

// Kind is which adapter speaks to a chain.
type Kind string

// The kinds.
const (
	EVM     Kind = "evm"     // chain/evm
	Bitcoin Kind = "bitcoin" // chain/bitcoin
)

// Rules are the chains that are sent on.
type Rules struct {
	Chains []Chain // in the order of the file
}

// Chain is how one chain is sent on.
type Chain struct {
	Code          string // of the matrix
	Kind          Kind
	ID            int64      // EIP-155, of an EVM chain
	Network       string     // of bitcoin: "" for the main one, testnet, regtest
	Endpoints     []Endpoint // the first is preferred
	Key           string     // name of the wallet's key
	Confirmations int64      // of a final transaction: 1 is in the newest block
	Budget        *big.Int   // the most that a transaction may cost, in base units of the chain's own coin
	StuckAfter    time.Duration
	BlockTime     time.Duration
}

// Chain gives the rules of a chain.
func (r *Rules) Chain(code string) (Chain, bool) {
	for _, c := range r.Chains {
		if c.Code == code {
			return c, true
		}
	}
	return Chain{}, false
}

// URLs are the endpoints as they are dialled. They may hold secrets.
func (c Chain) URLs() []string {
	urls := make([]string, len(c.Endpoints))
	for i, e := range c.Endpoints {
		urls[i] = e.URL()
	}
	return urls
}

// Endpoint is the address of a node. Whatever prints or logs it shows the host only: the rest may hold keys.
type Endpoint struct{ at *url.URL }

// URL is the whole address, secrets included.
func (e Endpoint) URL() string { return e.at.String() }

// String is the host.
func (e Endpoint) String() string {
	if e.at == nil {
		return ""
	}
	return e.at.Host
}

// Format prints the host, whatever the verb.
func (e Endpoint) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(e.String())) }

// LogValue logs the host.
func (e Endpoint) LogValue() slog.Value { return slog.StringValue(e.String()) }

// MarshalText writes the host.
func (e Endpoint) MarshalText() ([]byte, error) { return []byte(e.String()), nil }
