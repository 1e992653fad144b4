package asset

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed assets.yaml
var defaults []byte

// Default gives the embedded matrix. It is read once; a test proves that it loads.
var Default = sync.OnceValue(func() *Matrix {
	m, err := Load(defaults)
	if err != nil {
		panic("asset: assets.yaml: " + err.Error())
	}
	return m
})

// source is the file; its keys are the lower-case names of the fields. Numbers are kept as they were written.
type source struct {
	Version  int
	Spread   *spreadSource
	Partner  string
	Fiats    []fiatSource
	Chains   []chainSource
	Coins    []coinSource
	Pairs    []pairSource
	Methods  []methodSource
	Sales    []saleSource
	Projects []projectSource
}

type spreadSource struct{ Buy, Sell string }

type fiatSource struct{ Code, Decimals, Minimum string }

type chainSource struct {
	Code, Name, Fee string
	ID              int64
	Minimum         map[string]string // by currency
}

type coinSource struct{ Symbol, Name, Decimals, Minimum string }

type pairSource struct {
	Coin, Chain, Contract, Decimals string
	Fiats                           []string          // absent: all
	Minimum                         map[string]string // by currency
	Onramp, Offramp, Active         *bool             // absent: true
}

type methodSource struct {
	Code, Name, Fiat, Minimum, Maximum, Percent, Fixed, Settlement string
	Countries                                                      []string
	Active                                                         *bool
}

type saleSource struct{ Fiat, Percent, Fixed string }

type projectSource struct {
	Project               string
	Pairs, Fiats, Methods []string // absent: what everybody has
	Spread                *spreadSource
	Partner               string
	Fees                  []struct{ Method, Fiat, Percent, Fixed string }
	Sales                 []saleSource
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

// goTypes are what the decoder says of our structs, which are nobody else's business.
var goTypes = regexp.MustCompile(` (in type|into) (asset\.|\[\]|map\[).*`)

// plain words an error of the decoder: "line 12: field colour not found".
func plain(err error) error {
	if err == io.EOF {
		return errors.New("the file is empty")
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if typed, ok := errors.AsType[*yaml.TypeError](err); ok {
		text = typed.Errors[0]
	}
	return errors.New(goTypes.ReplaceAllString(text, ""))
}
