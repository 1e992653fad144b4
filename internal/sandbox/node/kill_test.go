package node_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"rampa/internal/sandbox/node"
)

// TestMain lets the test binary be the process that the kill test kills.
func TestMain(m *testing.M) {
	if folder := os.Getenv("RAMPA_NODE_VICTIM"); folder != "" {
		if err := victim(folder); err != nil {
			fmt.Fprintln(os.Stderr, "victim:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// victim sends coins, one wei a transaction, until it is killed. It prints each transaction with its block as soon as anybody may see them,
// which is before the sender of it goes on.
func victim(folder string) error {
	ctx := context.Background()
	n, err := node.Open(node.Config{Folder: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- watch(ctx, n) }()
	go func() {
		for {
			if _, err := n.Fund(ctx, somebody, big.NewInt(1)); err != nil {
				failed <- err
			}
		}
	}()
	return <-failed
}

func watch(ctx context.Context, n *node.Node) error {
	last, err := n.Client().HeaderByNumber(ctx, nil)
	for err == nil {
		var b *types.Block
		if b, err = n.Client().BlockByNumber(ctx, nil); err == nil && b.Hash() != last.Hash() {
			for _, tx := range b.Transactions() {
				fmt.Println(tx.Hash(), b.Hash())
			}
			last = b.Header()
		}
	}
	return err
}

func TestKillsWhileSealingLoseNothingThatWasSeen(t *testing.T) {
	t.Parallel()
	kills := 6
	if more, err := strconv.Atoi(os.Getenv("RAMPA_SOAK_KILLS")); err == nil {
		kills = more
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	folder, seen := t.TempDir(), map[common.Hash]common.Hash{}
	for range kills {
		murder(t, folder, seen, random)
	}
	n := open(t, node.Config{Folder: folder})
	defer shut(t, n)
	for tx, block := range seen {
		r, err := n.Client().TransactionReceipt(t.Context(), tx)
		if err != nil || r.BlockHash != block {
			t.Errorf("transaction %s was seen in block %s: %+v, %v", tx, block, r, err)
		}
	}
	sent := int64(0)
	for height := must(n.Client().BlockNumber(t.Context()))(t); height > 0; height-- {
		sent += int64(len(must(n.Client().BlockByNumber(t.Context(), new(big.Int).SetUint64(height)))(t).Transactions()))
	}
	if got := must(n.Client().BalanceAt(t.Context(), somebody, nil))(t); got.Int64() != sent || sent < int64(len(seen)) {
		t.Errorf("%v wei arrived by %d transactions in blocks, %d were seen", got, sent, len(seen))
	}
	if len(seen) == 0 || t.Failed() {
		t.Errorf("%d transactions seen, seed %d", len(seen), seed)
	}
}

// murder lets a victim work for a moment.
func murder(t *testing.T, folder string, seen map[common.Hash]common.Hash, random *rand.Rand) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), "RAMPA_NODE_VICTIM="+folder), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for left := 1 + random.IntN(40); lines.Scan(); left-- {
		tx, block, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			continue // cut off by the kill
		}
		if len(block) == 2+2*common.HashLength {
			seen[common.HexToHash(tx)] = common.HexToHash(block)
		}
		if left == 0 {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait() // it was killed
}
