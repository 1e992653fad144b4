// Package journal writes transfers as text for other programs: a table for spreadsheets, and the journals of the
// plain-text accounting programs hledger and beancount. It must not know where transfers come from.
package journal

import (
	"bufio"
	"bytes"
	"io"

	"rampa/internal/errs"
	"rampa/internal/ledger"
)

// Format is a kind of text.
type Format string

// The formats. All are UTF-8.
const (
	CSV       Format = "csv"       // RFC 4180, a row an entry, for spreadsheets
	Hledger   Format = "hledger"   // what hledger 1.25 and later reads, strict checks included
	Beancount Format = "beancount" // what beancount 2 and 3 read
)

// Formats are all formats.
func Formats() []Format { return []Format{CSV, Hledger, Beancount} }

// ErrFormat is a format that there is none of.
var ErrFormat = errs.New(errs.Invalid, "journal_format_unknown", "A journal is written as csv, hledger or beancount.")

// encoder puts transfers in the words of one format.
type encoder interface {
	head(b *bytes.Buffer)
	transfer(b *bytes.Buffer, t ledger.Transfer)
}

// Writer writes transfers in the order in which they come. The same transfers give the same bytes.
type Writer struct {
	out   *bufio.Writer
	text  bytes.Buffer // of one transfer
	words encoder
	begun bool
}

// New makes a Writer. Errors: ErrFormat.
func New(out io.Writer, f Format) (*Writer, error) {
	w := &Writer{out: bufio.NewWriterSize(out, 1<<16)}
	switch f {
	case CSV:
		w.words = newTable()
	case Hledger:
		w.words = &hledger{seen: seen{}}
	case Beancount:
		w.words = &beancount{seen: seen{}}
	default:
		return nil, ErrFormat
	}
	return w, nil
}

// Write adds a transfer. It may stay in a buffer until Close.
func (w *Writer) Write(t ledger.Transfer) error {
	w.text.Reset()
	if !w.begun {
		w.begun = true
		w.words.head(&w.text)
	}
	w.words.transfer(&w.text, t)
	_, err := w.out.Write(w.text.Bytes())
	return err
}

// Close writes what is left. It does not close what it writes to.
func (w *Writer) Close() error {
	if !w.begun { // a journal without transfers is one, too
		w.words.head(&w.text)
		if _, err := w.out.Write(w.text.Bytes()); err != nil {
			return err
		}
	}
	return w.out.Flush()
}

const (
	dayLayout     = "2006-01-02"
	instantLayout = "2006-01-02T15:04:05.000000Z"
)

// seen is what a journal has declared: it declares an account and its asset before their first use.
type seen map[string]bool

// first reports whether a thing was not seen before, and remembers it.
func (s seen) first(thing string) bool {
	if s[thing] {
		return false
	}
	s[thing] = true
	return true
}

// class is what accountants call a kind of account. Programs know it by the first word of an account's name.
type class string

// The classes.
const (
	assets      class = "assets"
	liabilities class = "liabilities"
	equity      class = "equity"
	income      class = "income"
	expenses    class = "expenses"
)

// classOf says which class a purpose belongs to. It is for reports only: no amount changes its sign.
func classOf(p ledger.Purpose) class {
	switch p {
	case ledger.Treasury, ledger.Reserved, ledger.Bank, ledger.Clearing:
		return assets
	case ledger.Equity, ledger.FX:
		return equity
	case ledger.Fee, ledger.Dust:
		return income
	case ledger.Network, ledger.Rounding:
		return expenses
	}
	return liabilities
}

// declared gives the accounts of a transfer that are new to the journal, in their order.
func (s seen) declared(t ledger.Transfer) (fresh []ledger.Account) {
	for _, e := range t.Entries {
		if s.first(e.Account.Code()) {
			fresh = append(fresh, e.Account)
		}
	}
	return fresh
}
