// Package prove is the commands that prove the books, and that freeze payouts and let them go on. It must not know how
// anything is proved.
package prove

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/prove"
)

// Command is the command that proves.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "prove", Short: "Prove that the books are right",
		Long: "Replays the ledger and holds it against its digests, the audit log, and what chains and bank accounts really hold: one\n" +
			"line a check. When one fails it freezes payouts, says why, and exits 1. A server may run beside it; a server does the\n" +
			"same every hour.",
		Example: "rampa prove --json",
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		bar := &bar{p: p}
		r, err := admin.Prove.RunWatched(cmd.Context(), bar.show)
		bar.done()
		if err != nil {
			return err
		}
		freeze, frozen, err := admin.Prove.Frozen(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			err = p.PrintJSON(viewReport(r, frozen))
		} else {
			err = printReport(p, r)
		}
		if err != nil {
			return err
		}
		return verdict(r, freeze, frozen)
	})
}

// bar shows how far a run has come, from its first step on that takes a while.
type bar struct {
	p     *command.Program
	shown *command.Progress
	past  int64
}

func (b *bar) show(done, total int64) {
	if b.shown == nil || done < b.past { // the second: it begins anew
		b.done()
		b.shown, b.past = command.NewProgress(b.p.Stderr, "proving", total), 0
	}
	b.shown.Add(done - b.past)
	b.past = done
}

func (b *bar) done() {
	if b.shown != nil {
		b.shown.Done()
	}
}

// verdict is the error of a run that found something.
func verdict(r prove.Report, freeze prove.Freeze, frozen bool) error {
	failed := r.Failures()
	if len(failed) == 0 {
		return nil
	}
	var names []string
	for _, c := range failed {
		names = append(names, name(c))
	}
	what := "the books are wrong (" + strings.Join(names, ", ") + ")"
	switch {
	case r.Froze:
		return errors.New(what + ": payouts are frozen now")
	case frozen:
		return fmt.Errorf("%s: payouts are frozen since %s", what, instant(freeze.At))
	default:
		return fmt.Errorf("%s: payouts go on, since %s lifted the freeze over these findings", what, freeze.LiftedBy)
	}
}

// words are the outcomes in columns.
var words = map[prove.Status]string{prove.OK: "ok", prove.Failed: "FAILED", prove.Warning: "warning", prove.Unconnected: "--"}

func name(c prove.Check) string { return strings.ReplaceAll(c.Name, "_", " ") }

func printReport(p *command.Program, r prove.Report) error {
	for _, c := range r.Checks {
		fmt.Fprintf(p.Stdout, "%-8s %-14s %s\n", words[c.Status], name(c), c.Summary)
		for _, f := range c.Findings {
			fmt.Fprintf(p.Stdout, "%-8s %-14s - %s\n", "", "", f.Text)
		}
		if more := c.Found - int64(len(c.Findings)); more > 0 {
			fmt.Fprintf(p.Stdout, "%-8s %-14s - and %d more\n", "", "", more)
		}
	}
	if !r.OK() {
		return nil
	}
	_, err := fmt.Fprintf(p.Stdout, "The books are right. Proof %d, %s.\n", r.ID, r.Took.Round(time.Millisecond))
	return err
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// reportView is a report for programs.
type reportView struct {
	ID         int64       `json:"id"`
	At         time.Time   `json:"at"`
	OK         bool        `json:"ok"`
	TookMS     int64       `json:"took_ms"`
	Transfers  int64       `json:"transfers"`
	Entries    int64       `json:"entries"`
	Accounts   int64       `json:"accounts"`
	Checkpoint string      `json:"checkpoint"` // of the audit chain
	Froze      bool        `json:"froze_payouts"`
	Accepted   bool        `json:"accepted"`
	Frozen     bool        `json:"payouts_frozen"`
	Checks     []checkView `json:"checks"`
}

type checkView struct {
	Name     string        `json:"name"`
	Status   prove.Status  `json:"status"`
	Summary  string        `json:"summary"`
	Found    int64         `json:"found"`
	Findings []findingView `json:"findings"`
}

type findingView struct {
	Subject string `json:"subject"`
	Off     string `json:"off,omitempty"`
	Text    string `json:"text"`
}

func viewReport(r prove.Report, frozen bool) reportView {
	v := reportView{ID: r.ID, At: r.At.UTC(), OK: r.OK(), TookMS: r.Took.Milliseconds(), Transfers: r.Transfers, Entries: r.Entries, Accounts: r.Accounts,
		Checkpoint: r.Checkpoint, Froze: r.Froze, Accepted: r.Accepted, Frozen: frozen, Checks: []checkView{}}
	for _, c := range r.Checks {
		check := checkView{Name: c.Name, Status: c.Status, Summary: c.Summary, Found: c.Found, Findings: []findingView{}}
		for _, f := range c.Findings {
			check.Findings = append(check.Findings, findingView(f))
		}
		v.Checks = append(v.Checks, check)
	}
	return v
}
