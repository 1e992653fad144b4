package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"syscall"
	"testing"

	"rampa/internal/cli"
)

var commands = []string{
	"", "sandbox", "serve", "migrate", "integration", "integration create", "integration list", "integration rotate",
	"integration allow-ip", "integration allow-url", "operator", "operator create", "operator list", "operator reset",
	"operator disable", "customer", "customer export", "customer erase", "customer ban", "customer unban",
	"screening", "screening import", "screening lists", "screening check", "screening replay", "audit", "audit verify", "config", "openapi", "bench", "bench register", "bench growth", "bench screening", "bench ledger", "bench quote",
	"version",
}

func TestEveryHelpBeginsWithUsageAndHasAnExample(t *testing.T) {
	t.Parallel()
	for _, command := range commands {
		t.Run("rampa "+command, func(t *testing.T) {
			t.Parallel()
			out := ok(t, &fake{}, command+" --help")
			if !strings.HasPrefix(out, "Usage: rampa "+command) {
				t.Errorf("it begins: %.40q", out)
			}
			_, rest, _ := strings.Cut(out, "\nExample:\n")
			example, _, _ := strings.Cut(rest, "\n\n")
			if !strings.Contains(example, "rampa "+command) || strings.Contains(strings.TrimSpace(example), "\n") {
				t.Errorf("the example: %q", example)
			}
			if helped := ok(t, &fake{}, "help "+command); helped != out {
				t.Errorf("`rampa help` differs: %.60q", helped)
			}
		})
	}
}

func TestEveryExampleIsAValidCommandLine(t *testing.T) {
	t.Parallel()
	for _, command := range commands {
		t.Run("rampa "+command, func(t *testing.T) {
			t.Parallel()
			_, rest, _ := strings.Cut(ok(t, &fake{}, command+" --help"), "\nExample:\n")
			example, _, _ := strings.Cut(rest, "\n")
			_, line, _ := strings.Cut(example, "rampa ") // variables stand before
			line, _, _ = strings.Cut(line, " >")
			if got := run(t, &fake{}, append(strings.Fields(line), "--help")); got.code != 0 {
				t.Errorf("exit %d: %s", got.code, got.stderr)
			}
		})
	}
}

func TestAWrongCommandLineExitsTwoWithOneLine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"sandbox --lisen x":                           "unknown flag --lisen: did you mean --listen?",
		"sandbox --colour":                            "unknown flag --colour",
		"sandbox -l x":                                "unknown flag -l",
		"serve --ephemeral":                           "unknown flag --ephemeral",
		"sandbx":                                      `unknown command "sandbx": did you mean sandbox? (see: rampa --help)`,
		"integration crate --name x":                  `unknown command "crate": did you mean create? (see: rampa integration --help)`,
		"help integration lst":                        `unknown command "lst": did you mean list? (see: rampa integration --help)`,
		"frobnicate":                                  `unknown command "frobnicate" (see: rampa --help)`,
		"version now":                                 `rampa version takes no argument, so what is "now"? (see: rampa version --help)`,
		"migrate --db":                                "flag --db needs a value",
		"sandbox --listen here":                       "--listen: must be HOST:PORT, such as 127.0.0.1:8080",
		"integration create":                          "--name is missing: what is the partner called?",
		"integration create --name a --mode b":        "--mode must be production or sandbox",
		"integration rotate":                          "rampa integration rotate needs the partner's id or name (see: rampa integration rotate --help)",
		"integration rotate x --overlap 1":            `invalid argument "1" for "--overlap" flag: time: missing unit in duration "1"`,
		"integration rotate x --overlap -1h":          "--overlap must not be negative",
		"integration allow-ip Acme home":              `"home" is not a network such as 10.0.0.0/8`,
		"integration allow-url Acme http://a.example": `"http://a.example" must begin with https:// and a host, and have no query`,
		"operator create --name Ana":                  "--email is missing: how does the person log in?",
		"operator create --email a@b.example --name Ana --role boss": "--role must be one of admin, compliance, support, viewer",
		"customer ban 7":                            "--reason is missing: why?",
		"customer export 7":                         "--output is missing: where should the ZIP file go?",
		"customer export ana --output x.zip":        `"ana" is no customer's number: it is the id that the API gave`,
		"customer erase":                            "rampa customer erase needs the customer's number (see: rampa customer erase --help)",
		"customer erase 7":                          "nothing was erased: type the number when asked, or give --yes",
		"screening check":                           "rampa screening check needs a name (see: rampa screening check --help)",
		"screening check Ana --birth-date 1.2.1990": "--birth-date must be YYYY-MM-DD, YYYY-MM or YYYY",
		"screening check Ana --country ES,Spain":    `--country: "SPAIN" is no country's two letters`,
		"screening replay x":                        `"x" is no alert's number`,
		"screening import x --format xml":           "--format must be auto, ofac-xml, ofac-csv, eu-xml, un-xml, csv",
		"screening import x --category bad":         "--category must be sanctions or pep",
		"bench screening --clean 0":                 "--variants and --clean must be positive",
		"bench ledger --connections 0":              "--connections and --duration must be positive",
		"bench register --db mysql://h/d":           "--db: use sqlite, sqlite:PATH or postgres://user@host/name",
		"config --for bench":                        "--for must be serve or sandbox",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got := run(t, withAcme(), strings.Fields(line))
			if got.code != 2 || got.stderr != "rampa: "+want+"\n" || got.stdout != "" {
				t.Errorf("exit %d\nstdout %q\nstderr %s  want rampa: %s", got.code, got.stdout, got.stderr, want)
			}
		})
	}
}

