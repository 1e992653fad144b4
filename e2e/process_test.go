package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestASecondStartGoesOnWhereTheFirstEnded.
func TestASecondStartGoesOnWhereTheFirstEnded(t *testing.T) {
	t.Parallel()
	engines(t, func(s *server) {
		c := s.client()
		registered := c.register("sigue@acmecorp.com", "Sigue S.L.")
		w := newWalker(s).unlock(registered)
		w.submit("step-country", map[string]string{"country": "PT", "action": "save"}, nil).want(200)
		before := s.credentials
		s.stop()
		s.begin()
		if s.APIKey != before.APIKey || s.APISecret != before.APISecret || s.ConsolePassword != before.ConsolePassword || s.ConsoleSecret != before.ConsoleSecret {
			s.Error("the second start has other credentials")
		}
		c.want(registered.ID, "processing", "in_progress") // with the token of the first start
		moved := company{Link: strings.Replace(registered.Link, before.PublicURL, s.PublicURL, 1), Password: registered.Password}
		w = newWalker(s).unlock(moved)
		w.get(moved.Link + "/country").want(200)
		if got := values(w.element("step-country")).Get("country"); got != "PT" {
			s.Errorf("country %q", got)
		}
	})
}

// TestTheCredentialsFileIsForItsOwnerOnly.
func TestTheCredentialsFileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range []string{s.credentialsFile(), filepath.Join(s.dir, "rampa.db"), filepath.Join(s.dir, "sandbox-master.key")} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
}

// TestSIGTERMDrains: what began is answered, /readyz says that no more should come, and the process ends well.
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	s := start(t)
	if s.status("/readyz") != 200 || s.status("/healthz") != 200 {
		t.Fatal("not ready")
	}
	c := s.client()
	address, _ := url.Parse(s.PublicURL)
	conn, err := net.Dial("tcp", address.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body = `{"email":"ultima@acmecorp.com","company_name":"Ultima S.L."}`
	io.WriteString(conn, "POST /api/register/company HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuth: "+c.token+
		"\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n"+body[:20])

	s.cmd.Process.Signal(syscall.SIGTERM)
	eventually(t, "/readyz says 503", func() bool { return s.status("/readyz") == 503 })
	io.WriteString(conn, body[20:])
	answered, err := io.ReadAll(conn)
	if err != nil || !bytes.Contains(answered, []byte(`"status":"ok"`)) {
		t.Errorf("the request that was under way: %v %s", err, answered)
	}
	<-s.exited
	if s.err != nil {
		t.Errorf("the end: %v", s.err)
	}
	if n := s.column(`SELECT count(*) FROM customers`); n != "1" {
		t.Errorf("%s customers", n)
	}
}

// refused runs a command that must end by itself, with the code and one line on stderr that has the words.
func (s *server) refused(code int, words string, args ...string) {
	s.Helper()
	cmd := s.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	said := strings.TrimSpace(stderr.String())
	if exitCode(err) != code || strings.Contains(said, "\n") || !strings.Contains(said, words) || stdout.Len() > 0 {
		s.Errorf("rampa %s: %v\n%s\n%s", strings.Join(args, " "), err, stdout.Bytes(), said)
	}
}

// TestASecondServerOnTheSameFolderIsRefused.
func TestASecondServerOnTheSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.refused(1, s.dir, "sandbox", "--listen", "127.0.0.1:0", "--data", s.dir)
	if s.status("/readyz") != 200 {
		t.Error("the first one suffers")
	}
}

// TestServeRefusesWhatIsUnsafeOrUnknown, each with one line.
func TestServeRefusesWhatIsUnsafeOrUnknown(t *testing.T) {
	t.Parallel()
	s := prepare(t, "")
	key := make([]byte, 32)
	rand.Read(key)
	serve := func(more ...string) []string {
		return append([]string{"serve", "--listen", "127.0.0.1:0", "--data", s.dir}, more...)
	}
	s.refused(1, "master-key", serve()...)
	s.env = []string{"RAMPA_MASTER_KEY=" + base64.StdEncoding.EncodeToString(key)}
	s.refused(1, "public-url", serve("--listen", "0.0.0.0:0")...)
	s.refused(1, "https", serve("--public-url", "http://pay.example.com")...)
	s.refused(2, "--ephemeral", serve("--ephemeral")...)
	s.refused(2, "listen", serve("--lisen", "127.0.0.1:0")...)
	s.env = append(s.env, "RAMPA_LISTN=127.0.0.1:0")
	s.refused(1, "RAMPA_LISTN", serve()...)
	s.env = []string{"RAMPA_MASTER_KEY=c2hvcnQ="}
	s.refused(1, "RAMPA_MASTER_KEY", serve()...)
}

// TestServeHasNothingOfTheSandbox.
func TestServeHasNothingOfTheSandbox(t *testing.T) {
	t.Parallel()
	s := prepare(t, "", "--json")
	key := make([]byte, 32)
	rand.Read(key)
	s.env = []string{"RAMPA_MASTER_KEY=" + base64.StdEncoding.EncodeToString(key)}
	s.secret("master key", base64.StdEncoding.EncodeToString(key))
	s.launch("serve")
	eventually(s, "serve tells where it is", func() bool {
		var where credentials
		if json.Unmarshal([]byte(s.out.String()), &where) == nil {
			s.BaseURL, s.PublicURL = where.BaseURL, where.PublicURL
		}
		return s.PublicURL != ""
	})
	if s.status("/readyz") != 200 {
		t.Error("it says so, and is not ready")
	}
	var made struct {
		APIKey    string `json:"api_key"`
		APISecret string `json:"api_secret"`
	}
	unmarshal(t, s.rampa("integration", "create", "--name", "Remesas", "--json"), &made)
	s.APIKey, s.APISecret = made.APIKey, made.APISecret
	s.secret("api_secret", s.APISecret)
	c := s.client()
	for _, call := range []string{"GET /sandbox/clock", "POST /sandbox/clock", "POST /sandbox/kyc"} {
		method, path, _ := strings.Cut(call, " ")
		if a := c.call(method, path, map[string]string{}); a.status != http.StatusNotFound || string(a.body) != `{"status":"error","error":"not_found"}` {
			t.Errorf("%s: %d %s", call, a.status, a.body)
		}
	}
	// Names mean nothing here, and limits are on.
	registered := c.register("normal@acmecorp.com", "Acme Valid")
	c.want(registered.ID, "unused", "draft")
	if c.call("GET", "/customers/list", nil).header.Get("RateLimit-Limit") == "" {
		t.Error("no rate limit in production")
	}
}
