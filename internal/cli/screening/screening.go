// Package screening is the commands about sanctions and PEP lists: import, list, check a name, replay a decision. It must
// not know how names are compared.
package screening

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/screening"
	"rampa/internal/screening/list"
)

// Command is the command about screening.
func Command(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "screening", Short: "Import sanctions and PEP lists, and compare names with them",
		Long: "Imports sanctions and PEP lists and compares names with them.", Example: "rampa screening lists",
	}
	cmd.AddCommand(importList(p), lists(p), check(p), replay(p))
	return cmd
}

// formats are what a list may come in.
var formats = []string{"ofac-xml", "ofac-csv", "eu-xml", "un-xml", "csv"}

func importList(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "import FILE [FILE…]", Short: "Take in a new state of a list",
		Long: "Takes in a new state of a list: OFAC's SDN list as XML or CSV (with alt.csv and add.csv behind it), the EU's or the UN's\n" +
			"consolidated list as XML, or a simple CSV with the columns name, aliases, type, birth_date, country, program, list_id.\n" +
			"The state before is kept for replays. A running server then compares all customers with it.",
		Example: "rampa screening import sdn.xml", Args: command.Arguments(1, "the list's file"),
	}
	flags := cmd.Flags()
	name := flags.String("name", "", "`NAME` of the list; without one a simple CSV is called by its file")
	format := flags.String("format", "auto", "refuse the file unless it has this `FORMAT`: "+strings.Join(formats, ", "))
	category := flags.String("category", "sanctions", "what being on it means: `CATEGORY` sanctions or pep")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, files []string) error {
		switch {
		case *format != "auto" && !slices.Contains(formats, *format):
			return command.Usagef("--format must be auto, %s", strings.Join(formats, ", "))
		case *category != "sanctions" && *category != "pep":
			return command.Usagef("--category must be sanctions or pep")
		}
		bodies, size, stop, err := open(files)
		if err != nil {
			return err
		}
		defer stop()
		if *format != "auto" {
			if err := wanted(*format, bodies); err != nil {
				return fmt.Errorf("%s: %w", files[0], err)
			}
		}
		bar := command.NewProgress(p.Stderr, "importing", size)
		defer bar.Done()
		source := screening.Source{Name: *name, File: files[0], Category: *category, Actor: command.Actor(), Progress: bar.Add, Body: bodies[0]}
		for _, body := range bodies[1:] {
			source.Companions = append(source.Companions, body)
		}
		done, err := admin.Screening.Import(cmd.Context(), source)
		if err != nil {
			return err
		}
		bar.Done()
		if *asJSON {
			return p.PrintJSON(struct {
				listView
				Unchanged bool `json:"unchanged"`
			}{viewList(done.List), done.Unchanged})
		}
		if done.Unchanged {
			_, err = fmt.Fprintf(p.Stdout, "%s had this very state already: nothing was changed.\n", done.Name)
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "%s has %d entries now.\nHash: %s\n", done.Name, done.Entries, done.Hash)
		return err
	})
}

// open opens the files of a list, and tells how large they are together.
func open(names []string) (bodies []*os.File, size int64, stop func(), err error) {
	stop = func() {
		for _, f := range bodies {
			_ = f.Close() // only read
		}
	}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			stop()
			return nil, 0, nil, err
		}
		bodies = append(bodies, f)
		info, err := f.Stat()
		if err != nil {
			stop()
			return nil, 0, nil, err
		}
		size += info.Size()
	}
	return bodies, size, stop, nil
}

// wanted reads a list for its format only, and goes back to its beginning.
func wanted(format string, bodies []*os.File) error {
	var companions []io.Reader
	for _, f := range bodies[1:] {
		companions = append(companions, f)
	}
	found, err := list.Read(bodies[0], companions...)
	if err != nil {
		return err
	}
	if found.Format != format {
		return fmt.Errorf("this is %s, not %s", found.Format, format)
	}
	for _, f := range bodies {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
	}
	return nil
}

// listView is a list for programs.
type listView struct {
	Name        string     `json:"name"`
	Category    string     `json:"category"`
	Format      string     `json:"format"`
	Hash        string     `json:"hash"`
	Entries     int        `json:"entries"`
	PublishedAt *time.Time `json:"published_at"` // null: the file does not say
	ImportedAt  time.Time  `json:"imported_at"`
	Active      bool       `json:"active"`
}

func viewList(l screening.List) listView {
	v := listView{Name: l.Name, Category: l.Category, Format: l.Format, Hash: l.Hash, Entries: l.Entries, ImportedAt: l.ImportedAt.UTC(), Active: l.Active}
	if !l.PublishedAt.IsZero() {
		published := l.PublishedAt.UTC()
		v.PublishedAt = &published
	}
	return v
}

func lists(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "lists", Short: "List the states of all lists", Long: "Lists the states of all lists that are kept. Customers are compared with the active ones.",
		Example: "rampa screening lists --json",
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		all, err := admin.Screening.Lists(cmd.Context())
		if err != nil {
			return err
		}
		views, rows := []listView{}, [][]string{{"NAME", "CATEGORY", "FORMAT", "ENTRIES", "PUBLISHED", "IMPORTED", "STATE", "HASH"}}
		for _, l := range all {
			v := viewList(l)
			published, state := "", "kept"
			if v.PublishedAt != nil {
				published = v.PublishedAt.Format(time.DateOnly)
			}
			if v.Active {
				state = "active"
			}
			views = append(views, v)
			rows = append(rows, []string{v.Name, v.Category, v.Format, strconv.Itoa(v.Entries), published, v.ImportedAt.Format(time.DateOnly), state, v.Hash})
		}
		if *asJSON {
			return p.PrintJSON(views)
		}
		return p.PrintRows(rows)
	})
}
