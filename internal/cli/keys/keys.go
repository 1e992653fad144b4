// Package keys is the commands about the keys that transactions are signed with.
package keys

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rampa/internal/chain/signer"
	"rampa/internal/cli/command"
)

// Command is the group.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "keys", Short: "Make, import and list the keys that coins are sent with",
		Long: "Makes, imports and lists the keys that coins are sent with. They are kept in the data folder, encrypted under the master key;\n" +
			"no command shows one. Back the folder up together with the master key: without either, the coins are lost.",
		Example: "rampa keys create treasury-polygon",
	}
	cmd.AddCommand(create(p), bring(p), list(p))
	return cmd
}

// view is a key for programs.
type view struct {
	Name    string `json:"name"`
	Address string `json:"evm_address"`
}

func show(cmd *cobra.Command, admin *command.Admin, name string) (view, error) {
	public, err := admin.Keys.Public(cmd.Context(), name)
	if err != nil {
		return view{}, err
	}
	address, err := signer.EVMAddress(public)
	return view{name, address.Hex()}, err
}

func create(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "create NAME", Short: "Make a key", Long: "Makes a key and prints the address that it has on EVM chains. A key is never overwritten.",
		Example: "rampa keys create treasury-polygon", Args: command.Arguments(1, "a NAME")}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		if err := admin.Keys.Create(args[0]); err != nil {
			return err
		}
		return made(p, cmd, admin, asked{args[0], *asJSON})
	})
}

func bring(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "import NAME", Short: "Take a key in from a file", Long: "Takes a private key, 32 bytes in hexadecimal, in from a file, or from the standard input with - as its name.",
		Example: "rampa keys import treasury-polygon --file key.hex", Args: command.Arguments(1, "a NAME")}
	file := cmd.Flags().String("file", "-", "`FILE` that holds the key")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		private, err := read(cmd, *file)
		if err != nil {
			return err
		}
		if err := admin.Keys.Import(args[0], private); err != nil {
			return err
		}
		return made(p, cmd, admin, asked{args[0], *asJSON})
	})
}

// longest bounds a file that holds a key.
const longest = 1 << 10

func read(cmd *cobra.Command, file string) (string, error) {
	from := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer f.Close()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, longest))
	return string(text), err
}

// asked is a key that is there now, and how it is told.
type asked struct {
	name   string
	asJSON bool
}

func made(p *command.Program, cmd *cobra.Command, admin *command.Admin, m asked) error {
	v, err := show(cmd, admin, m.name)
	if err != nil {
		return err
	}
	if m.asJSON {
		return p.PrintJSON(v)
	}
	_, err = fmt.Fprintf(p.Stdout, "The key %s is kept. Its address on EVM chains is %s\n", v.Name, v.Address)
	return err
}

func list(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the keys with their addresses", Long: "Lists the keys with the addresses that they have on EVM chains.", Example: "rampa keys list --json", Args: command.NoArguments}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		names, err := admin.Keys.Names()
		if err != nil {
			return err
		}
		all := make([]view, 0, len(names))
		for _, name := range names {
			v, err := show(cmd, admin, name)
			if err != nil {
				return err
			}
			all = append(all, v)
		}
		if *asJSON {
			return p.PrintJSON(all)
		}
		table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		for _, v := range all {
			fmt.Fprintf(table, "%s\t%s\n", v.Name, v.Address)
		}
		return table.Flush()
	})
}
