package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"rampa/internal/ledger"
)

// pgbench is PostgreSQL's own bench, made to write the rows of random and of hot transfers by the statements that the
// ledger sends.
type pgbench struct {
	LedgerSize
	program string
	source  string   // without a password
	env     []string // with it
	dir     string
	scripts []string
	runs    int
	written float64 // transactions
	took    time.Duration
}

// newPgbench finds the program. Debian keeps it beside the server's own.
func newPgbench(source, dir string, size LedgerSize) (*pgbench, error) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
		if len(found) == 0 {
			return nil, errors.New("pgbench, to compare with, is not installed: it comes with the package postgresql")
		}
		program = found[len(found)-1]
	}
	u, err := url.Parse(source)
	if err != nil {
		return nil, err
	}
	env := os.Environ()
	if password, set := u.User.Password(); set {
		env = append(env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for name := range q {
		if strings.HasPrefix(name, "pool_") || strings.HasPrefix(name, "default_query_") || strings.HasSuffix(name, "_cache_capacity") {
			q.Del(name) // for our driver only
		}
	}
	u.RawQuery = q.Encode()
	return &pgbench{LedgerSize: size, program: program, source: u.String(), env: env, dir: dir}, nil
}

// pgbenchScript takes a colon before a letter for a variable, even within quotes.
var pgbenchScript = template.Must(template.New("").Parse(`\set n :n + 1
\set customer random({{.Customer.First}}, {{.Customer.Last}})
\set amount random(1, 100000)
\set debit :amount + {{.Cents}}
\set credit 0 - :amount
\set clearing random({{.Clearing.First}}, {{.Clearing.Last}})
\set fee random({{.Fee.First}}, {{.Fee.Last}})
BEGIN;
INSERT INTO ledger_transfers (key, kind, memo, reverses, digest, at) VALUES ('bench/{{.Run}}/' || :run || '/' || :client_id || '/' || :n, 'bench', '', NULL, '\x{{.Digest}}', {{.At}} + :n)
  ON CONFLICT DO NOTHING RETURNING id AS transfer \gset
UPDATE ledger_accounts SET balance = balance + :credit WHERE code = 'customer:' || 'b' || :customer || ':' || 'EUR' AND scale = 2 AND balance BETWEEN -9000000000000000000 AND 0
  RETURNING id AS account \gset
INSERT INTO ledger_entries (transfer_id, line, account_id, amount) VALUES (:transfer, 0, :clearing, :debit), (:transfer, 1, :account, :credit), (:transfer, 2, :fee, -{{.Cents}});
INSERT INTO ledger_pending (account_id, amount) VALUES (:clearing, :debit), (:fee, -{{.Cents}});
INSERT INTO audit_entries (at, integration_id, actor_kind, actor_id, actor_address, action, object, object_id, detail, request_id)
  VALUES ({{.At}} + :n, 0, 'system', 'ledger', '', 'ledger.posted', 'transfer', 'bench/{{.Run}}/' || :run || '/' || :client_id || '/' || :n, '{"digest":"{{.Digest}}"}', '');
COMMIT;
`))

// idRange is what a script draws from: ids of accounts, or their numbers.
type idRange struct{ First, Last int64 }

// prepare writes the two scripts: with accounts drawn at random, and with the hot ones.
func (p *pgbench) prepare(ctx context.Context, b *bookBench) error {
	for name, hot := range map[string]bool{"random.sql": false, "hot.sql": true} {
		clearing, err := b.ids(ctx, ledger.Clearing, hot)
		if err != nil {
			return err
		}
		fee, err := b.ids(ctx, ledger.Fee, hot)
		if err != nil {
			return err
		}
		path := filepath.Join(p.dir, name)
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		err = pgbenchScript.Execute(file, map[string]any{"Run": b.run, "Customer": idRange{firstAccount, firstAccount + ledgerAccounts - 1}, "Clearing": clearing, "Fee": fee,
			"Cents": benchFee, "At": time.Now().UnixMicro(), "Digest": strings.Repeat("5a", 32)})
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		p.scripts = append(p.scripts, path)
	}
	return nil
}

// ids finds the accounts of a purpose.
func (b *bookBench) ids(ctx context.Context, purpose ledger.Purpose, hot bool) (r idRange, err error) {
	first, last, distance := benchAccount(purpose, firstAccount), benchAccount(purpose, firstAccount+ledgerAccounts-1), int64(ledgerAccounts-1)
	if hot {
		first, last, distance = hotAccount(purpose), hotAccount(purpose), 0
	}
	const find = `SELECT id FROM ledger_accounts WHERE code = $1`
	err = errors.Join(b.db.QueryRow(ctx, find, first.Code()).Scan(&r.First), b.db.QueryRow(ctx, find, last.Code()).Scan(&r.Last))
	if err == nil && r.Last-r.First != distance {
		err = fmt.Errorf("the accounts %s to %s were not made in a row: somebody else posts to this database", first.Code(), last.Code())
	}
	return r, err
}

// pgbenchProgress is what it says every second: where the second ends, and its rate.
var pgbenchProgress = regexp.MustCompile(`progress: ([\d.]+) s, ([\d.]+) tps`)

// warm is how many seconds of a phase do not count: new connections plan every statement anew at first, and the
// ledger's are old. Short phases, which measure nothing, have none.
func (p *pgbench) warm() int { return min(2, int(p.Phase.Seconds())) }

// run writes for one phase. Where connecting alone takes that long, it tries again with more time.
func (p *pgbench) run(ctx context.Context) error {
	seconds := max(1, int(p.Phase.Round(time.Second).Seconds()))
	for range 3 {
		said, err := p.output(ctx, p.warm()+seconds+1) // the last second may end before it is told
		if err != nil {
			return err
		}
		if p.count(said) {
			return nil
		}
		seconds *= 2
	}
	return errors.New("pgbench wrote nothing in the time given: this machine is too busy to measure")
}

// count adds the seconds that count. false: there is none in which anything was written.
func (p *pgbench) count(said string) bool {
	before, written, took := 0.0, 0.0, 0.0
	for i, m := range pgbenchProgress.FindAllStringSubmatch(said, -1) {
		end, err1 := strconv.ParseFloat(m[1], 64)
		rate, err2 := strconv.ParseFloat(m[2], 64)
		if err1 != nil || err2 != nil {
			continue
		}
		if i >= p.warm() {
			written, took = written+rate*(end-before), took+end-before
		}
		before = end
	}
	p.written += written
	p.took += time.Duration(took * float64(time.Second))
	return written > 0
}

func (p *pgbench) output(ctx context.Context, seconds int) (string, error) {
	p.runs++
	args := []string{"-n", "-M", "prepared", "-c", strconv.Itoa(p.Connections), "-j", strconv.Itoa(min(2, p.Connections)), "-T", strconv.Itoa(seconds), "-P", "1",
		"-D", "n=0", "-D", "run=" + strconv.Itoa(p.runs)}
	for _, script := range p.scripts {
		args = append(args, "-f", script)
	}
	cmd := exec.CommandContext(ctx, p.program, append(args, p.source)...)
	cmd.Env = p.env
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("pgbench: %w\n%s", err, said.String())
	}
	return said.String(), nil
}

func (p *pgbench) perSecond() float64 { return p.written / p.took.Seconds() }
