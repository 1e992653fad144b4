package node

import (
	"context"
	"log/slog"

	gethlog "github.com/ethereum/go-ethereum/log"
)

// quiet writes what the node says at debug level, whatever the node thinks of it: it is not about Rampa.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo && q.Handler.Enabled(ctx, slog.LevelDebug)
}

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < gethlog.LevelCrit { // after which the library ends the process
		r.Level = slog.LevelDebug
	}
	return q.Handler.Handle(ctx, r)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }

// own is a logger that the library does not also make the standard library's, as it does with its own kind.
type own struct{ gethlog.Logger }

func logger(to *slog.Logger) gethlog.Logger {
	return own{gethlog.NewLogger(quiet{to.With("part", "sandbox chain").Handler()})}
}

// hush sends what the library says of its own accord to our log.
func hush(to *slog.Logger) { gethlog.SetDefault(logger(to)) }
