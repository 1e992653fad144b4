package config_test

import (
	"encoding/base64"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rampa/internal/config"
)

// write puts content into a new file and gives its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, mode config.Mode, from config.Sources) *config.Config {
	t.Helper()
	c, err := config.Load(mode, from)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheStrongestPlaceThatNamesAnOptionWins(t *testing.T) {
	t.Parallel()
	file := write(t, "rampa.yaml", "listen: 127.0.0.1:3\n")
	flag := map[string]string{"listen": "127.0.0.1:1"}
	env := []string{"RAMPA_LISTEN=127.0.0.1:2"}
	cases := map[string]struct {
		from config.Sources
		want string
	}{
		"flag before all":           {config.Sources{Flags: flag, Environ: env, File: file}, "127.0.0.1:1"},
		"environment before file":   {config.Sources{Environ: env, File: file}, "127.0.0.1:2"},
		"file before default":       {config.Sources{File: file}, "127.0.0.1:3"},
		"file named by environment": {config.Sources{Environ: []string{"RAMPA_CONFIG=" + file}}, "127.0.0.1:3"},
		"default":                   {config.Sources{}, "127.0.0.1:8080"},
		"an empty variable is none": {config.Sources{Environ: []string{"RAMPA_LISTEN="}, File: file}, "127.0.0.1:3"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := load(t, config.Sandbox, c.from).HTTP.Listen; got != c.want {
				t.Errorf("listen = %s, want %s", got, c.want)
			}
		})
	}
}

func TestEveryOptionIsReadFromAFile(t *testing.T) {
	t.Parallel()
	legal := t.TempDir()
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(rules, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	domains := write(t, "deny.txt", "Bad.example # spam\n\nworse.example.\n")
	file := write(t, "rampa.yaml", `
listen: "0.0.0.0:9000"
public-url: https://pay.example.com/
trusted-proxies: [10.0.0.0/8, "::1"]
drain-timeout: 5s
data: /srv/rampa
db: postgres://rampa:pw@db/rampa
master-key: `+key+`
rate-limit: 7
rate-burst: 9
auth-failures: 3
token-life: 1h
smtp-url: smtp://u:p@mail.example.com:587
mail-from: Rampa <no-reply@example.com>
email-allow: ok.example
email-deny: other.example,@`+domains+`
legal-dir: `+legal+`
legal-version: 2026-11
limit-rules: `+rules+`
monitoring-rules: `+rules+`
assets: `+rules+`
prices: `+rules+`
timezone: America/Bogota
log-level: debug
log-format: text
`)
	got := load(t, config.Production, config.Sources{File: file})
	want := &config.Config{
		Mode: config.Production,
		HTTP: config.HTTP{
			Listen: "0.0.0.0:9000", PublicURL: "https://pay.example.com", DrainTimeout: 5 * time.Second,
			TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		},
		Storage: config.Storage{Data: "/srv/rampa", DB: "postgres://rampa:pw@db/rampa"},
		Keys:    config.Keys{Master: key},
		Limits:  config.Limits{Rate: 7, Burst: 9, AuthFailures: 3, TokenLife: time.Hour},
		Mail:    config.Mail{SMTP: "smtp://u:p@mail.example.com:587", From: "Rampa <no-reply@example.com>"},
		Emails:  config.Emails{Allow: []string{"ok.example"}, Deny: []string{"other.example", "bad.example", "worse.example"}},
		Rules:   config.Rules{Limits: rules, Monitoring: rules},
		Market:  config.Market{Assets: rules, Prices: rules},
		Legal:   config.Legal{Dir: legal, Version: "2026-11"},
		Log:     config.Log{Level: "debug", Format: "text"},
	}
	options := []cmp.Option{cmpopts.IgnoreUnexported(config.Config{}), cmpopts.EquateComparable(netip.Prefix{}),
		cmp.Comparer(func(a, b *time.Location) bool { return true })}
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Error(diff)
	}
	if got.Timezone.String() != "America/Bogota" {
		t.Errorf("timezone = %s", got.Timezone)
	}
}

