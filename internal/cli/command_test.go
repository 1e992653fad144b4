package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/cli"
	"rampa/internal/config"
	"rampa/internal/integration"
	"rampa/internal/operator"
)

const key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func withAcme() *fake {
	return &fake{integrations: []integration.Integration{{UUID: "uuid-1", Name: "Acme", Mode: integration.Production, CreatedAt: day}}}
}

// object parses one JSON object.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return o
}

func TestTheSandboxWritesItsCredentialsOnceReady(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.json")
	out := ok(t, &fake{}, "sandbox --ephemeral --credentials "+file)
	want := map[string]any{
		"base_url": running.BaseURL, "public_url": running.PublicURL, "api_key": "pk_sandbox_1", "api_secret": "sk-1",
		"console_url": running.ConsoleURL, "console_user": "ana@example.com", "console_password": "pw-1",
		"console_totp_secret": "TOTP1", "rpc_url": nil,
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, object(t, string(content))); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != fs.FileMode(0o600) {
		t.Errorf("mode %v", info.Mode())
	}
	for _, shown := range []string{running.BaseURL, "pk_sandbox_1", "sk-1", running.ConsoleURL, "pw-1", "TOTP1", file, "curl -s " + running.BaseURL + "/authenticate"} {
		if !strings.Contains(out, shown) {
			t.Errorf("%s is not in\n%s", shown, out)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestTheSandboxAnswersProgramsInJSON(t *testing.T) {
	t.Parallel()
	got := object(t, ok(t, &fake{}, "sandbox --ephemeral --json"))
	if got["api_key"] != "pk_sandbox_1" || got["rpc_url"] != nil {
		t.Errorf("got %v", got)
	}
}

func TestTheDataFolderHoldsTheCredentials(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ok(t, &fake{}, "sandbox --data "+dir)
	if _, err := os.Stat(filepath.Join(dir, "credentials.json")); err != nil {
		t.Error(err)
	}
}

func TestCredentialsThatCannotBeWrittenEndTheSandbox(t *testing.T) {
	t.Parallel()
	got := run(t, &fake{}, []string{"sandbox", "--credentials", filepath.Join(t.TempDir(), "none", "c.json")})
	if got.code != 1 || !strings.HasPrefix(got.stderr, "rampa: credentials: ") {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}

func TestTheSandboxWarnsOfVariablesThatMeanNothing(t *testing.T) {
	t.Parallel()
	got := run(t, &fake{}, []string{"sandbox", "--ephemeral"}, "RAMPA_LISEN=x")
	if got.code != 0 || !strings.Contains(got.stderr, "RAMPA_LISEN") {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}

func TestServeStartsWithWhatItNeeds(t *testing.T) {
	t.Parallel()
	backend := &fake{}
	got := run(t, backend, []string{"serve", "--json"}, "RAMPA_MASTER_KEY="+key, "RAMPA_NAME=of-another-command")
	if got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.stderr)
	}
	if object(t, got.stdout)["base_url"] != running.BaseURL {
		t.Errorf("stdout %s", got.stdout)
	}
	if backend.config.Mode != config.Production || backend.config.Keys.Master.Reveal() != key {
		t.Errorf("config %+v", backend.config)
	}
}

func TestServeRefusesWhatIsUnsafeWithOneLineEach(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		line    string
		environ []string
		want    []string
	}{
		"two reasons":      {"serve --listen 0.0.0.0:80", nil, []string{"rampa: master-key is missing", "rampa: public-url is missing"}},
		"unknown variable": {"serve", []string{"RAMPA_MASTER_KEY=" + key, "RAMPA_LOGLEVEL=debug"}, []string{"rampa: RAMPA_LOGLEVEL: unknown configuration: did you mean RAMPA_LOG_LEVEL?"}},
		"sandbox option":   {"serve", []string{"RAMPA_MASTER_KEY=" + key, "RAMPA_EPHEMERAL=1"}, []string{"rampa: RAMPA_EPHEMERAL: only the sandbox has it"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			backend := &fake{serve: func(context.Context, cli.Start) error { return errors.New("it started") }}
			got := run(t, backend, strings.Fields(c.line), c.environ...)
			lines := strings.Split(strings.TrimSpace(got.stderr), "\n")
			if got.code != 1 || len(lines) != len(c.want) {
				t.Fatalf("exit %d: %s", got.code, got.stderr)
			}
			for i := range lines {
				if !strings.HasPrefix(lines[i], c.want[i]) {
					t.Errorf("got %s, want %s", lines[i], c.want[i])
				}
			}
		})
	}
}

func TestAServerThatFailsExitsOne(t *testing.T) {
	t.Parallel()
	backend := &fake{serve: func(context.Context, cli.Start) error { return errors.New("listen tcp:\n address in use") }}
	got := run(t, backend, []string{"sandbox"})
	if got.code != 1 || got.stderr != "rampa: listen tcp: address in use\n" {
		t.Errorf("exit %d: %q", got.code, got.stderr)
	}
}

func TestMigrateTellsTheVersions(t *testing.T) {
	t.Parallel()
	if got := ok(t, &fake{from: 1, to: 4}, "migrate"); got != "The schema went from version 1 to 4.\n" {
		t.Errorf("got %q", got)
	}
	if got := ok(t, &fake{from: 4, to: 4}, "migrate"); got != "The schema is at version 4: nothing to do.\n" {
		t.Errorf("got %q", got)
	}
	if diff := cmp.Diff(map[string]any{"from": 1.0, "to": 4.0}, object(t, ok(t, &fake{from: 1, to: 4}, "migrate --json"))); diff != "" {
		t.Error(diff)
	}
}

func TestANewPartnerGetsItsKeysOnce(t *testing.T) {
	t.Parallel()
	logo := filepath.Join(t.TempDir(), "logo")
	if err := os.WriteFile(logo, []byte("\x89PNG\r\n\x1a\n..."), 0o600); err != nil {
		t.Fatal(err)
	}
	backend := &fake{}
	got := object(t, ok(t, backend, "integration create --name Acme --mode sandbox --delegated-kyc --json --logo "+logo))
	want := map[string]any{"id": "uuid-1", "name": "Acme", "mode": "sandbox", "delegated_kyc": true, "allowed_ips": []any{},
		"allowed_urls": []any{}, "created_at": "2026-11-22T10:00:00Z", "api_key": "pk_1", "api_secret": "secret-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if backend.spec.LogoType != "image/png" || len(backend.spec.Logo) == 0 {
		t.Errorf("logo %q", backend.spec.LogoType)
	}
	if backend.actor.Kind != "system" || backend.actor.ID != "cli" || backend.closed != 1 {
		t.Errorf("actor %+v, closed %d times", backend.actor, backend.closed)
	}
	if out := ok(t, backend, "integration create --name Acme"); !strings.Contains(out, "secret-1") || !strings.Contains(out, "not shown again") {
		t.Errorf("got %s", out)
	}
	if backend.spec.Mode != integration.Production {
		t.Errorf("mode %s by default", backend.spec.Mode)
	}
}

func TestPartnersAreListed(t *testing.T) {
	t.Parallel()
	if out := ok(t, withAcme(), "integration list"); !strings.Contains(out, "uuid-1  Acme  production  any        any          2026-11-22") {
		t.Errorf("got\n%s", out)
	}
	if out := ok(t, &fake{}, "integration list --json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("no partner: %q", out)
	}
}

func TestKeysRotateWithAnOverlap(t *testing.T) {
	t.Parallel()
	backend := withAcme()
	if got := object(t, ok(t, backend, "integration rotate Acme --overlap 72h --json")); got["api_secret"] != "secret-2" {
		t.Errorf("got %v", got)
	}
	if backend.overlap != 72*time.Hour {
		t.Errorf("overlap %s", backend.overlap)
	}
}

func TestAllowListsGrowAndShrink(t *testing.T) {
	t.Parallel()
	backend := withAcme()
	steps := []struct {
		line, list string
		want       []any
	}{
		{"allow-ip Acme 203.0.113.7 10.1.2.3/8", "allowed_ips", []any{"10.0.0.0/8", "203.0.113.7/32"}},
		{"allow-ip uuid-1 10.0.0.0/8", "allowed_ips", []any{"10.0.0.0/8", "203.0.113.7/32"}},
		{"allow-ip Acme --remove 10.0.0.0/8", "allowed_ips", []any{"203.0.113.7/32"}},
		{"allow-ip Acme", "allowed_ips", []any{"203.0.113.7/32"}},
		{"allow-url Acme https://App.example.com https://b.example/back", "allowed_urls", []any{"https://app.example.com/", "https://b.example/back"}},
		{"allow-url Acme --remove https://app.example.com", "allowed_urls", []any{"https://b.example/back"}},
	}
	for _, s := range steps {
		ok(t, backend, "integration "+s.line)
		got := object(t, ok(t, backend, "integration "+strings.Fields(s.line)[0]+" Acme --json"))
		if diff := cmp.Diff(s.want, got[s.list]); diff != "" {
			t.Errorf("%s: %s", s.line, diff)
		}
	}
}

func TestASandboxPartnerMayReturnToPlainHTTP(t *testing.T) {
	t.Parallel()
	backend := withAcme()
	backend.integrations[0].Mode = integration.Sandbox
	ok(t, backend, "integration allow-url Acme http://127.0.0.1:3000/done")
	if got := backend.integrations[0].AllowedURLs; len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func TestOperatorsAreMadeListedResetAndClosed(t *testing.T) {
	t.Parallel()
	backend := &fake{}
	got := object(t, ok(t, backend, "operator create --email ana@example.com --name Ana --json"))
	if diff := cmp.Diff(map[string]any{"email": "ana@example.com", "one_time_password": "one-time-1"}, got); diff != "" {
		t.Error(diff)
	}
	if backend.operators[0].Role != operator.Compliance {
		t.Errorf("role %s by default", backend.operators[0].Role)
	}
	if out := ok(t, backend, "operator reset ana@example.com"); !strings.Contains(out, "one-time-2") {
		t.Errorf("got %s", out)
	}
	ok(t, backend, "operator disable ana@example.com")
	if out := ok(t, backend, "operator list"); !strings.Contains(out, "ana@example.com  Ana   compliance  closed  2026-11-22") {
		t.Errorf("got\n%s", out)
	}
	if out := ok(t, backend, "operator list --json"); !strings.Contains(out, `"disabled": true`) {
		t.Errorf("got %s", out)
	}
}

func TestTheAuditChainIsVerified(t *testing.T) {
	t.Parallel()
	backend := &fake{}
	got := object(t, ok(t, backend, "audit verify --checkpoint 2:def --json"))
	if diff := cmp.Diff(map[string]any{"entries": 12.0, "batches": 3.0, "unsealed": 1.0, "checkpoint": "3:abc"}, got); diff != "" {
		t.Error(diff)
	}
	if backend.checkpoint != "2:def" {
		t.Errorf("checkpoint %s", backend.checkpoint)
	}
	backend.broken = errors.New("batch 2: an entry was changed")
	if got := run(t, backend, []string{"audit", "verify"}); got.code != 1 || got.stderr != "rampa: batch 2: an entry was changed\n" {
		t.Errorf("exit %d: %s", got.code, got.stderr)
	}
}

func TestConfigPrintsWhatIsInForceWithoutSecrets(t *testing.T) {
	t.Parallel()
	got := run(t, &fake{}, []string{"config", "--rate-limit", "7", "--json"}, "RAMPA_MASTER_KEY="+key, "RAMPA_RATE_BURST=9")
	values := object(t, got.stdout)
	if values["rate-limit"] != 7.0 || values["rate-burst"] != 9.0 || values["master-key"] != "***" {
		t.Errorf("got %v", values)
	}
	if out := ok(t, &fake{}, "config --for sandbox"); !strings.Contains(out, "\nrate-limit: 0\n") || !strings.Contains(out, "\nephemeral: false\n") {
		t.Errorf("got\n%s", out)
	}
}

func TestOpenAPIIsPrintedAsYAMLAndJSON(t *testing.T) {
	t.Parallel()
	if out := ok(t, &fake{}, "openapi"); !strings.HasPrefix(out, "openapi: ") && !strings.Contains(out, "\nopenapi: ") {
		t.Errorf("it begins: %.40q", out)
	}
	if got := object(t, ok(t, &fake{}, "openapi --json")); !strings.HasPrefix(got["openapi"].(string), "3.1") {
		t.Errorf("openapi = %v", got["openapi"])
	}
}

func TestTheVersionIsToldToPeopleAndPrograms(t *testing.T) {
	t.Parallel()
	if out := ok(t, &fake{}, "version"); !strings.HasPrefix(out, "rampa v1.2.3 (go") {
		t.Errorf("got %q", out)
	}
	if out := ok(t, &fake{}, "--version"); out != "rampa v1.2.3\n" {
		t.Errorf("got %q", out)
	}
	got := object(t, ok(t, &fake{}, "version --json"))
	if got["version"] != "v1.2.3" || got["commit"] != "abc" {
		t.Errorf("got %v", got)
	}
}
