package row

import (
	"strconv"
	"strings"
)

// Where collects conditions that must all hold. Args are the values of their placeholders.
type Where struct {
	Args []any
	text strings.Builder
}

// Add adds a condition; each ? in it becomes the next $n.
func (w *Where) Add(condition string, args ...any) {
	if w.text.Len() > 0 {
		w.text.WriteString(" AND ")
	}
	for _, part := range strings.SplitAfter(condition, "?") {
		if body, ok := strings.CutSuffix(part, "?"); ok {
			w.text.WriteString(body + w.Arg(args[0]))
			args = args[1:]
		} else {
			w.text.WriteString(part)
		}
	}
}

// Arg adds a value outside the conditions, such as a limit, and gives its placeholder.
func (w *Where) Arg(value any) string {
	w.Args = append(w.Args, value)
	return "$" + strconv.Itoa(len(w.Args))
}

// String gives the conditions, joined by AND.
func (w *Where) String() string { return w.text.String() }
