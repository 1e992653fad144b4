package screening

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/identity"
	"rampa/internal/screening"
)

func check(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "check NAME", Short: "Compare a name with the lists",
		Long:    "Compares a name with the lists and prints the entries that come near, with what speaks for them. It leaves no trace.",
		Example: `rampa screening check "Juan Pérez Gómez" --birth-date 1967-01-13 --country CO`, Args: command.Arguments(1, "a name"),
	}
	flags := cmd.Flags()
	birth := flags.String("birth-date", "", "`DATE` of birth: YYYY-MM-DD, YYYY-MM or YYYY")
	countries := flags.StringSlice("country", nil, "`COUNTRY` of nationality or residence as two letters; several with commas")
	organisation := flags.Bool("organisation", false, "it is a company's name")
	hash := flags.String("list", "", "compare with the list's state of this `HASH`, not with the active ones")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		subject := screening.Subject{Key: "customer", Name: strings.Join(args, " "), BirthDate: *birth, Organisation: *organisation}
		if !strings.ContainsFunc(subject.Name, unicode.IsLetter) {
			return command.Usagef("give a name: %q has no letter", subject.Name)
		}
		if !birthDate(*birth) {
			return command.Usagef("--birth-date must be YYYY-MM-DD, YYYY-MM or YYYY")
		}
		for _, country := range *countries {
			if country = strings.ToUpper(country); !identity.IsCountry(country) {
				return command.Usagef("--country: %q is no country's two letters", country)
			}
			subject.Countries = append(subject.Countries, strings.ToUpper(country))
		}
		hits, err := admin.Screening.Check(cmd.Context(), subject, *hash)
		if err != nil {
			return err
		}
		if *asJSON {
			views := []hitView{}
			for _, h := range hits {
				views = append(views, viewHit(h))
			}
			return p.PrintJSON(views)
		}
		if len(hits) == 0 {
			_, err = fmt.Fprintln(p.Stdout, "No entry comes near.")
			return err
		}
		for _, h := range hits {
			if err := printHit(p, h); err != nil {
				return err
			}
		}
		return nil
	})
}

// birthDate tells whether text is a date, a month or a year, or nothing.
func birthDate(text string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return text == ""
}

func replay(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "replay ALERT-ID", Short: "Make the decision behind an alert again",
		Long: "Compares the name behind an alert with the same state of the list under the same weights, and tells whether the score comes\n" +
			"out the same (exit 1 if not).",
		Example: "rampa screening replay 17", Args: command.Arguments(1, "the alert's number"),
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil || id < 1 {
			return command.Usagef("%q is no alert's number", args[0])
		}
		r, err := admin.Screening.Replay(cmd.Context(), id)
		if err != nil {
			return err
		}
		if *asJSON {
			err = p.PrintJSON(struct {
				AlertID  int64  `json:"alert_id"`
				Recorded int    `json:"recorded_score"`
				Config   string `json:"config"`
				Same     bool   `json:"same"`
				hitView
			}{r.AlertID, r.Recorded, r.Config, r.Same, viewHit(r.Hit)})
		} else if err = printHit(p, r.Hit); err == nil {
			_, err = fmt.Fprintf(p.Stdout, "The alert says %s, weights %s.\n", percent(r.Recorded), r.Config)
		}
		if err == nil && !r.Same {
			err = errors.New("the score came out different")
		}
		return err
	})
}

// hitView is a hit for programs. Scores are basis points.
type hitView struct {
	Name     string     `json:"name"`
	List     string     `json:"list"`
	ListHash string     `json:"list_hash"`
	Category string     `json:"category"`
	EntryID  string     `json:"entry_id"`
	Entry    string     `json:"entry"`
	Matched  string     `json:"matched"`
	Programs []string   `json:"programs"`
	Score    int        `json:"score"`
	Parts    []partView `json:"parts"`
}

type partView struct {
	Code   string `json:"code"`
	Points int    `json:"points"`
	Text   string `json:"text"`
}

func viewHit(h screening.Hit) hitView {
	v := hitView{Name: h.Name, List: h.List, ListHash: h.ListHash, Category: h.Category, EntryID: h.EntryID, Entry: h.Entry, Matched: h.Matched,
		Programs: append([]string{}, h.Programs...), Score: h.Score, Parts: []partView{}}
	for _, part := range h.Parts {
		v.Parts = append(v.Parts, partView{part.Code, part.Points, part.Text})
	}
	return v
}

// printHit shows a hit and what makes up its score.
func printHit(p *command.Program, h screening.Hit) error {
	fmt.Fprintf(p.Stdout, "%s  %s  %s %s (%s)\n", percent(h.Score), h.Entry, h.List, h.EntryID, h.Category)
	if h.Matched != h.Entry {
		fmt.Fprintf(p.Stdout, "  known as %s\n", h.Matched)
	}
	if len(h.Programs) > 0 {
		fmt.Fprintf(p.Stdout, "  programs %s\n", strings.Join(h.Programs, ", "))
	}
	rows := [][]string{}
	for _, part := range h.Parts {
		rows = append(rows, []string{"  " + percent(part.Points), part.Code, part.Text})
	}
	return p.PrintRows(rows)
}

// percent writes basis points.
func percent(points int) string {
	sign := ""
	if points < 0 {
		sign, points = "-", -points
	}
	return fmt.Sprintf("%s%d.%02d %%", sign, points/100, points%100)
}
