package ledger

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/ledger"
	"rampa/internal/ledger/journal"
)

// jsonLines is the format of a transfer a line. It is this package's own: package journal knows no programs but those of
// accountants.
const jsonLines journal.Format = "json"

func formats() []string {
	names := []string{}
	for _, f := range append(journal.Formats(), jsonLines) {
		names = append(names, string(f))
	}
	return names
}

// exporting is what an export was asked for.
type exporting struct {
	format   journal.Format
	from, to time.Time // zero: no bound; to is not within
	file     string    // "": stdout
	summary  bool      // in JSON
}

func export(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "export", Short: "Write transfers as CSV or as a journal for hledger or beancount",
		Long: "Writes all transfers, or those of some days, in the order in which they were posted and as at one instant: as CSV with a\n" +
			"row an entry, as a journal that hledger or beancount reads, or as JSON with a transfer a line. Days are UTC.",
		Example: "rampa ledger export --format hledger --from 2026-11-01 --to 2026-11-30 --output november.journal",
	}
	format := cmd.Flags().String("format", string(journal.CSV), "`FORMAT`: "+strings.Join(formats(), ", "))
	from := cmd.Flags().String("from", "", "first `DATE`: YYYY-MM-DD, or YYYY-MM for its first day")
	to := cmd.Flags().String("to", "", "last `DATE`, itself included: YYYY-MM-DD, or YYYY-MM for its last day")
	output := cmd.Flags().StringP("output", "o", "", "`FILE` to make (also -o), which must not be there yet (default: standard output)")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) (err error) {
		e := exporting{format: journal.Format(*format), file: *output, summary: *asJSON}
		if *asJSON && *output == "" {
			if cmd.Flags().Changed("format") && e.format != jsonLines {
				return command.Usagef("--json without --output writes the transfers as JSON: leave out --format %s", *format)
			}
			e.format = jsonLines
		}
		if !slices.Contains(formats(), string(e.format)) {
			return command.Usagef("--format must be one of %s", strings.Join(formats(), ", "))
		}
		if e.from, _, err = day("from", *from); err != nil {
			return err
		}
		if _, e.to, err = day("to", *to); err != nil {
			return err
		}
		if !e.to.IsZero() && !e.from.Before(e.to) {
			return command.Usagef("--to %s lies before --from %s", *to, *from)
		}
		return e.run(cmd.Context(), p, admin)
	})
}

// day reads a date, and gives when it begins and when it has ended. Nothing has no bounds.
func day(flag, text string) (begin, end time.Time, err error) {
	if text == "" {
		return begin, end, nil
	}
	if begin, err = time.Parse(time.DateOnly, text); err == nil {
		return begin, begin.AddDate(0, 0, 1), nil
	}
	if begin, err = time.Parse("2006-01", text); err == nil {
		return begin, begin.AddDate(0, 1, 0), nil
	}
	return begin, end, command.Usagef("--%s must be YYYY-MM-DD or YYYY-MM, and %q is not", flag, text)
}

// written counts what an export wrote.
type written struct{ transfers, entries int64 }

func (e exporting) run(ctx context.Context, p *command.Program, admin *command.Admin) (err error) {
	var n written
	into := func(w io.Writer) error {
		return admin.Snapshot(ctx, func(ctx context.Context) (err error) {
			n, err = e.write(ctx, p, admin.Ledger, w)
			return err
		})
	}
	if e.file == "" {
		return into(p.Stdout)
	}
	if err := create(e.file, into); err != nil {
		return err
	}
	if e.summary {
		return p.PrintJSON(map[string]any{"file": e.file, "format": e.format, "transfers": n.transfers, "entries": n.entries})
	}
	_, err = fmt.Fprintf(p.Stdout, "%s holds %d transfers with %d entries.\n", e.file, n.transfers, n.entries)
	return err
}

// write streams the transfers: no more than a page of them is in memory.
func (e exporting) write(ctx context.Context, p *command.Program, l command.LedgerReader, w io.Writer) (n written, err error) {
	out, err := e.writer(w)
	if err != nil {
		return n, err
	}
	bar := command.NewProgress(p.Stderr, "exporting transfers", -1)
	defer bar.Done()
	q := ledger.JournalQuery{From: e.from, To: e.to, Limit: pageSize}
	for {
		page, err := l.Journal(ctx, q)
		if err != nil {
			return n, err
		}
		for _, t := range page {
			if err := out.Write(t); err != nil {
				return n, err
			}
			n.transfers, n.entries = n.transfers+1, n.entries+int64(len(t.Entries))
		}
		bar.Add(int64(len(page)))
		if len(page) < q.Limit {
			return n, out.Close()
		}
		q.After = page[len(page)-1].ID
	}
}

// writer is what transfers are written with.
type writer interface {
	Write(t ledger.Transfer) error
	Close() error
}

func (e exporting) writer(w io.Writer) (writer, error) {
	if e.format == jsonLines {
		buffer := bufio.NewWriter(w)
		lines := json.NewEncoder(buffer)
		lines.SetEscapeHTML(false)
		return jsonWriter{lines, buffer}, nil
	}
	return journal.New(w, e.format)
}

type jsonWriter struct {
	*json.Encoder
	buffer *bufio.Writer
}

func (j jsonWriter) Write(t ledger.Transfer) error { return j.Encode(view(t)) }
func (j jsonWriter) Close() error                  { return j.buffer.Flush() }

// create makes a file for its owner only, and leaves none when writing fails.
func create(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		os.Remove(path)
		return err
	}
	return nil
}
