package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// TextIndex finds rows of a table by any part of a text column: trigrams in both engines. PostgreSQL keeps the index by
// itself; on SQLite it is a table of its own, written once a commit for all its units. Migrations make one by
// "CREATE TEXT INDEX <name> ON <table> (<column>);".
type TextIndex struct {
	Name, Table, Column string
}

// shortest is the length of text, in code points, from which a trigram index helps.
const shortest = 3

// Finding is how rows that contain something are found: what stands after FROM, the key to order by, and conditions, each with one ? for
// its argument.
type Finding struct {
	From       string
	Key        string
	Conditions []string
	Args       []any
}

// Containing finds the rows whose column contains every word of text, in any order; there is at least one. The table's alias
// is alias, its key id.
func (ix TextIndex) Containing(d DB, alias, text string) Finding {
	f := Finding{From: ix.Table + " " + alias, Key: alias + ".id"}
	var match []string
	for _, word := range strings.Fields(text) {
		f.Conditions = append(f.Conditions, alias+"."+ix.Column+` LIKE ? ESCAPE '\'`)
		f.Args = append(f.Args, "%"+likeEscaper.Replace(word)+"%")
		if utf8.RuneCountInString(word) >= shortest {
			match = append(match, trigrams(word))
		}
	}
	if _, isSQLite := d.Raw().(*sql.DB); isSQLite && len(match) > 0 {
		f.From = ix.Name + " JOIN " + f.From + " ON " + f.Key + " = " + ix.Name + ".rowid"
		f.Key = ix.Name + ".rowid"
		f.Conditions = append(f.Conditions, ix.Name+" MATCH ?")
		f.Args = append(f.Args, strings.Join(match, " AND "))
	}
	return f
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// trigrams gives the query that asks for every run of three characters of text.
func trigrams(text string) string {
	runes := []rune(text)
	var q strings.Builder
	for i := 0; i+shortest <= len(runes); i++ {
		if i > 0 {
			q.WriteString(" AND ")
		}
		q.WriteString(`"` + strings.ReplaceAll(string(runes[i:i+shortest]), `"`, `""`) + `"`)
	}
	return q.String()
}

// Put has the index find a row by its text from this commit on. Changed says that it was found by another text before.
func (ix TextIndex) Put(tx Tx, id int64, text string, changed bool) {
	if _, isSQLite := tx.(*sqliteTx); isSQLite {
		tx.Collect(ix, indexed{id, text, changed})
	}
}

type indexed struct {
	id      int64
	text    string
	changed bool
}

// Flush writes what the units of one commit have put, with one statement, or two where a row is found by a new text.
func (ix TextIndex) Flush(ctx context.Context, raw any, items []any) error {
	tx := raw.(*sql.Tx)
	texts, changed := make(map[int64]string, len(items)), []int64(nil) // of a row put twice in one commit the last text
	for _, item := range items {
		row := item.(indexed)
		if texts[row.id] = row.text; row.changed {
			changed = append(changed, row.id)
		}
	}
	if len(changed) > 0 {
		if err := each(ctx, tx, `DELETE FROM `+ix.Name+` WHERE rowid IN (SELECT value FROM json_each($1))`, changed); err != nil {
			return err
		}
	}
	return each(ctx, tx, `INSERT INTO `+ix.Name+` (rowid, `+ix.Column+`) SELECT CAST(key AS INTEGER), value FROM json_each($1)`, texts)
}

// each runs a statement over all members of a list, given as JSON.
func each(ctx context.Context, tx *sql.Tx, query string, list any) error {
	members, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, query, string(members))
	return err
}

var createTextIndex = regexp.MustCompile(`CREATE TEXT INDEX (\w+) ON (\w+) \((\w+)\);`)
