package prove

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/prove"
)

// Payouts is the command about whether payouts may leave.
func Payouts(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "payouts", Short: "Freeze payouts, let them go on, or see whether they may leave",
		Long:    "Freezes payouts of coins and of money, lets them go on, or tells whether they may leave. A proof that fails freezes them.",
		Example: "rampa payouts status",
	}
	cmd.AddCommand(status(p), freeze(p), resume(p))
	return cmd
}

// freezeView is a freeze for programs.
type freezeView struct {
	Frozen     bool       `json:"frozen"`
	Reason     string     `json:"reason,omitempty"`
	At         *time.Time `json:"at,omitempty"`
	By         string     `json:"by,omitempty"`
	ProofID    int64      `json:"proof_id,omitempty"` // the run that froze them
	LiftedAt   *time.Time `json:"lifted_at,omitempty"`
	LiftedBy   string     `json:"lifted_by,omitempty"`
	LiftReason string     `json:"lift_reason,omitempty"`
}

func viewFreeze(f prove.Freeze) freezeView {
	v := freezeView{Frozen: f.Standing(), Reason: f.Reason, At: moment(f.At), By: f.By, ProofID: f.ProofID}
	if f.ID != 0 && !v.Frozen {
		v.LiftedAt, v.LiftedBy, v.LiftReason = moment(f.LiftedAt), f.LiftedBy, f.LiftReason
	}
	return v
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// proofView is the last run for programs.
type proofView struct {
	ID int64     `json:"id"`
	At time.Time `json:"at"`
	OK bool      `json:"ok"`
}

func status(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "Tell whether payouts may leave, and when the books were last proved",
		Long:    "Tells whether payouts may leave, why not, and how the last proof of the books ended.",
		Example: "rampa payouts status --json",
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		f, frozen, err := admin.Prove.Frozen(cmd.Context())
		if err != nil {
			return err
		}
		last, proved, err := admin.Prove.Last(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			view := struct {
				freezeView
				LastProof *proofView `json:"last_proof"` // null: none yet
			}{freezeView: viewFreeze(f)}
			if proved {
				view.LastProof = &proofView{last.ID, last.At.UTC(), last.OK()}
			}
			return p.PrintJSON(view)
		}
		if frozen {
			fmt.Fprintf(p.Stdout, "Payouts are frozen since %s by %s: %s\n", instant(f.At), f.By, f.Reason)
		} else {
			fmt.Fprintln(p.Stdout, "Payouts may leave.")
		}
		outcome := "the books were right"
		switch {
		case !proved:
			_, err = fmt.Fprintln(p.Stdout, "The books were not proved yet: run rampa prove.")
			return err
		case !last.OK():
			outcome = "the books were wrong: run rampa prove to see what"
		}
		_, err = fmt.Fprintf(p.Stdout, "Proof %d of %s: %s.\n", last.ID, instant(last.At), outcome)
		return err
	})
}

func freeze(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "freeze", Short: "Stop all payouts",
		Long:    "Stops all payouts until somebody lets them go on. It is written down in the audit, with the reason and the operator's name.",
		Example: `rampa payouts freeze --operator "Ana Ruiz" --reason "a key may be lost"`,
	}
	return ordered(p, cmd, func(ctx context.Context, admin *command.Admin, o prove.Order) (prove.Freeze, error) {
		return admin.Prove.Freeze(ctx, o)
	})
}

func resume(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "resume", Short: "Let payouts go on",
		Long: "Lets payouts go on. While the last proof of the books fails it is refused: repair what it found and run rampa prove.\n" +
			"--force lets them go on nevertheless; proofs that find the very same do not freeze them again, any other finding does.",
		Example: `rampa payouts resume --operator "Ana Ruiz" --reason "the missing deposit is booked"`,
	}
	force := cmd.Flags().Bool("force", false, "although the last proof failed")
	return ordered(p, cmd, func(ctx context.Context, admin *command.Admin, o prove.Order) (prove.Freeze, error) {
		o.Force = *force
		return admin.Prove.Lift(ctx, o)
	})
}

// ordered makes a command that takes a reason and a name.
func ordered(p *command.Program, cmd *cobra.Command, do func(context.Context, *command.Admin, prove.Order) (prove.Freeze, error)) *cobra.Command {
	reason := cmd.Flags().String("reason", "", "`TEXT` for the record: why")
	operator := cmd.Flags().String("operator", "", "`NAME` of who decides it")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		switch {
		case *reason == "":
			return command.Usagef("--reason is missing: why?")
		case *operator == "":
			return command.Usagef("--operator is missing: who decides it?")
		}
		f, err := do(cmd.Context(), admin, prove.Order{Reason: *reason, Operator: *operator, Actor: command.Actor()})
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(viewFreeze(f))
		}
		if f.Standing() {
			_, err = fmt.Fprintln(p.Stdout, "Payouts are frozen.")
		} else {
			_, err = fmt.Fprintf(p.Stdout, "Payouts go on. They were frozen since %s by %s: %s\n", instant(f.At), f.By, f.Reason)
		}
		return err
	})
}
