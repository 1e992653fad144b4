package privacy_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"rampa/internal/audit"
	"rampa/internal/blob"
	"rampa/internal/customer"
	"rampa/internal/db"
	"rampa/internal/privacy"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
	"rampa/internal/verification"
)

var (
	noon    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	officer = privacy.Request{Actor: audit.Actor{Kind: "operator", ID: "7"}, RequestID: "req-1"}
)

// sealer binds what it seals to a place, and leaves nothing readable.
type sealer struct{}

func (sealer) Seal(plaintext, place []byte) ([]byte, error) {
	out := append([]byte(nil), place...)
	for _, b := range plaintext {
		out = append(out, b^0x80)
	}
	return out, nil
}

func (sealer) Open(sealed, place []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, place)
	if !ok {
		return nil, errors.New("sealed elsewhere")
	}
	out := make([]byte, len(rest))
	for i, b := range rest {
		out[i] = b ^ 0x80
	}
	return out, nil
}

// files is papers in memory.
type files struct {
	content map[string]string
	broken  error // what Delete says
}

func (f *files) Get(_ context.Context, name string) (io.ReadCloser, error) {
	text, ok := f.content[name]
	if !ok {
		return nil, blob.ErrNotFound
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

func (f *files) Delete(_ context.Context, name string) error {
	if f.broken == nil {
		delete(f.content, name)
	}
	return f.broken
}

// world is a database with a person in every table, and two customers beside.
type world struct {
	*testing.T
	storetest.Database
	*privacy.Service
	files  *files
	now    time.Time
	tenant int64
	ana    int64
	others []int64
}

// secrets are what must not be readable after an erasure.
var secrets = []string{"ana Lovelace", "ana lovelace", "ana@", "ext-ana", "years of letters to ana", "Dear ana", "deed-of-ana", "ana-mail", "ana-link", "192.0.2.99/ana", "shop.example/ana"}

func engines(t *testing.T, test func(w *world)) {
	t.Helper()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d, now: noon, files: &files{content: map[string]string{}}}
		var all []int64
		w.tenant, all = storetest.Customers(t, d, 3)
		w.ana, w.others = all[0], all[1:]
		w.Service = privacy.New(privacy.Config{Store: compliance.New(d.DB).Privacy(), Sealer: sealer{}, Files: w.files, Now: func() time.Time { return w.now },
			Opened: []privacy.Opened{{Name: "file", Read: w.openedFile}, {Name: "nothing", Internal: true, Read: func(context.Context, int64) (any, error) { return nil, nil }}}})
		w.settle(w.ana, "ana")
		w.settle(w.others[0], "bob")
		test(w)
	})
}

// openedFile stands for a domain that opens what it keeps sealed.
func (w *world) openedFile(ctx context.Context, customerID int64) (any, error) {
	r, err := w.Store.Customers().Record(ctx, customerID)
	if err != nil {
		return nil, err
	}
	plain, err := sealer{}.Open(r.SealedFile, nil)
	return json.RawMessage(plain), err
}

// settle gives a customer a row in every table that may hold one, with nothing that the law wants kept.
func (w *world) settle(id int64, name string) {
	w.Helper()
	file, _ := sealer{}.Seal([]byte(`{"last_name":"`+name+` Lovelace"}`), nil)
	for _, paper := range []string{"-front", "-back", "-removed"} {
		w.files.content[name+paper] = "content of " + name + paper
	}
	w.exec(`UPDATE customers SET kind = 'individual', name = $2, email = $3, email_key = $4, external_id = $5, identification = 'ff00', country = 'ES', callback_url = $6,
		language = 'es', stage = 'in_progress', bank_account = $7 WHERE id = $1`, id, name+" Lovelace", name+"@Lovelace.example", name+"@lovelace.example", "ext-"+name,
		"https://shop.example/"+name, file)
	w.index(id)
	w.exec(`INSERT INTO kyb_records (customer_id, integration_id, sealed_file, corrections, updated_at) VALUES ($1, $2, $3, '[]', 1)`, id, w.tenant, file)
	w.exec(`INSERT INTO links (uuid, customer_id, integration_id, password_mac, created_at, expires_at) VALUES ($2, $1, $3, $4, 1, 2)`, id, name+"-link", w.tenant, []byte{1})
	for _, paper := range []string{"-front", "-back"} {
		w.exec(`INSERT INTO documents (id, customer_id, integration_id, item, name, media_type, size, sha256, created_at) VALUES ($2, $1, $3, 'document_front', $4, 'image/png', 3, '', 1)`,
			id, name+paper, w.tenant, "deed-of-"+name+".png")
	}
	w.exec(`INSERT INTO documents (id, customer_id, integration_id, item, name, media_type, size, sha256, created_at, removed_at) VALUES ($2, $1, $3, 'x', '../../deed', 'image/png', 3, '', 2, 3)`,
		id, name+"-removed", w.tenant)
	w.exec(`INSERT INTO mails (id, customer_id, integration_id, recipient, subject, body_text, body_html, kind, language, created_at, next_at)
		VALUES ($2, $1, $3, $4, $5, $6, $6, 'approved', 'es', 1, 2)`, id, name+"-mail", w.tenant, name+"@Lovelace.example", "Dear "+name, "50 years of letters to "+name)
	w.exec(`INSERT INTO events (integration_id, type, object, object_id, sequence, data, previous, created_at) VALUES ($2, 'CUSTOMER_CREATED', 'customer', $1, 1, $3, $3, 1)`,
		fmt.Sprint(id), w.tenant, `{"name":"`+name+` Lovelace"}`)
	w.exec(`INSERT INTO limit_locks (customer_id) VALUES ($1)`, id)
	w.exec(`INSERT INTO idv_cases (id, customer_id, integration_id, provider, language, redirect_url, created_at, sealed) VALUES ($2, $1, $3, 'p', 'es', $4, 1, $5)`, id, name+"-case", w.tenant, "https://192.0.2.99/"+name, file)
	w.exec(`INSERT INTO idv_callbacks (id, case_id, received_at) VALUES ($1, $2, 1)`, name+"-callback", name+"-case")
}

