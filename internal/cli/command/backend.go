package command

import (
	"context"
	"io"
	"log/slog"
	"time"

	"rampa/internal/audit"
	"rampa/internal/bank"
	"rampa/internal/config"
	"rampa/internal/customer"
	"rampa/internal/integration"
	"rampa/internal/operator"
	"rampa/internal/privacy"
	"rampa/internal/screening"
)

// Actor is who acts on the command line: whoever may open the storage.
func Actor() audit.Actor { return audit.System("cli") }

// Backend is what the commands do their work with.
type Backend interface {
	// Sandbox runs a sandbox until ctx ends, drains it and returns nil. It calls Ready once, when /readyz is 200.
	Sandbox(ctx context.Context, s Start) error
	// Serve runs production in the same way. The configuration has passed CheckServe.
	Serve(ctx context.Context, s Start) error
	// Migrate brings the database up to this program's schema and tells the versions before and after.
	Migrate(ctx context.Context, cfg *config.Config) (from, to int64, err error)
	// Admin opens the storage beside a server that may be running.
	Admin(ctx context.Context, cfg *config.Config) (*Admin, error)
}

// Start is what a server starts from.
type Start struct {
	Config *config.Config
	Log    *slog.Logger
	Ready  func(Running) error // an error must end the server, and is returned
}

// Running is a server that has become ready. Credentials are a sandbox's only.
type Running struct {
	BaseURL   string // of the API, with /api
	PublicURL string

	APIKey            string
	APISecret         string
	ConsoleURL        string
	ConsoleUser       string
	ConsolePassword   string
	ConsoleTOTPSecret string
	RPCURL            string // "" without a chain
}

// Admin is the services behind the commands that administer. The domain services fit as they are.
type Admin struct {
	Integrations Integrations
	Operators    Operators
	Audit        Chain
	Customers    Customers
	Privacy      Privacy
	Screening    Screening
	Ledger       Ledger
	Prove        Prover
	Keys         Keystore
	Bank         Bank
	// Snapshot runs f so that all that it reads is as at one instant. It can change nothing.
	Snapshot func(ctx context.Context, f func(ctx context.Context) error) error
	Close    func() error
}

// Keystore keeps the keys that transactions are signed with; *signer.Keystore is one. It gives none of them away.
type Keystore interface {
	Create(name string) error
	Import(name, private string) error
	Names() ([]string, error)
	Public(ctx context.Context, name string) ([]byte, error)
}

// Bank keeps our bank accounts; *bank.Service is one.
type Bank interface {
	Open(ctx context.Context, a bank.Account, by audit.Actor) (bank.Account, error)
	Accounts(ctx context.Context) ([]bank.Account, error)
}

// Integrations keeps the partners; *integration.Service is one. A ref is a UUID or a name.
type Integrations interface {
	Create(ctx context.Context, spec integration.Spec, by audit.Actor) (integration.Integration, integration.Keys, error)
	Rotate(ctx context.Context, ref string, overlap time.Duration, by audit.Actor) (integration.Integration, integration.Keys, error)
	Update(ctx context.Context, ref string, change func(*integration.Integration) error, by audit.Actor) (integration.Integration, error)
	List(ctx context.Context) ([]integration.Integration, error)
}

// Operators keeps the console's accounts; *operator.Service is one.
type Operators interface {
	Create(ctx context.Context, e operator.Entrant, by audit.Actor) (oneTimePassword string, err error)
	Reset(ctx context.Context, email string, by audit.Actor) (oneTimePassword string, err error)
	Disable(ctx context.Context, email string, by audit.Actor) error
	List(ctx context.Context) ([]operator.Operator, error)
}

// Customers bans; *customer.Service is one.
type Customers interface {
	Ban(ctx context.Context, customerID int64, b customer.Banning) error
	Unban(ctx context.Context, customerID int64, b customer.Banning) error
}

// Privacy exports and erases; *privacy.Service is one.
type Privacy interface {
	Export(ctx context.Context, customerID int64, r privacy.Request, w io.Writer) (privacy.Exported, error)
	Erase(ctx context.Context, customerID int64, r privacy.Request) (privacy.Erasure, error)
}

// Screening keeps the lists and compares names with them; *screening.Service is one.
type Screening interface {
	Import(ctx context.Context, s screening.Source) (screening.Imported, error)
	Lists(ctx context.Context) ([]screening.List, error)
	Check(ctx context.Context, s screening.Subject, listHash string) ([]screening.Hit, error) // "": the active lists
	Replay(ctx context.Context, alertID int64) (screening.Replayed, error)
}

// Chain is the audit chain; *audit.Chain is one. An error tells where it breaks.
type Chain interface {
	Verify(ctx context.Context, checkpoint string) (audit.Report, error)
}
