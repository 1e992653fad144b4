package ticker

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"
)

// Selectors of AggregatorV3Interface: the first four bytes of the Keccak-256 of the signatures.
const (
	latestRoundData = "0xfeaf968c"
	decimals        = "0x313ce567"
)

// call is one of a JSON-RPC batch.
type call struct {
	Version string `json:"jsonrpc"`
	ID      int    `json:"id"`
	Method  string `json:"method"`
	Params  [2]any `json:"params"`
}

// askChainlink asks a node for the last round and the decimals of each contract, in one batch.
func askChainlink(ctx context.Context, s *source, contracts []string) ([]byte, error) {
	var batch []call
	for i, contract := range contracts {
		for n, data := range []string{latestRoundData, decimals} {
			to := map[string]string{"to": contract, "data": data}
			batch = append(batch, call{"2.0", 2*i + n, "eth_call", [2]any{to, "latest"}})
		}
	}
	content, err := json.Marshal(batch)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(content))
	if err != nil {
		return nil, bare(err)
	}
	request.Header.Set("Content-Type", "application/json")
	return s.do(request)
}

// readChainlink reads the answers, which may come in any order. The time is that of the round: a feed tells when its price
// changed, so its age is to be above its heartbeat.
func readChainlink(body []byte, asked []string) (map[string]reading, error) {
	var answers []struct {
		ID     int    `json:"id"`
		Result string `json:"result"`
		Error  *struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &answers); err != nil {
		return nil, fmt.Errorf("the node says %s: %w", brief(string(body)), err)
	}
	words := make([][]*big.Int, 2*len(asked))
	failed := make([]error, len(words))
	for i := range failed {
		failed[i] = errors.New("the node has not answered")
	}
	for _, a := range answers {
		if a.ID < 0 || a.ID >= len(words) {
			continue
		}
		if a.Error != nil {
			failed[a.ID] = fmt.Errorf("the node says %s", brief(a.Error.Message))
			continue
		}
		words[a.ID], failed[a.ID] = parseWords(a.Result, [2]int{5, 1}[a.ID%2])
	}
	out := map[string]reading{}
	for i, contract := range asked {
		if err := errors.Join(failed[2*i], failed[2*i+1]); err != nil {
			out[contract] = reading{err: err}
			continue
		}
		out[contract] = round(words[2*i], words[2*i+1][0])
	}
	return out, nil
}

// round makes a price of latestRoundData's (roundId, answer, startedAt, updatedAt, answeredInRound) and decimals.
func round(data []*big.Int, scale *big.Int) reading {
	answer, updated := data[1], data[3]
	switch {
	case answer.Sign() == 0 || answer.Bit(255) == 1:
		return reading{err: errors.New("the contract's answer is not above zero")}
	case updated.Sign() == 0 || updated.BitLen() > 40:
		return reading{err: errors.New("the contract's round is not complete")}
	case scale.Cmp(big.NewInt(36)) > 0:
		return reading{err: errors.New("the contract has too many decimals")}
	}
	rate := new(big.Rat).SetFrac(answer, new(big.Int).Exp(big.NewInt(10), scale, nil))
	return reading{rate: rate, at: time.Unix(updated.Int64(), 0).UTC()}
}

// parseWords splits an ABI answer into so many words of 32 bytes, as unsigned integers.
func parseWords(text string, n int) ([]*big.Int, error) {
	data, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || len(data) != 32*n {
		return nil, fmt.Errorf("the answer has %d bytes, not %d: is there such a contract on the node's chain?", len(data), 32*n)
	}
	words := make([]*big.Int, n)
	for i := range words {
		words[i] = new(big.Int).SetBytes(data[32*i : 32*i+32])
	}
	return words, nil
}

func checkContract(q quotation) error {
	if data, err := hex.DecodeString(strings.TrimPrefix(q.symbol, "0x")); err != nil || len(data) != 20 || len(q.symbol) != 42 {
		return fmt.Errorf("%q is no address of a contract", q.symbol)
	}
	return nil
}
