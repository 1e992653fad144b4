package command

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress shows how far something that takes over a second has come. It writes nothing where nobody watches.
type Progress struct{ bar *progressbar.ProgressBar }

// NewProgress starts a bar on w, which only shows when w is a terminal. total -1: unknown, it only shows that it moves.
func NewProgress(w io.Writer, what string, total int64) *Progress {
	if !IsTerminal(w) {
		return &Progress{}
	}
	return &Progress{progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())}
}

// Add tells that n more are done.
func (p *Progress) Add(n int64) {
	if p.bar != nil {
		p.bar.Add64(n) // a bar that cannot be drawn is no failure of the work
	}
}

// Done takes the bar away.
func (p *Progress) Done() {
	if p.bar != nil {
		p.bar.Finish()
	}
}

func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
