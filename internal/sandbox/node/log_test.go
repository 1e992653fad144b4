package node_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	gethlog "github.com/ethereum/go-ethereum/log"

	"rampa/internal/sandbox/node"
)

// buffer is written by whoever logs.
type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// TestWhatTheLibrarySaysIsForDebugging is not parallel: the library has one log for all.
func TestWhatTheLibrarySaysIsForDebugging(t *testing.T) {
	standard := slog.Default()
	var all buffer
	n := open(t, node.Config{Folder: t.TempDir(), Log: slog.New(slog.NewTextHandler(&all, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	gethlog.Error("something the library minds", "peers", 0)
	gethlog.New("of", "a part").Warn("another thing")
	gethlog.Debug("a detail")
	shut(t, n)
	text := all.String()
	for _, want := range []string{"something the library minds", "peers=0", "another thing", "part=\"sandbox chain\""} {
		if !strings.Contains(text, want) {
			t.Errorf("the log has no %q", want)
		}
	}
	if strings.Contains(text, "a detail") || strings.Count(text, "level=DEBUG") != strings.Count(text, "\n") {
		t.Errorf("the log has more than what it should, or not at debug level:\n%s", text)
	}
	if slog.Default() != standard {
		t.Error("the standard log was replaced")
	}
}
