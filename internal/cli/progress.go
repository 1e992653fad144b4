package cli

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far something that takes over a second has come. It writes nothing where nobody watches.
type progress struct{ bar *progressbar.ProgressBar }

// newProgress starts a bar on w, which only shows when w is a terminal. total -1: unknown, it only shows that it moves.
func newProgress(w io.Writer, what string, total int64) *progress {
	if !isTerminal(w) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())}
}

// Add tells that n more are done.
func (p *progress) Add(n int64) {
	if p.bar != nil {
		p.bar.Add64(n) // a bar that cannot be drawn is no failure of the work
	}
}

// Done takes the bar away.
func (p *progress) Done() {
	if p.bar != nil {
		p.bar.Finish()
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
