package evm

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"

	"rampa/internal/chain"
)

// callTimeout bounds what one node is asked; a node that failed last time has less.
const callTimeout = 10 * time.Second

// Config is what an adapter needs.
type Config struct {
	ChainID   int64
	Endpoints []string      // JSON-RPC URLs, http or https; the first is preferred. They may hold secrets: no error ever shows them
	Timeout   time.Duration // of one question to one node; 0: 10 seconds
}

// Network implements chain.Network. It is safe for concurrent use.
type Network struct {
	id      *big.Int
	nodes   []*endpoint
	timeout time.Duration
}

type endpoint struct {
	name    string // host, without what may be secret
	secrets []string
	client  *ethclient.Client
	checked atomic.Bool // it serves the chain that it should
	failing atomic.Bool // it did not answer last time
}

// Dial prepares all endpoints. Those that do not answer now may later; one that serves another chain is refused, now or when it answers.
func Dial(ctx context.Context, c Config) (*Network, error) {
	n := &Network{id: big.NewInt(c.ChainID), timeout: c.Timeout}
	if n.timeout == 0 {
		n.timeout = callTimeout
	}
	for _, raw := range c.Endpoints {
		e, err := dial(ctx, raw)
		if err != nil {
			n.Close()
			return nil, err
		}
		n.nodes = append(n.nodes, e)
	}
	if len(n.nodes) == 0 {
		return nil, errors.New("a chain needs an endpoint")
	}
	for _, r := range everybody(ctx, n, func(ctx context.Context, c *ethclient.Client) (uint64, error) { return c.BlockNumber(ctx) }) {
		if errors.Is(r.err, errChain) {
			n.Close()
			return nil, r.err
		}
	}
	return n, nil
}

func dial(ctx context.Context, raw string) (*endpoint, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("an endpoint's URL cannot be read") // the error has the URL in it
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("an endpoint's URL must begin with http:// or https:// and a host")
	}
	client, err := ethclient.DialContext(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("endpoint %s cannot be reached", u.Host)
	}
	return &endpoint{name: u.Host, secrets: secretsOf(u), client: client}, nil
}

// secretsOf lists the parts of a URL that may be keys: a node may quote them in an answer.
func secretsOf(u *url.URL) []string {
	parts := append(strings.Split(u.Path, "/"), strings.Split(u.EscapedPath(), "/")...)
	for key, values := range u.Query() {
		parts = append(append(parts, key), values...)
	}
	parts = append(parts, u.RawQuery, u.User.String())
	if password, has := u.User.Password(); has {
		parts = append(parts, password)
	}
	const least = 6 // shorter ones are words like v2 and rpc
	parts = slices.DeleteFunc(parts, func(p string) bool { return len(p) < least })
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	return parts
}

// told is what a node's failure says, without what its URL keeps secret.
func (e *endpoint) told(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	text := err.Error()
	for _, s := range e.secrets {
		text = strings.ReplaceAll(text, s, "***")
	}
	const most = 300
	if len(text) > most {
		text = text[:most] + "…"
	}
	return fmt.Errorf("%s: %s", e.name, text)
}

var errChain = errors.New("another chain is served")

// Close hangs up.
func (n *Network) Close() {
	for _, e := range n.nodes {
		e.client.Close()
	}
}

// reply is what one node answered. Of an error, only kind and text are kept.
type reply[T any] struct {
	answer T
	err    error
	said   bool // the error is the node's answer, and not that there was none
}

func ask[T any](ctx context.Context, n *Network, e *endpoint, question func(ctx context.Context, c *ethclient.Client) (T, error)) (r reply[T]) {
	timeout := n.timeout
	if e.failing.Load() {
		timeout /= 5
	}
	call, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if !e.checked.Load() {
		id, err := e.client.ChainID(call)
		if err == nil && id.Cmp(n.id) != 0 {
			return reply[T]{err: fmt.Errorf("endpoint %s serves chain %s and not %s: %w", e.name, id, n.id, errChain)}
		}
		if err != nil {
			e.failing.Store(ctx.Err() == nil)
			return reply[T]{err: e.told(err)}
		}
		e.checked.Store(true)
	}
	answer, err := question(call, e.client)
	var refused rpc.Error
	said := err == nil || errors.As(err, &refused) || errors.Is(err, ethereum.NotFound)
	if ctx.Err() == nil {
		e.failing.Store(!said)
	}
	if err != nil {
		return reply[T]{err: e.told(err), said: said}
	}
	return reply[T]{answer: answer, said: true}
}

// everybody asks all nodes at once.
func everybody[T any](ctx context.Context, n *Network, question func(ctx context.Context, c *ethclient.Client) (T, error)) []reply[T] {
	replies := make([]reply[T], len(n.nodes))
	var wg sync.WaitGroup
	for i, e := range n.nodes {
		wg.Go(func() { replies[i] = ask(ctx, n, e, question) })
	}
	wg.Wait()
	return replies
}

// all asks every node, and gives the answers of those that did.
func all[T any](ctx context.Context, n *Network, question func(ctx context.Context, c *ethclient.Client) (T, error)) ([]T, error) {
	var answers []T
	var problems []error
	for _, r := range everybody(ctx, n, question) {
		if r.err == nil {
			answers = append(answers, r.answer)
		} else {
			problems = append(problems, r.err)
		}
	}
	if len(answers) == 0 {
		return nil, chain.ErrUnavailable.Because(errors.Join(problems...))
	}
	return answers, nil
}

// first asks one node after another until one answers; those that failed last time come last.
func first[T any](ctx context.Context, n *Network, question func(ctx context.Context, c *ethclient.Client) (T, error)) (T, error) {
	var none T
	var problems []error
	order := slices.Clone(n.nodes)
	slices.SortStableFunc(order, func(a, b *endpoint) int {
		switch fa, fb := a.failing.Load(), b.failing.Load(); {
		case fa == fb:
			return 0
		case fb:
			return -1
		}
		return 1
	})
	for _, e := range order {
		r := ask(ctx, n, e, question)
		if r.err == nil {
			return r.answer, nil
		}
		problems = append(problems, r.err)
	}
	return none, chain.ErrUnavailable.Because(errors.Join(problems...))
}

// smallest is the least of several answers.
func smallest(all []*big.Int) *big.Int {
	return slices.MinFunc(all, (*big.Int).Cmp)
}

// middling is what half of the answers do not exceed: one that lies does not move it far where there are three.
func middling(all []*big.Int) *big.Int {
	sorted := slices.SortedFunc(slices.Values(all), (*big.Int).Cmp)
	return sorted[(len(sorted)-1)/2]
}
