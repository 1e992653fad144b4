package input

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/kyb"
)

// maxRows bounds the rows of a list that a page reads; package kyb refuses earlier, with words.
const maxRows = 200

// row is one person or company of a list: inputs by their last name.
type row map[string]string

// blank reports whether nothing was entered in a row; that nobody controls anything stands there from the start.
func (r row) blank() bool {
	for name, value := range r {
		if name != "id" && strings.TrimSpace(value) != "" && !(name == "control" && value == kyb.ControlNone) {
			return false
		}
	}
	return true
}

// collect reads the rows list[n][name] in the order of n, whatever the numbers are.
func collect(in url.Values, list string) []row {
	found := map[int]row{}
	for name, values := range in {
		rest, ok := strings.CutPrefix(name, list+"[")
		if !ok {
			continue
		}
		number, rest, ok := strings.Cut(rest, "][")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 0 || !strings.HasSuffix(rest, "]") {
			continue
		}
		if found[n] == nil {
			if len(found) == maxRows {
				continue
			}
			found[n] = row{}
		}
		found[n][strings.TrimSuffix(rest, "]")] = values[0]
	}
	var rows []row
	for _, n := range slices.Sorted(maps.Keys(found)) {
		rows = append(rows, found[n])
	}
	return rows
}

// spread puts rows back under contiguous numbers, in place of what was there.
func spread(in url.Values, list string, rows []row) {
	for name := range in {
		if strings.HasPrefix(name, list+"[") {
			in.Del(name)
		}
	}
	for n, r := range rows {
		for name, value := range r {
			in.Set(RowField(list, n, name), value)
		}
	}
}

// RowField gives the name of an input of a list: "people[2][pep]".
func RowField(list string, n int, name string) string {
	return list + "[" + strconv.Itoa(n) + "][" + name + "]"
}

// without leaves out the row that a button "remove_person:2" names.
func without(rows []row, number string) []row {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(rows) {
		return rows
	}
	return slices.Delete(rows, n, n+1)
}

// identified gives each row an id of its own: the one it came with, where it is well formed and not another row's.
func identified(rows []row, valid func(string) bool, fresh func() string) {
	seen := map[string]bool{}
	for _, r := range rows {
		if !valid(r["id"]) || seen[r["id"]] {
			r["id"] = fresh()
		}
		seen[r["id"]] = true
	}
}
