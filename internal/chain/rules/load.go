package rules

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"

	"rampa/internal/money"
)

//go:embed chains.yaml
var embedded []byte

// source is the file; its keys are the lower-case names of the fields.
type source struct {
	Version int
	Chains  []chainSource
}

type chainSource struct {
	Code, Kind, Network, Key, Budget, Stuck, Block string
	ID, Confirmations                              int64
	Endpoints                                      []string
}

// known are the chains that chains.yaml tells of, by code. It is read once; a test proves that it can be.
var known = sync.OnceValue(func() map[string]chainSource {
	src, err := decode(embedded)
	if err != nil {
		panic("rules: chains.yaml: " + err.Error())
	}
	all := map[string]chainSource{}
	for _, c := range src.Chains {
		all[c.Code] = c
	}
	return all
})

// The bounds of what a file may say.
const (
	maxEndpoints     = 10
	maxConfirmations = 1000
	minBlock         = 100 * time.Millisecond
	maxBlock         = time.Hour
	maxStuck         = 24 * time.Hour
)

var (
	chainCode = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)
	keyName   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// Load reads an operator's file and refuses it with any mistake. What a chain that chains.yaml knows does not say is as there. The error
// names the line or the chain, and never an endpoint's address.
func Load(data []byte) (*Rules, error) {
	src, err := decode(data)
	if err != nil {
		return nil, oneLine(err)
	}
	if len(src.Chains) == 0 {
		return nil, errors.New("chains: the file has no chain")
	}
	r := &Rules{}
	for i, c := range src.Chains {
		where := c.Code
		if !chainCode.MatchString(c.Code) {
			return nil, fmt.Errorf("chains: chain %d: its code is not of the form %s", i+1, chainCode)
		}
		read, err := c.withDefaults().read()
		if err != nil {
			return nil, oneLine(fmt.Errorf("%s: %w", where, err))
		}
		for _, other := range r.Chains {
			switch {
			case other.Code == read.Code:
				return nil, fmt.Errorf("chains: %s: it stands here twice", where)
			case other.Kind == read.Kind && other.ID == read.ID && other.Network == read.Network:
				return nil, fmt.Errorf("chains: %s: it is the same chain as %s", where, other.Code)
			}
		}
		r.Chains = append(r.Chains, read)
	}
	return r, nil
}

// decode reads the file strictly: no unknown key, none twice, one document.
func decode(data []byte) (src source, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&src); err != nil {
		return source{}, plain(err)
	}
	if err := decoder.Decode(&source{}); err != io.EOF {
		return source{}, errors.New("the file holds more than one document")
	}
	if src.Version != 1 {
		return source{}, fmt.Errorf("version: %d is not known", src.Version)
	}
	return src, nil
}

// What the decoder says of our structs and quotes of the file: the first is nobody's business, the second may be secret.
var (
	goTypes = regexp.MustCompile(` (in type|into) (rules\.|\[\]|map\[|int|string).*`)
	quoted  = regexp.MustCompile("!!\\w+ `[^`]*`")
)

// plain words an error of the decoder.
func plain(err error) error {
	if err == io.EOF {
		return errors.New("the file is empty")
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if typed, ok := errors.AsType[*yaml.TypeError](err); ok {
		text = typed.Errors[0]
	}
	return errors.New(quoted.ReplaceAllString(goTypes.ReplaceAllString(text, ""), "what stands there"))
}

// oneLine keeps what a file says from breaking the line in which it is complained of.
func oneLine(err error) error {
	return errors.New("chains: " + strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, err.Error()))
}

// withDefaults fills in what chains.yaml says of a chain that it knows. Another number or network is another chain: its nodes and its pace
// may be others too, but nothing better is known.
func (c chainSource) withDefaults() chainSource {
	d := known()[c.Code]
	for _, f := range []struct{ to, from *string }{{&c.Kind, &d.Kind}, {&c.Network, &d.Network}, {&c.Budget, &d.Budget}, {&c.Stuck, &d.Stuck}, {&c.Block, &d.Block}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	if c.ID == 0 {
		c.ID = d.ID
	}
	if c.Confirmations == 0 {
		c.Confirmations = d.Confirmations
	}
	return c
}

func (c chainSource) read() (out Chain, err error) {
	out = Chain{Code: c.Code, Kind: Kind(c.Kind), ID: c.ID, Network: c.Network, Key: c.Key, Confirmations: c.Confirmations}
	switch {
	case out.Kind != EVM && out.Kind != Bitcoin:
		return out, fmt.Errorf("kind is %q, and must be evm or bitcoin", c.Kind)
	case out.Kind == EVM && c.ID <= 0:
		return out, errors.New("id is missing: the number of the chain (EIP-155)")
	case out.Kind == EVM && c.Network != "":
		return out, errors.New("network is a word for bitcoin; an EVM chain has an id")
	case out.Kind == Bitcoin && c.ID != 0:
		return out, errors.New("id is a word for EVM chains; bitcoin has a network")
	case out.Kind == Bitcoin && c.Network != "" && c.Network != "testnet" && c.Network != "regtest":
		return out, fmt.Errorf("network is %q, and must be testnet or regtest, or be left out", c.Network)
	case !keyName.MatchString(c.Key):
		return out, fmt.Errorf("key is %q, and must be the name of a key: 1 to 64 lower-case letters, digits and hyphens", c.Key)
	case c.Confirmations < 1 || c.Confirmations > maxConfirmations:
		return out, fmt.Errorf("confirmations are a number from 1 to %d", maxConfirmations)
	}
	if out.Budget, err = c.budget(out.Kind); err != nil {
		return out, err
	}
	if out.BlockTime, err = duration("block", c.Block, minBlock, maxBlock); err != nil {
		return out, err
	}
	if out.StuckAfter, err = duration("stuck", c.Stuck, out.BlockTime, maxStuck); err != nil {
		return out, err
	}
	out.Endpoints, err = endpoints(c.Endpoints)
	return out, err
}

// budget reads an amount of the chain's own coin.
func (c chainSource) budget(kind Kind) (*big.Int, error) {
	coin, decimals := money.Asset{Code: "coin", Scale: 9}, 18
	if kind == Bitcoin {
		coin, decimals = money.Asset{Code: "BTC", Scale: 8}, 8
	}
	amount, err := money.Parse(c.Budget, coin)
	if err != nil || amount.Sign() <= 0 {
		return nil, fmt.Errorf("budget is %q, and must be an amount of the chain's own coin above nothing, with at most %d decimals", c.Budget, coin.Scale)
	}
	return amount.Base(decimals)
}

func duration(name, text string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < least || d > most {
		return 0, fmt.Errorf("%s is %q, and must be a time from %s to %s, like 90s or 2m", name, text, least, most)
	}
	return d, nil
}

// endpoints reads addresses. Errors tell which one it is by its place: the address may hold a key.
func endpoints(texts []string) (out []Endpoint, err error) {
	if len(texts) == 0 || len(texts) > maxEndpoints {
		return nil, fmt.Errorf("endpoints are 1 to %d addresses of nodes", maxEndpoints)
	}
	before := map[string]bool{}
	for i, text := range texts {
		u, err := url.Parse(text)
		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Fragment != "":
			return nil, fmt.Errorf("endpoint %d is no address that begins with https:// or http:// and a host", i+1)
		case before[u.String()]:
			return nil, fmt.Errorf("endpoint %d stands here twice: a node has one voice", i+1)
		}
		before[u.String()] = true
		out = append(out, Endpoint{u})
	}
	return out, nil
}
