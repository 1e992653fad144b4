// Package screening compares the names of customers with sanctions and PEP lists: it keeps the lists as versioned snapshots,
// raises an alert for whoever is likely to be on one, screens again when a list has changed, and replays what it decided. It
// must not know what becomes of a customer: operators decide alerts, and package customer asks whether one holds.
package screening

import (
	"io"
	"time"

	"rampa/internal/audit"
)

// Subject is a name to screen: the customer, or somebody behind a company.
type Subject struct {
	Key          string   // "customer", "person:<id>", "entity:<id>": which part of the file it is
	Name         string   // as written, any script, any order
	Others       []string // further names of the same subject: trade names, former names
	Organisation bool
	BirthDate    string   // YYYY-MM-DD, YYYY-MM, YYYY or ""
	Countries    []string // ISO 3166-1 alpha-2: nationality, residence, seat
}

// Who is the customer whose file the subjects are part of.
type Who struct {
	CustomerID, IntegrationID int64
	RequestID                 string // of the call that made the file change; "" when screening again
}

// Screened is a customer with the subjects of its file, for screening again.
type Screened struct {
	Who
	Subjects []Subject
}

// Source is a list to import.
type Source struct {
	// Name is the list's own: "ofac-sdn", "eu", "un" by default for these formats.
	Name string
	// File is the file's name: a simple CSV without a Name is called by it.
	File string
	Body io.Reader
	// Companions are the further files of OFAC's CSV: alt.csv with aliases and add.csv with addresses, in any order.
	Companions []io.Reader
	// Category is what being on the list means, for entries that do not say so themselves: "sanctions" (also when "") or "pep".
	Category string
	Actor    audit.Actor
	// Progress is told the bytes that were read; nil: nobody asks.
	Progress func(n int64)
}

// Imported is what became of a Source.
type Imported struct {
	List
	Unchanged bool // the list had this very content already: nothing was changed
}

// List is a snapshot of a list.
type List struct {
	Name        string
	Category    string // "sanctions" or "pep": of entries that do not say so themselves
	Format      string // "ofac-xml", "ofac-csv", "eu-xml", "un-xml", "csv"
	Hash        string // SHA-256 of the file, hex; of the files one after the other when there are companions
	Entries     int
	PublishedAt time.Time // as the file says; zero: it does not
	ImportedAt  time.Time
	Active      bool // what customers are screened against now
}

// Hit is a likely match with its explanation.
type Hit struct {
	Subject  string // Subject.Key
	Name     string // the subject's name that matched
	List     string
	ListHash string
	Category string
	EntryID  string // as the list counts its entries
	Entry    string // the entry's first name
	Matched  string // the entry's name or alias that matched
	Programs []string
	Score    int // basis points
	Parts    []Part
}

// Part is one piece of the explanation of a score: what was compared, and what it added or took away, in basis points.
type Part struct {
	Code   string // "name", "birth_date", "country", "weak_alias"
	Points int
	Text   string // for an operator, in English
}

// Replayed is a decision made again from what was kept.
type Replayed struct {
	AlertID  int64
	Recorded int    // the score in the alert
	Hit             // made again
	Config   string // version of the weights that both were made with
	Same     bool   // the score came out the same
}