func TestAFailureExitsOneWithTheMessageAlone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		line    string
		environ []string
		want    string
	}{
		"a typed error":        {line: "operator reset nobody@example.com", want: "There is no such account."},
		"unknown partner":      {line: "integration allow-ip Nobody", want: "There is no such integration. See: rampa integration list"},
		"a variable":           {line: "migrate", environ: []string{"RAMPA_LOG_LEVEL=loud"}, want: "RAMPA_LOG_LEVEL: must be debug, info, warn or error"},
		"a command's variable": {line: "version", environ: []string{"RAMPA_JSON=perhaps"}, want: "RAMPA_JSON: has the wrong form for --json"},
		"no file":              {line: "migrate --config /nowhere.yaml", want: "/nowhere.yaml: cannot be read: open /nowhere.yaml: no such file or directory"},
		"no logo":              {line: "integration create --name A --logo /nowhere.png", want: "open /nowhere.png: no such file or directory"},
		"a logo that is none":  {line: "integration create --name A --logo cli_test.go", want: "cli_test.go is not a PNG, JPEG or WebP image"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, &fake{}, strings.Fields(c.line), c.environ...)
			if got.code != 1 || got.stderr != "rampa: "+c.want+"\n" {
				t.Errorf("exit %d, %s", got.code, got.stderr)
			}
		})
	}
}

func TestFlagsOfCommandsHaveVariablesToo(t *testing.T) {
	t.Parallel()
	backend := &fake{}
	got := run(t, backend, []string{"integration", "create"}, "RAMPA_NAME=Acme", "RAMPA_DELEGATED_KYC=true", "RAMPA_JSON=1")
	if got.code != 0 || !json.Valid([]byte(got.stdout)) {
		t.Fatalf("exit %d, stdout %q, stderr %q", got.code, got.stdout, got.stderr)
	}
	if backend.spec.Name != "Acme" || !backend.spec.DelegatedKYC {
		t.Errorf("made %+v", backend.spec)
	}
	got = run(t, backend, []string{"integration", "create", "--name", "Flag"}, "RAMPA_NAME=Variable")
	if got.code != 0 || backend.spec.Name != "Flag" {
		t.Errorf("the flag does not win: %+v", backend.spec)
	}
}

func TestABenchWithoutAProgramToStartSaysSo(t *testing.T) {
	t.Parallel()
	for _, bench := range []string{"register", "growth"} {
		got := run(t, &fake{}, []string{"bench", bench})
		if got.code != 1 || got.stderr != "rampa: this process cannot start a server of its own\n" {
			t.Errorf("%s: exit %d: %s", bench, got.code, got.stderr)
		}
	}
}

func TestABenchHasItsOwnVariables(t *testing.T) {
	t.Parallel()
	got := run(t, &fake{}, []string{"bench", "register"}, "RAMPA_DB=mysql://h/d")
	if got.code != 2 || !strings.HasPrefix(got.stderr, "rampa: --db: ") {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}

func TestTheFirstSignalDrainsAndTheSecondEndsAtOnce(t *testing.T) {
	t.Parallel()
	signals := make(chan os.Signal, 2)
	exited := make(chan int, 1)
	draining, drained := make(chan bool), make(chan bool)
	backend := &fake{serve: func(ctx context.Context, s cli.Start) error {
		<-ctx.Done()
		close(draining)
		<-drained
		return ctx.Err()
	}}
	code := make(chan int)
	go func() {
		code <- cli.Run(t.Context(), cli.Process{Args: []string{"sandbox", "--ephemeral"}, Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{},
			Signals: signals, Exit: func(code int) { exited <- code }, Backend: backend})
	}()
	signals <- syscall.SIGTERM
	<-draining
	signals <- syscall.SIGTERM
	if got := <-exited; got != 128+15 {
		t.Errorf("the second signal exits %d", got)
	}
	close(drained)
	if got := <-code; got != 0 {
		t.Errorf("a drained server exits %d", got)
	}
}

func TestTheScreeningBenchCountsWhatItFound(t *testing.T) {
	t.Parallel()
	got := run(t, &fake{}, strings.Fields("bench screening --seed 5 --variants 40 --clean 40 --json"))
	if got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.stderr)
	}
	r := object(t, got.stdout)
	if r["seed"] != 5.0 || r["recall"].(float64) < 50 || r["clean"] != 40.0 || r["variants"] != 40.0 {
		t.Errorf("got %v", r)
	}
}

func TestTheLedgerBenchComparesHotWithRandom(t *testing.T) {
	t.Parallel()
	got := run(t, &fake{}, []string{"bench", "ledger", "--duration", "100ms", "--connections", "2", "--json", "--dir", t.TempDir()})
	if got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.stderr)
	}
	r := object(t, got.stdout)
	for _, key := range []string{"random_per_second", "hot_per_second", "hot_ratio"} {
		if n, _ := r[key].(float64); n <= 0 {
			t.Errorf("%s is %v", key, r[key])
		}
	}
	for _, key := range []string{"pgbench_per_second", "ratio_to_pgbench"} { // SQLite has no pgbench
		if v, there := r[key]; !there || v != nil {
			t.Errorf("%s is %v", key, v)
		}
	}
}
