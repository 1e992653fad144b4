package db_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // dumps and restores as another program would

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/idempotency"
	"rampa/internal/integration"
	"rampa/internal/kyb"
	"rampa/internal/store"
	"rampa/internal/verification"
	"rampa/internal/webhook"
)

// Each dump in testdata/ is a database as a released program left it: testdata/<version>.<engine>.sql. Before a release
// that adds a migration, keep one of the version before it, and never change it again:
//
//	go test ./internal/db -run TestOldDatabasesAreBroughtUp -dump 3
//
// which fills a new database of that version with the rows of fill (add there what the version brought) and writes it.
var dumpVersion = flag.Int("dump", 0, "write testdata/<version>.<engine>.sql from a new database of that version")

var noon = time.Date(2026, 6, 26, 12, 0, 0, 123456000, time.UTC)

// The rows of every dump.
var (
	tenant = integration.Integration{ID: 1, UUID: "01980000-0000-7000-8000-000000000001", Name: "Remesas del Sur", Mode: integration.Sandbox, LogoType: "image/png", CreatedAt: noon}
	acme   = customer.Customer{ID: 1, UUID: "01980000-0000-7000-8000-000000000002", IntegrationID: 1, Kind: customer.Company, Name: "Ácme 'S.L.'\n", Email: "Ana@Acme.example",
		EmailKey: "ana@acme.example", ExternalID: "shop-1", Country: "ES", CallbackURL: "https://shop.example/back", Language: "es", Stage: verification.NeedsCorrection,
		Reasons: []string{"Página 2"}, CreatedAt: noon, UpdatedAt: noon}
	link  = customer.Link{UUID: "01980000-0000-7000-8000-000000000003", CustomerID: 1, IntegrationID: 1, PasswordMAC: []byte{0, 1, 0xff}, CreatedAt: noon, ExpiresAt: noon.Add(90 * 24 * time.Hour)}
	paper = kyb.Document{ID: "01980000-0000-7000-8000-000000000004", Item: "registry_extract", Name: "nota simple.pdf", Type: "application/pdf", Size: 1234, AddedAt: noon}
	key   = idempotency.Key{IntegrationID: 1, Value: "order-1", Fingerprint: []byte{1, 2, 3}}
	file  = customer.Record{CustomerID: 1, IntegrationID: 1, SealedFile: []byte{0, 0x27, 0xff}, Corrections: []customer.Correction{{Item: "company", Message: "¿Página 2?"}},
		Version: 4, SubmittedAt: noon, UpdatedAt: noon}
)

func fill(ctx context.Context, s *store.Store) error {
	i, c, r := tenant, acme, file
	var credential = integration.Credential{APIKey: "pk_sandbox_x", IntegrationID: 1, SealedSecret: []byte{9}, CreatedAt: noon}
	return errors.Join(
		s.Integrations().InTx(ctx, func(ctx context.Context, tx integration.Tx) error {
			_, err := tx.InsertIntegration(ctx, &i, []byte("logo"))
			return errors.Join(err, tx.InsertCredential(ctx, credential),
				tx.InsertToken(ctx, integration.Grant{Hash: "hash", APIKey: credential.APIKey, Integration: i, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}))
		}),
		s.Customers().InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
			_, err := tx.InsertCustomer(ctx, &c)
			return errors.Join(err, tx.InsertRecord(ctx, r), tx.InsertLink(ctx, link, link.ExpiresAt), tx.UpdateRecord(ctx, r, noon), tx.InsertDocument(ctx, paper, c, "sum"),
				tx.Tally(ctx, 1, customer.TallyCustomers, 1), tx.AppendAudit(ctx, audit.Entry{At: noon, IntegrationID: 1, Actor: audit.System("dump"), Action: "customer.registered", Object: "customer", ObjectID: "1"}),
				tx.AppendEvent(ctx, webhook.Event{IntegrationID: 1, Type: webhook.CustomerCreated, Object: "customer", ObjectID: "1", Data: []byte(`{"id":1}`), CreatedAt: noon}))
		}),
		s.InTx(ctx, func(ctx context.Context) error {
			_, err := s.ClaimKey(ctx, key, noon)
			return errors.Join(err, s.StoreAnswer(ctx, key, 201, []byte("sealed")), s.SetSetting(ctx, "name", []byte("value")))
		}),
	)
}

func TestOldDatabasesAreBroughtUp(t *testing.T) {
	t.Parallel()
	if *dumpVersion > 0 {
		sources(t, writeDump)
		return
	}
	dumps, err := filepath.Glob("testdata/*.sqlite.sql")
	if err != nil || len(dumps) == 0 {
		t.Fatalf("no dumps (%v)", err)
	}
	for _, dump := range dumps {
		version := strings.SplitN(filepath.Base(dump), ".", 2)[0]
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			sources(t, func(t *testing.T, engine, source string) {
				restore(t, source, "testdata/"+version+"."+engine+".sql")
				if from, _, err := db.Migrate(t.Context(), db.Options{Source: source}); err != nil || fmt.Sprintf("%04d", from) != version {
					t.Fatalf("brought up from %d (%v)", from, err)
				}
				expectRows(t, source)
			})
		})
	}
}

