package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"rampa/internal/config"
)

// key is a valid master key, for tests only.
const key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func TestNoPrinterShowsASecret(t *testing.T) {
	t.Parallel()
	const canary = "canary-7c1f"
	holder := struct {
		Key config.Secret
		DB  config.Database
	}{canary, "postgres://u:" + canary + "@h/d?sslpassword=" + canary}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", holder)
		fmt.Fprintf(&out, verb+"\n", holder.Key)
		fmt.Fprintf(&out, verb+"\n", holder.DB)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("m", "holder", holder, "key", holder.Key, "db", holder.DB)
	}
	inJSON, errJSON := json.Marshal(holder)
	inYAML, errYAML := yaml.Marshal(holder)
	if errJSON != nil || errYAML != nil {
		t.Fatal(errJSON, errYAML)
	}
	out.Write(inJSON)
	out.Write(inYAML)
	for _, leak := range []string{canary, fmt.Sprintf("%x", canary)} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%s in:\n%s", leak, out.String())
		}
	}
	if !strings.Contains(out.String(), config.Mask) {
		t.Error("no mask")
	}
	if holder.Key.Reveal() != canary || !strings.Contains(holder.DB.DSN(), canary) {
		t.Error("the secret itself is lost")
	}
}

func TestAnEmptySecretShowsThatItIsEmpty(t *testing.T) {
	t.Parallel()
	if got := fmt.Sprint(config.Secret("")); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestTheSummaryIsAFileThatConfigReadsBack(t *testing.T) {
	t.Parallel()
	first := load(t, config.Production, config.Sources{Flags: map[string]string{
		"rate-limit": "7", "trusted-proxies": "10.0.0.0/8,::1", "db": "postgres://u@h/d", "legal-version": "2026-11"}})
	text, err := first.YAML()
	if err != nil {
		t.Fatal(err)
	}
	second := load(t, config.Production, config.Sources{File: write(t, "rampa.yaml", string(text))})
	again, err := second.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(text) {
		t.Errorf("first\n%s\nthen\n%s", text, again)
	}
}

func TestTheSummaryHasEveryOptionOfItsModeAndNoSecret(t *testing.T) {
	t.Parallel()
	c := load(t, config.Production, config.Sources{Flags: map[string]string{
		"master-key": key, "db": "postgres://u:password-7@h/d", "smtp-url": "smtp://u:password-7@h"}})
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	for _, o := range config.Options() {
		if _, has := object[o.Name]; has != (o.Only != config.Sandbox) {
			t.Errorf("%s: in the summary: %t", o.Name, has)
		}
	}
	if strings.Contains(string(text), key) || strings.Contains(string(text), "password-7") {
		t.Errorf("a secret in %s", text)
	}
	if object["db"] != "postgres://u:***@h/d" {
		t.Errorf("db = %v", object["db"])
	}
	if object["rate-limit"] != 100.0 {
		t.Errorf("rate-limit = %v, want a number", object["rate-limit"])
	}
}

func TestAProductionStartIsRefusedWithOneLineForEachReason(t *testing.T) {
	t.Parallel()
	fine := map[string]string{"master-key": key, "public-url": "https://pay.example.com", "listen": "0.0.0.0:8080"}
	cases := map[string]struct {
		change map[string]string
		want   string // how each line begins
	}{
		"fine":                        {nil, ""},
		"behind nothing, on loopback": {map[string]string{"listen": "127.0.0.1:0", "public-url": ""}, ""},
		"plain http on loopback":      {map[string]string{"public-url": "http://localhost:8080"}, ""},
		"no key":                      {map[string]string{"master-key": ""}, "master-key is missing"},
		"no public URL":               {map[string]string{"public-url": ""}, "public-url is missing"},
		"plain http":                  {map[string]string{"public-url": "http://pay.example.com"}, "public-url must begin with https"},
		"mail without sender":         {map[string]string{"smtp-url": "smtp://h"}, "mail-from is missing"},
		"a provider":                  {map[string]string{"idv-url": "https://idv.example/cases", "idv-secret": key}, ""},
		"a provider, here":            {map[string]string{"idv-url": "http://127.0.0.1:9/cases", "idv-secret": key}, ""},
		"a provider in the clear":     {map[string]string{"idv-url": "http://idv.example/cases", "idv-secret": key}, "idv-url must begin with https"},
		"two reasons":                 {map[string]string{"master-key": "", "smtp-url": "smtp://h"}, "master-key is missing\nmail-from is missing"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flags := map[string]string{}
			for _, values := range []map[string]string{fine, c.change} {
				for name, text := range values {
					flags[name] = text
				}
			}
			var got []string
			if err := load(t, config.Production, config.Sources{Flags: flags}).CheckServe(); err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "\n")
			}
			if len(got) != len(want) {
				t.Fatalf("got %q, want %q", got, want)
			}
			for i := range want {
				if !strings.HasPrefix(got[i], want[i]) {
					t.Errorf("got %q, want %q", got[i], want[i])
				}
			}
		})
	}
}

func TestADatabaseIsNamedInSeveralWays(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text, path string
		engine     config.Engine
	}{
		{"sqlite", "data/rampa.db", config.SQLite},
		{"sqlite:other.db", "other.db", config.SQLite},
		{"sqlite:///srv/rampa.db", "/srv/rampa.db", config.SQLite},
		{"/srv/rampa.db", "/srv/rampa.db", config.SQLite},
		{"other.db", "other.db", config.SQLite},
		{"postgres://rampa@/rampa?host=/run/postgresql", "", config.Postgres},
		{"postgresql://rampa@db/rampa", "", config.Postgres},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			db := load(t, config.Sandbox, config.Sources{Flags: map[string]string{"db": c.text}}).Storage.DB
			if db.Engine() != c.engine {
				t.Errorf("engine %s", db.Engine())
			}
			if c.engine == config.SQLite && db.Path("data") != c.path {
				t.Errorf("path %s, want %s", db.Path("data"), c.path)
			}
		})
	}
}

func TestTheNearestNameIsWhatWasMeant(t *testing.T) {
	t.Parallel()
	known := []string{"listen", "log-level", "log-format", "legal-dir", "data", "db"}
	for typed, want := range map[string]string{
		"lisen": "listen", "lsiten": "listen", "loglevel": "log-level", "legal": "legal-dir", "dataa": "data", "bd": "db",
		"colour": "", "": "", "x": "",
	} {
		if got := config.Nearest(typed, known); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}
