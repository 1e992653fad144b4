package journal

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"rampa/internal/ledger"
)

// table is a row an entry. No cell of it is a formula to a spreadsheet, whatever a memo says.
type table struct {
	rows  *csv.Writer
	text  bytes.Buffer
	cells []string
}

func newTable() *table {
	t := &table{}
	t.rows = csv.NewWriter(&t.text)
	t.rows.UseCRLF = true
	return t
}

func (c *table) head(b *bytes.Buffer) {
	c.row(b, "transfer", "at", "key", "kind", "memo", "reverses", "line", "account", "purpose", "detail", "asset", "amount")
}

func (c *table) transfer(b *bytes.Buffer, t ledger.Transfer) {
	id, at, key, memo, reverses := strconv.FormatInt(t.ID, 10), t.At.UTC().Format(instantLayout), inert(t.Key), inert(t.Memo), inert(t.Reverses)
	for i, e := range t.Entries {
		c.row(b, id, at, key, inert(t.Kind), memo, reverses, strconv.Itoa(i), e.Account.Code(), string(e.Account.Purpose), inert(e.Account.Detail),
			inert(e.Account.Asset.Code), e.Amount.Fixed())
	}
}

func (c *table) row(b *bytes.Buffer, cells ...string) {
	c.cells = append(c.cells[:0], cells...)
	c.text.Reset()
	_ = c.rows.Write(c.cells) // memory takes everything
	c.rows.Flush()
	b.Write(c.text.Bytes())
}

// formula are the characters that make a formula of a cell that begins with one; full-width forms count in some
// spreadsheets.
const formula = "=+-@\t\r＝＋－＠"

// inert gives text that no spreadsheet takes for a formula: an apostrophe stands before what begins like one. Where
// spreadsheets part cells by semicolons, text after one begins a cell as well.
func inert(s string) string {
	if !strings.ContainsAny(s, formula) {
		return s
	}
	cells := strings.SplitAfter(s, ";")
	for i, cell := range cells {
		if begin := strings.TrimLeft(cell, ` "'`); begin != "" && strings.ContainsAny(firstRune(begin), formula) {
			cells[i] = "'" + cell
		}
	}
	return strings.Join(cells, "")
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}
