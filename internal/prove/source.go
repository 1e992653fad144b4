package prove

import (
	"context"
	"math/big"

	"rampa/internal/audit"
	"rampa/internal/money"
)

// Books is the ledger as it is stored, wrong or not: amounts are plain numbers, since a row that somebody wrote need not
// be an amount. What is read under the context of a snapshot is of one instant.
type Books interface {
	// Transfers calls each for every transfer, in the order of ids.
	Transfers(ctx context.Context, each func(Transfer) error) error
	// Accounts calls each for every account, in the order of ids.
	Accounts(ctx context.Context, each func(Account) error) error
	// Holds calls each for every hold, in the order of keys.
	Holds(ctx context.Context, each func(Hold) error) error
	// Strays calls each for every row that belongs to nothing.
	Strays(ctx context.Context, each func(Stray) error) error
	// Assets gives the assets with their scales.
	Assets(ctx context.Context) ([]money.Asset, error)
}

// Transfer is a stored transfer with everything that its digest covers.
type Transfer struct {
	ID       int64
	Key      string
	Kind     string
	Memo     string
	At       int64 // microseconds
	Digest   []byte
	Lines    []Line
	Reversed *Reversed // nil: it takes nothing back
	Audited  []string  // the digests in its audit entries, as written
}

// Reversed is the transfer that one takes back.
type Reversed struct {
	ID    int64
	Key   string // "" when there is none of this id
	Lines []Line
}

// Line is a stored entry.
type Line struct {
	Number  int64
	Account string // code; "" when there is no such account
	Asset   money.Asset
	Units   int64
}

// Account is a stored account with what it should hold.
type Account struct {
	Code     string
	Purpose  string
	Detail   string
	Asset    money.Asset
	Balance  int64    // as stored, without what is pending
	Pending  *big.Int // not yet folded into it
	Replayed *big.Int // sum of its entries
	Entries  int64
	Held     *big.Int // sum of the open holds whose twin it is
	Holds    int64    // how many
}

// Hold is a stored hold, and how many entries of its transfers do what it says.
type Hold struct {
	Key       string
	Account   string // code
	Twin      string // code
	State     string // "open", "settled" or "released"
	Amount    int64
	Settled   int64
	OpenedKey string // of the transfer that opened it; "" when there is none
	IsClosed  bool   // a transfer closed it
	SetAside  int64  // entries on the twin that set the amount aside
	TakenOff  int64  // entries on the twin that take it off again
	GivenBack int64  // entries on the account that give back what was not settled
}

// Stray is a row that belongs to nothing.
type Stray struct {
	Kind    StrayKind
	Subject string
}

// StrayKind says what does not belong to what.
type StrayKind string

// The strays.
const (
	StrayEntry   StrayKind = "entry"   // of no transfer; the subject is the transfer's id
	StrayAudit   StrayKind = "audit"   // tells of no transfer; the subject is the key
	StrayPending StrayKind = "pending" // of no account; the subject is the account's id
)

// Holding is what the world says that we have on one account.
type Holding struct {
	Detail  string       // the account's: "polygon" of treasury:polygon:USDC
	Balance money.Amount // that is there
	// Unbooked is what the balance has and the ledger, read under the same context, does not have yet: in counts up, out
	// counts down. The zero Amount: nothing.
	Unbooked money.Amount
}

// Chain tells what is on the chains. It is asked within a snapshot: what it reads of the database, such as which
// transactions are booked, is of the instant whose balances it is compared with.
type Chain interface {
	Holdings(ctx context.Context) ([]Holding, error)
}

// Bank tells what is on the bank accounts.
type Bank interface {
	// Balances gives the closing balance of each account's last statement.
	Balances(ctx context.Context) ([]Holding, error)
	// Lines gives the lines of all statements that must be booked by now, a page at a time.
	Lines(ctx context.Context, after string) (page []Expected, next string, err error)
}

// Payments tells what must stand in the ledger for the states that payments are in. It is asked in the snapshot in which
// the ledger is read.
type Payments interface {
	// States gives what all payments stand for, a page at a time: next is what the following call gets, "" at the end.
	States(ctx context.Context, after string) (page []Expected, next string, err error)
	// Owed gives what all payments under way owe to customers, one amount an asset.
	Owed(ctx context.Context) ([]money.Amount, error)
}

// Expected is a transfer that something stands for.
type Expected struct {
	Subject string // "payment 9NM6KLM…, paid"
	Key     string // of the transfer
	Absent  bool   // there must be none
	Account string // code of an account that it moves; "": whatever it moves
	Amount  money.Amount
}

// Excerpts is a part of the books.
type Excerpts interface {
	// Moved gives the sum of the entries of each transfer by account, of those transfers that exist.
	Moved(ctx context.Context, keys []string) (map[string]map[string]*big.Int, error)
	// Balances gives the accounts of a purpose with their balances and what is pending, and nothing else.
	Balances(ctx context.Context, purpose string) ([]Account, error)
	// Size is how many transfers there are.
	Size(ctx context.Context) (transfers int64, err error)
}

// AuditChain proves the audit chain; *audit.Chain is one.
type AuditChain interface {
	Verify(ctx context.Context, checkpoint string) (audit.Report, error)
}

// Store is where the ledger is read and reports and freezes live.
type Store interface {
	Books
	Excerpts
	Reports
	// Snapshot runs f with a context under which all reads see one instant.
	Snapshot(ctx context.Context, f func(ctx context.Context) error) error
	InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
}

// Reports is what is kept of earlier runs, and the freezes.
type Reports interface {
	// Past gives what later runs must not fall behind.
	Past(ctx context.Context) (Past, error)
	LastReport(ctx context.Context, whole bool) (Report, bool, error) // whole: the last that made every check of the server
	LastFreeze(ctx context.Context) (Freeze, bool, error)
}

// Past is what earlier runs saw.
type Past struct {
	Transfers  int64  // the most
	Checkpoint string // the last of the audit chain; "": none
}

// Tx is one change of reports and freezes.
type Tx interface {
	// LockFreeze keeps others from lifting the standing freeze until the end of the transaction.
	LockFreeze(ctx context.Context) error
	AddReport(ctx context.Context, r Report) (id int64, err error)
	AddFreeze(ctx context.Context, f Freeze) (id int64, fresh bool, err error) // not fresh: one stands already
	LiftFreeze(ctx context.Context, f Freeze) error
	ForgetAccepted(ctx context.Context) error // findings that freezes were lifted in spite of
	audit.Writer
}