func TestLimitsAreOnInProductionAndOffInTheSandbox(t *testing.T) {
	t.Parallel()
	production := load(t, config.Production, config.Sources{}).Limits
	if production.Rate != 100 || production.Burst != 500 || production.AuthFailures == 0 {
		t.Errorf("production: %+v", production)
	}
	sandbox := load(t, config.Sandbox, config.Sources{}).Limits
	if sandbox.Rate != 0 || sandbox.AuthFailures != 0 {
		t.Errorf("sandbox: %+v", sandbox)
	}
}

func TestASecretMayStandInAFile(t *testing.T) {
	t.Parallel()
	path := write(t, "key", key+"\n")
	c := load(t, config.Production, config.Sources{Environ: []string{"RAMPA_MASTER_KEY_FILE=" + path}})
	if c.Keys.Master.Reveal() != key {
		t.Error("not the key of the file")
	}
	if len(c.MasterKey()) != 32 {
		t.Errorf("%d bytes", len(c.MasterKey()))
	}
}

func TestWrongConfigurationIsOneClearLine(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		flags map[string]string
		env   string
		yaml  string
		want  string
	}{
		"flag":                {flags: map[string]string{"listen": "here"}, want: "--listen: must be HOST:PORT, such as 127.0.0.1:8080"},
		"environment":         {env: "RAMPA_RATE_LIMIT=many", want: "RAMPA_RATE_LIMIT: must be a whole number, 0 or more"},
		"file":                {yaml: "log-level: loud", want: "FILE:1: log-level: must be debug, info, warn or error"},
		"unknown key":         {yaml: "a: 1\nlisen: x", want: `FILE:1: unknown key "a"`},
		"unknown key, near":   {yaml: "\nlisen: 127.0.0.1:1", want: `FILE:2: unknown key "lisen": did you mean listen?`},
		"key twice":           {yaml: "data: a\ndata: b", want: "FILE:2: data: stands here twice"},
		"nested":              {yaml: "db:\n  path: x", want: "FILE:1: db: must be a single value"},
		"no value":            {yaml: "db:", want: "FILE:1: db: has no value"},
		"no mapping":          {yaml: "- db", want: "FILE: must be a list of `name: value` lines"},
		"unknown variable":    {env: "RAMPA_LISEN=x", want: "RAMPA_LISEN: unknown configuration: did you mean RAMPA_LISTEN?"},
		"secret twice":        {env: "RAMPA_MASTER_KEY=a RAMPA_MASTER_KEY_FILE=b", want: "RAMPA_MASTER_KEY: set either this or RAMPA_MASTER_KEY_FILE, not both"},
		"short key":           {env: "RAMPA_MASTER_KEY=YWJj", want: "RAMPA_MASTER_KEY: must be 32 bytes in base64: make one with `openssl rand -base64 32`"},
		"sandbox only":        {env: "RAMPA_EPHEMERAL=true", want: "RAMPA_EPHEMERAL: only the sandbox has it"},
		"network":             {env: "RAMPA_TRUSTED_PROXIES=10.0.0.0/8,home", want: `RAMPA_TRUSTED_PROXIES: "home" is not a network such as 10.0.0.0/8`},
		"database":            {env: "RAMPA_DB=mysql://x/y", want: "RAMPA_DB: use sqlite, sqlite:PATH or postgres://user@host/name"},
		"misspelt engine":     {env: "RAMPA_DB=sqlit", want: "RAMPA_DB: use sqlite, sqlite:PATH or postgres://user@host/name"},
		"time zone":           {env: "RAMPA_TIMEZONE=Madrid", want: "RAMPA_TIMEZONE: must be a time zone such as Europe/Madrid"},
		"time":                {env: "RAMPA_DRAIN_TIMEOUT=20", want: "RAMPA_DRAIN_TIMEOUT: must be a time such as 90s, 20m or 24h"},
		"mail server":         {env: "RAMPA_SMTP_URL=mail.example.com", want: "RAMPA_SMTP_URL: must be smtp://user:password@host:587 or smtps://user:password@host:465"},
		"sender":              {env: "RAMPA_MAIL_FROM=nobody", want: "RAMPA_MAIL_FROM: must be an e-mail address, with or without a name"},
		"e-mail domain":       {env: "RAMPA_EMAIL_DENY=a@b.example", want: `RAMPA_EMAIL_DENY: "a@b.example" is not a domain such as example.com`},
		"public URL":          {env: "RAMPA_PUBLIC_URL=pay.example.com", want: "RAMPA_PUBLIC_URL: must be a bare address such as https://pay.example.com"},
		"folder not there":    {env: "RAMPA_LEGAL_DIR=/nowhere", want: "RAMPA_LEGAL_DIR: stat /nowhere: no such file or directory"},
		"secret not there":    {env: "RAMPA_SMTP_URL_FILE=/nowhere", want: "RAMPA_SMTP_URL_FILE: open /nowhere: no such file or directory"},
		"log format":          {flags: map[string]string{"log-format": "xml"}, want: "--log-format: must be text or json"},
		"SQLite durability":   {env: "RAMPA_SQLITE_SYNCHRONOUS=off", want: "RAMPA_SQLITE_SYNCHRONOUS: unknown configuration"},
		"a file of something": {env: "RAMPA_LISTEN_FILE=x", want: "RAMPA_LISTEN_FILE: unknown configuration: did you mean RAMPA_LISTEN?"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := config.Sources{Flags: c.flags, Environ: strings.Fields(c.env), Strict: true}
			if c.yaml != "" {
				from.File = write(t, "rampa.yaml", c.yaml)
			}
			_, err := config.Load(config.Production, from)
			if err == nil {
				t.Fatal("no error")
			}
			got := err.Error()
			if from.File != "" {
				got = strings.ReplaceAll(got, from.File, "FILE")
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnEphemeralSandboxHasNoDataFolder(t *testing.T) {
	t.Parallel()
	_, err := config.Load(config.Sandbox, config.Sources{Flags: map[string]string{"ephemeral": "true", "data": "x"}})
	if err == nil || !strings.Contains(err.Error(), "choose one") {
		t.Errorf("got %v", err)
	}
	c := load(t, config.Sandbox, config.Sources{Flags: map[string]string{"ephemeral": "true"}})
	if c.CredentialsFile() != "" {
		t.Errorf("credentials in %s", c.CredentialsFile())
	}
}

func TestCredentialsStandInTheDataFolderUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	c := load(t, config.Sandbox, config.Sources{Flags: map[string]string{"data": "d"}})
	if got, want := c.CredentialsFile(), filepath.Join("d", "credentials.json"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c = load(t, config.Sandbox, config.Sources{Flags: map[string]string{"credentials": "c.json"}})
	if c.CredentialsFile() != "c.json" {
		t.Errorf("got %s", c.CredentialsFile())
	}
}

func TestOtherCommandsOverlookVariablesThatMeanNothing(t *testing.T) {
	t.Parallel()
	environ := []string{"RAMPA_LISEN=x", "RAMPA_JSON=1", "HOME=/root"}
	load(t, config.Sandbox, config.Sources{Environ: environ})
	if diff := cmp.Diff([]string{"RAMPA_LISEN"}, config.UnknownVariables(environ, []string{"json"})); diff != "" {
		t.Error(diff)
	}
}

func TestTheProvidersSecretIsLongEnough(t *testing.T) {
	t.Parallel()
	whole := base64.StdEncoding.EncodeToString([]byte(key))
	for text, want := range map[string]string{key: key, "whsec_" + whole: key, key[:31]: "", "whsec_" + whole[:20]: "", "whsec_!": ""} {
		c, err := config.Load(config.Production, config.Sources{Flags: map[string]string{"idv-url": "https://idv.example", "idv-secret": text}})
		switch {
		case (err == nil) != (want != ""):
			t.Errorf("%q: %v", text, err)
		case err == nil && string(c.IDV.Key()) != want:
			t.Errorf("%q is %q", text, c.IDV.Key())
		case err != nil && strings.Contains(err.Error(), text):
			t.Errorf("the error shows the secret: %v", err)
		}
	}
	for _, alone := range []map[string]string{{"idv-url": "https://idv.example"}, {"idv-secret": key}} {
		if _, err := config.Load(config.Sandbox, config.Sources{Flags: alone}); err == nil || !strings.Contains(err.Error(), "both or none") {
			t.Errorf("%v: %v", alone, err)
		}
	}
	for _, bad := range []string{"idv.example", "ftp://idv.example", "https://u:p@idv.example", "https:///x"} {
		if _, err := config.Load(config.Sandbox, config.Sources{Flags: map[string]string{"idv-url": bad, "idv-secret": key}}); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