// index has searches find a customer.
func (w *world) index(id int64) {
	w.Helper()
	err := w.Store.Customers().InTx(w.Context(), func(ctx context.Context, tx customer.Tx) error {
		c, err := tx.LockCustomer(ctx, id)
		if err != nil {
			return err
		}
		return tx.UpdateCustomer(ctx, c)
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) exec(query string, args ...any) {
	w.Helper()
	if err := w.DB.InTx(w.Context(), func(ctx context.Context, tx db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err }); err != nil {
		w.Fatalf("%s: %v", query, err)
	}
}

// alert adds one with a summary in the clear, as a real one never is.
func (w *world) alert(state string, holds int) {
	w.exec(`INSERT INTO alerts (customer_id, integration_id, kind, fact, sealed_summary, holds, state, raised_at) VALUES ($1, $2, 'screening', 'k', $3, $4, $5, 1)`,
		w.ana, w.tenant, []byte("x"), holds, state)
}

// erase erases Ana, who must be there.
func (w *world) erase() privacy.Erasure {
	w.Helper()
	e, err := w.Erase(w.Context(), w.ana, officer)
	if err != nil {
		w.Fatal(err)
	}
	return e
}

// export unpacks what Export gives of Ana.
func (w *world) export() map[string]string {
	w.Helper()
	var out bytes.Buffer
	if _, err := w.Export(w.Context(), w.ana, officer, &out); err != nil {
		w.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		w.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range archive.File {
		body, err := f.Open()
		if err != nil {
			w.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			w.Fatal(err)
		}
		found[f.Name] = string(content)
	}
	return found
}

// actions are the audit entries of Ana, the oldest first.
func (w *world) actions() (actions []string) {
	w.Helper()
	entries, err := w.Store.Customers().History(w.Context(), "customer", fmt.Sprint(w.ana), 100)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range entries {
		actions = append([]string{e.Action + " " + e.Detail["kept"]}, actions...)
	}
	return actions
}

// dump is every row of every table as text.
func (w *world) dump() string {
	w.Helper()
	list := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'customers_search%' AND name NOT LIKE 'sqlite%'`
	if w.Engine == "postgresql" {
		list = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	var tables []string
	w.rows(list, func(values []any) { tables = append(tables, fmt.Sprint(values...)) })
	var all strings.Builder
	for _, table := range tables {
		columns := w.columns(table)
		w.rows(`SELECT `+strings.Join(columns, ", ")+` FROM `+table, func(values []any) {
			for _, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				fmt.Fprintln(&all, v)
			}
		}, columns...)
	}
	return all.String()
}

func (w *world) columns(table string) (columns []string) {
	w.Helper()
	list := `SELECT name FROM pragma_table_info($1)`
	if w.Engine == "postgresql" {
		list = `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`
	}
	rows, err := w.DB.Query(w.Context(), list, table)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			w.Fatal(err)
		}
		columns = append(columns, `"`+name+`"`)
	}
	return columns
}

// rows runs a query for its rows, of one column unless they are named.
func (w *world) rows(query string, each func(values []any), columns ...string) {
	w.Helper()
	rows, err := w.DB.Query(w.Context(), query)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		values, dest := make([]any, max(1, len(columns))), make([]any, max(1, len(columns)))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			w.Fatal(err)
		}
		each(values)
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
}

// found tells whether Ana is found on any of the ways that calls have.
func (w *world) found() bool {
	w.Helper()
	customers := w.Store.Customers()
	_, byNumber := customers.Customer(w.Context(), w.tenant, w.ana)
	_, byMail := customers.Find(w.Context(), w.tenant, customer.Lookup{EmailKey: "ana@lovelace.example"})
	_, byUUID := customers.Find(w.Context(), w.tenant, customer.Lookup{UUID: "seed-1"})
	_, owned := customers.Owner(w.Context(), w.ana)
	_, link := customers.FormByLink(w.Context(), "ana-link")
	list, err := customers.List(w.Context(), customer.Query{IntegrationID: w.tenant, Limit: 100})
	if err != nil {
		w.Fatal(err)
	}
	search, err := customers.List(w.Context(), customer.Query{IntegrationID: w.tenant, Limit: 100, Search: "lovelace", Stages: []verification.Stage{verification.Expired, verification.InProgress}})
	if err != nil {
		w.Fatal(err)
	}
	locked := customers.InTx(w.Context(), func(ctx context.Context, tx customer.Tx) error { _, err := tx.LockCustomer(ctx, w.ana); return err })
	lost := 0
	for _, err := range []error{byNumber, byMail, byUUID, owned, link, locked} {
		if err != nil {
			lost++
		}
	}
	if lost == 6 && len(list) == 2 && len(search) == 1 {
		return false
	}
	if lost == 0 && len(list) == 3 && len(search) == 2 {
		return true
	}
	w.Fatalf("found by some: %v %v %v %v %v %v, %d in the list, %d by searching", byNumber, byMail, byUUID, owned, link, locked, len(list), len(search))
	return false
}