// expectRows reads what fill wrote, with today's store.
func expectRows(t *testing.T, source string) {
	t.Helper()
	ctx := t.Context()
	d, err := db.Open(ctx, db.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s := store.New(d)
	form, err1 := s.Customers().FormByLink(ctx, link.UUID)
	record, err2 := s.Customers().Record(ctx, acme.ID)
	docs, err3 := s.Customers().Documents(ctx, acme.ID)
	grant, err4 := s.Integrations().Grant(ctx, "hash")
	value, err5 := s.Setting(ctx, "name")
	entries, err6 := s.AuditChain().Entries(ctx, 1, 0)
	n, _, err7 := s.Customers().Count(ctx, customer.Query{IntegrationID: 1})
	var taken *idempotency.Entry
	err8 := s.InTx(ctx, func(ctx context.Context) (err error) {
		taken, err = s.ClaimKey(ctx, key, noon)
		return err
	})
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want any }{
		{form.Customer, acme}, {form.Link, link}, {record, file}, {docs, []kyb.Document{paper}}, {grant.Integration, tenant}, {string(value), "value"},
		{len(entries), 1}, {n, 1}, {taken, &idempotency.Entry{Fingerprint: key.FingerprintText(), Status: 201, SealedAnswer: []byte("sealed")}},
	} {
		if diff := cmp.Diff(c.want, c.got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
	if err := s.Customers().FillSearch(ctx); err != nil {
		t.Fatal(err)
	}
	for _, search := range []string{"acme's", "ACME '", "ácme", "shop-1"} {
		found, err := s.Customers().List(ctx, customer.Query{IntegrationID: 1, Search: search, Limit: 10})
		if want := search != "acme's"; err != nil || want != (len(found) == 1) {
			t.Errorf("%q finds %d customers (%v)", search, len(found), err)
		}
	}
	next := customer.Customer{UUID: "01980000-0000-7000-8000-00000000000f", IntegrationID: 1, Kind: customer.Company, EmailKey: "new@acme.example", Stage: verification.Draft, CreatedAt: noon}
	err = s.Customers().InTx(ctx, func(ctx context.Context, tx customer.Tx) error {
		_, err := tx.InsertCustomer(ctx, &next)
		return err
	})
	if err != nil || next.ID != 2 {
		t.Errorf("a new customer got id %d, want 2 (%v)", next.ID, err)
	}
}

func writeDump(t *testing.T, engine, source string) {
	t.Helper()
	if _, _, err := db.MigrateTo(t.Context(), db.Options{Source: source}, *dumpVersion); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{Source: source})
	if err != nil {
		t.Fatal(err)
	}
	err = fill(t.Context(), store.New(d))
	if err = errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	text := dumpSQLite
	if engine == "postgresql" {
		text = dumpPostgres
	}
	path := fmt.Sprintf("testdata/%04d.%s.sql", *dumpVersion, engine)
	if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(text(t, source)), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func dumpPostgres(t *testing.T, source string) string {
	t.Helper()
	out, err := exec.Command("pg_dump", "--inserts", "--no-owner", "--no-comments", source).Output()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string // without psql's own commands, which no server knows
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, `\`) && !strings.HasPrefix(line, "--") && strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func dumpSQLite(t *testing.T, source string) string {
	t.Helper()
	d := openFile(t, source)
	var b strings.Builder
	for _, table := range texts(t, d, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`) {
		verb, kind := "INSERT", texts(t, d, `SELECT type FROM pragma_table_list WHERE name = '`+table+`'`)[0]
		if kind == "shadow" { // a virtual table makes its own, and they hold its rows
			verb = "REPLACE"
		} else {
			b.WriteString(texts(t, d, `SELECT sql FROM sqlite_schema WHERE name = '`+table+`'`)[0] + ";\n")
		}
		if kind == "virtual" {
			continue
		}
		columns := texts(t, d, `SELECT 'quote("' || name || '")' FROM pragma_table_info('`+table+`') ORDER BY cid`)
		for _, values := range texts(t, d, `SELECT `+strings.Join(columns, ` || ', ' || `)+` FROM "`+table+`"`) {
			b.WriteString(verb + ` INTO "` + table + `" VALUES (` + values + ");\n")
		}
	}
	for _, index := range texts(t, d, `SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid`) {
		b.WriteString(index + ";\n")
	}
	return b.String()
}

func restore(t *testing.T, source, dump string) {
	t.Helper()
	text, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	if !db.IsPostgres(source) {
		if _, err := openFile(t, source).Exec(string(text)); err != nil {
			t.Fatal(err)
		}
		return
	}
	conn, err := pgx.Connect(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.PgConn().Exec(t.Context(), string(text)).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

func openFile(t *testing.T, path string) *sql.DB {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func texts(t *testing.T, d *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := d.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
