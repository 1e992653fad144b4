package db

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// things is a text index of the table t.
var things = TextIndex{Name: "t_search", Table: "t", Column: "v"}

// withThings makes the index in the engine's words.
func (d *database) withThings() {
	d.Helper()
	words := postgresTextIndex
	if _, isSQLite := d.DB.(*sqliteDB); isSQLite {
		words = sqliteTextIndex
	}
	for _, statement := range strings.SplitAfter(createTextIndex.ReplaceAllString("CREATE TEXT INDEX t_search ON t (v);", words), ";") {
		if strings.TrimSpace(statement) != "" {
			d.exec(statement)
		}
	}
}

func TestATextIndexFindsWhatAWalkFinds(t *testing.T) {
	t.Parallel()
	engines(t, func(d *database) {
		d.withThings()
		texts := map[int64]string{}
		put := func(id int64, text string) {
			d.Helper()
			_, changed := texts[id]
			err := d.InTx(d.Context(), func(ctx context.Context, tx Tx) error {
				query := `INSERT INTO t (id, v) VALUES ($1, $2)`
				if changed {
					query = `UPDATE t SET v = $2 WHERE id = $1`
				}
				things.Put(tx, id, text, changed)
				_, err := tx.Exec(ctx, query, id, text)
				return err
			})
			if err != nil {
				d.Fatal(err)
			}
			texts[id] = text
		}
		for i, text := range []string{"acme", "acme s.l.", `the "quoted" one`, `100% of_it \ all`, "jürgen ñandú", "日本の会社", "ab", "", "acacac"} {
			put(int64(i+1), text)
		}
		put(2, "renamed and s.l.")
		put(7, "abcabc")
		for _, search := range []string{"acme", "cm", "a", "s.l.", `"quoted"`, `d" o`, "100%", "of_it", `\`, `t \ a`, "ñandú", "ñ", "本の会", "会社", "abc", "bcab", "cacac", "nothing", "renamed and s.l.", "' OR 1", "one the", "s.l. renamed", "l re", "acme nothing", `" OR "a`} {
			var want []int64
			for id, text := range texts {
				if !slices.ContainsFunc(strings.Fields(search), func(word string) bool { return !strings.Contains(text, word) }) {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			if got := containing(d, search); !slices.Equal(got, want) {
				d.Errorf("%q finds %v, want %v", search, got, want)
			}
		}
	})
}

func containing(d *database, search string) (ids []int64) {
	d.Helper()
	f := things.Containing(d.DB, "c", search)
	where := strings.Join(f.Conditions, " AND ")
	for i := range f.Args {
		where = strings.Replace(where, "?", fmt.Sprintf("$%d", i+1), 1)
	}
	rows, err := d.Query(d.Context(), `SELECT c.id FROM `+f.From+` WHERE `+where+` ORDER BY `+f.Key, f.Args...)
	if err != nil {
		d.Fatalf("%q: %v", search, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			d.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		d.Fatal(err)
	}
	return ids
}
