// Package customer is the commands about one customer: export, erase, ban and unban. It must not know how any is done.
package customer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/customer"
	"rampa/internal/privacy"
)

// Command is the command about customers.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "customer", Short: "Export, erase, ban or unban a customer",
		Long:    "Exports, erases, bans or unbans a customer of any partner. A customer is named by its number, the id of the API.",
		Example: "rampa customer export 1234 --output customer-1234.zip",
	}
	cmd.AddCommand(export(p), erase(p), ban(p), unban(p))
	return cmd
}

// named wants the customer's number.
var named = command.Arguments(1, "the customer's number")

// number reads the customer's number.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, command.Usagef("%q is no customer's number: it is the id that the API gave", text)
	}
	return n, nil
}

func request() privacy.Request { return privacy.Request{Actor: command.Actor()} }

func export(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "export ID", Short: "Write all that is held about a customer to a ZIP file",
		Long: "Writes all that is held about a customer to a new ZIP file: data.json and the papers, which are the customer's to have,\n" +
			"and internal.json with alerts and history, which nobody but operators may see. Of an erased customer it gives what\n" +
			"the law keeps. The export is written down in the audit.",
		Example: "rampa customer export 1234 --output customer-1234.zip", Args: named,
	}
	output := cmd.Flags().String("output", "", "ZIP `FILE` to make; it must not be there yet")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		id, err := number(args[0])
		if err != nil {
			return err
		}
		if *output == "" {
			return command.Usagef("--output is missing: where should the ZIP file go?")
		}
		var done privacy.Exported
		bar := command.NewProgress(p.Stderr, "exporting", -1)
		defer bar.Done()
		err = create(*output, func(w io.Writer) (err error) {
			done, err = admin.Privacy.Export(cmd.Context(), id, request(), counted{w, bar})
			return err
		})
		if err != nil {
			return err
		}
		bar.Done()
		if *asJSON {
			return p.PrintJSON(map[string]any{"customer_id": id, "file": *output, "papers": done.Papers, "erased": done.Erased})
		}
		_, err = fmt.Fprintf(p.Stdout, "%s holds data.json, internal.json and %d papers. Keep internal.json to yourselves.\n", *output, done.Papers)
		return err
	})
}

// counted shows how much has been written.
type counted struct {
	io.Writer
	bar *command.Progress
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.bar.Add(int64(n))
	return n, err
}

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

func erase(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "erase ID", Short: "Erase a customer, keeping what the law keeps",
		Long: "Erases a customer. Somebody who was never decided upon, never held and did no business goes at once, papers included.\n" +
			"Of everybody else the file and its papers stay sealed for five years, seen by nothing but `rampa customer export`, and\n" +
			"go then. It cannot be undone.",
		Example: "rampa customer erase 1234 --yes", Args: named,
	}
	yes := cmd.Flags().Bool("yes", false, "do not ask")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		id, err := number(args[0])
		if err != nil {
			return err
		}
		if !*yes && !agreed(p, args[0]) {
			return command.Usagef("nothing was erased: type the number when asked, or give --yes")
		}
		e, err := admin.Privacy.Erase(cmd.Context(), id, request())
		if err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(viewErasure(e))
		}
		if e.KeepUntil.IsZero() {
			_, err = fmt.Fprintf(p.Stdout, "Customer %d is erased. Nothing is kept.\n", id)
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "Customer %d is erased. The file and its papers stay sealed until %s (%s).\n",
			id, e.KeepUntil.UTC().Format(time.DateOnly), strings.Join(e.Grounds, ", "))
		return err
	})
}

// agreed asks a person to type the number again.
func agreed(p *command.Program, id string) bool {
	if p.Stdin == nil {
		return false
	}
	fmt.Fprintf(p.Stderr, "Erasing customer %s cannot be undone. Type the number again to go on: ", id)
	line, _ := bufio.NewReader(p.Stdin).ReadString('\n') // an end without a line is a no
	return strings.TrimSpace(line) == id
}

// erasureView is an erasure for programs.
type erasureView struct {
	CustomerID int64      `json:"customer_id"`
	ErasedAt   time.Time  `json:"erased_at"`
	KeptUntil  *time.Time `json:"kept_until"` // null: nothing is kept
	Grounds    []string   `json:"grounds"`
}

func viewErasure(e privacy.Erasure) erasureView {
	v := erasureView{CustomerID: e.CustomerID, ErasedAt: e.ErasedAt.UTC(), Grounds: append([]string{}, e.Grounds...)}
	if !e.KeepUntil.IsZero() {
		until := e.KeepUntil.UTC()
		v.KeptUntil = &until
	}
	return v
}

func ban(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "ban ID", Short: "Stop everything for a customer",
		Long: "Stops everything for a customer: forms close, payments are refused with user_banned. The reason is for operators only.", Args: named,
		Example: `rampa customer ban 1234 --reason "Account sold to somebody else"`,
	}
	return banning(p, cmd, "banned", true)
}

func unban(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "unban ID", Short: "Lift a ban", Long: "Lifts the ban of a customer, who goes on where it stopped.", Args: named,
		Example: `rampa customer unban 1234 --reason "Identity shown again in person"`,
	}
	return banning(p, cmd, "not banned", false)
}

// banning makes a command that bans or unbans.
func banning(p *command.Program, cmd *cobra.Command, becomes string, banned bool) *cobra.Command {
	reason := cmd.Flags().String("reason", "", "`TEXT` that tells why; it is kept in the audit")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		id, err := number(args[0])
		if err != nil {
			return err
		}
		if strings.TrimSpace(*reason) == "" {
			return command.Usagef("--reason is missing: why?")
		}
		change := admin.Customers.Unban
		if banned {
			change = admin.Customers.Ban
		}
		if err := change(cmd.Context(), id, customer.Banning{Reason: *reason, Actor: command.Actor()}); err != nil {
			return err
		}
		if *asJSON {
			return p.PrintJSON(map[string]any{"customer_id": id, "banned": banned})
		}
		_, err = fmt.Fprintf(p.Stdout, "Customer %d is %s.\n", id, becomes)
		return err
	})
}
