package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rampa/internal/testenv"
)

// patience is how long anything may take on a machine that is busy with other tests.
const patience = 60 * time.Second

// TestMain removes the binary when all tests are over.
func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(filepath.Join(os.TempDir(), "rampa-e2e-"+fmt.Sprint(os.Getpid())))
	os.Exit(code)
}

// program is the program under test, built once. RAMPA_E2E_BINARY names a ready one: a release can be proved as it is.
var program = sync.OnceValues(func() (string, error) {
	if ready := os.Getenv("RAMPA_E2E_BINARY"); ready != "" {
		return ready, nil
	}
	file := filepath.Join(os.TempDir(), "rampa-e2e-"+fmt.Sprint(os.Getpid()), "rampa")
	build := exec.Command("go", "build", "-o", file, "rampa/cmd/rampa")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return file, nil
})

// credentials is the file that a sandbox writes.
type credentials struct {
	BaseURL         string `json:"base_url"`
	PublicURL       string `json:"public_url"`
	APIKey          string `json:"api_key"`
	APISecret       string `json:"api_secret"`
	ConsoleURL      string `json:"console_url"`
	ConsoleUser     string `json:"console_user"`
	ConsolePassword string `json:"console_password"`
	ConsoleSecret   string `json:"console_totp_secret"`
	RPCURL          string `json:"rpc_url"`
}

// server is one Rampa, which may be killed and started again on the same data.
type server struct {
	*testing.T
	credentials
	dir  string // the data folder
	db   string // a PostgreSQL DSN, "" for SQLite
	args []string
	env  []string
	log  logBuffer // stderr
	out  logBuffer // stdout

	cmd    *exec.Cmd
	exited chan struct{} // closed once cmd has ended
	err    error         // of cmd, after exited

	secrets sync.Map // text → what it is: none may be found in logs or in the storage
}

// engines runs a scenario on both engines, each with a server of its own.
func engines(t *testing.T, scenario func(s *server), args ...string) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		scenario(start(t, args...))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		s := prepare(t, testenv.Postgres(t), args...)
		s.begin()
		scenario(s)
	})
}

// start gives a sandbox on SQLite that is ready, with further arguments.
func start(t *testing.T, args ...string) *server {
	t.Helper()
	s := prepare(t, "", args...)
	s.begin()
	return s
}

// prepare gives a server that is not started. A database must outlive it, so it is made before.
func prepare(t *testing.T, db string, args ...string) *server {
	s := &server{T: t, dir: filepath.Join(t.TempDir(), "data"), db: db, args: args}
	t.Cleanup(s.inspect)
	return s
}

// command is the program with arguments, in a group of its own, without the variables of whoever runs the tests.
func (s *server) command(args ...string) *exec.Cmd {
	s.Helper()
	file, err := program()
	if err != nil {
		s.Fatal(err)
	}
	cmd := exec.Command(file, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "TZ=UTC"}, s.env...)
	return cmd
}

func (s *server) storageArgs() []string {
	args := []string{"--data", s.dir}
	if s.db != "" {
		args = append(args, "--db", s.db)
	}
	return args
}

// launch starts a server without waiting for it.
func (s *server) launch(command string) {
	s.Helper()
	args := append([]string{command, "--listen", "127.0.0.1:0"}, s.storageArgs()...)
	if command == "sandbox" {
		args = append(args, "--credentials", s.credentialsFile())
	}
	s.cmd = s.command(append(args, s.args...)...)
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.log
	s.exited = make(chan struct{})
	if err := s.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	cmd, exited := s.cmd, s.exited
	go func() {
		s.err = cmd.Wait()
		close(exited)
	}()
}

func (s *server) credentialsFile() string { return s.dir + ".json" }

// begin starts the sandbox and returns when it is ready: its credentials appear then.
func (s *server) begin() {
	s.Helper()
	os.Remove(s.credentialsFile())
	s.launch("sandbox")
	eventually(s, "credentials appear", func() bool {
		select {
		case <-s.exited:
			s.Fatalf("the server ended: %v\n%s", s.err, s.log.tail())
		default:
		}
		content, err := os.ReadFile(s.credentialsFile())
		return err == nil && json.Unmarshal(content, &s.credentials) == nil
	})
	for what, secret := range map[string]string{"api_secret": s.APISecret, "console password": s.ConsolePassword, "authenticator secret": s.ConsoleSecret} {
		s.secret(what, secret)
	}
}

// kill ends the process as a power cut would.
func (s *server) kill() {
	s.cmd.Process.Kill()
	<-s.exited
}

// stop ends the process with SIGTERM, and wants it to say that all went well.
func (s *server) stop() {
	s.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.kill()
		s.Fatal("SIGTERM does not end the server")
	}
	if s.err != nil {
		s.Errorf("SIGTERM: %v\n%s", s.err, s.log.tail())
	}
}

func (s *server) running() bool {
	if s.cmd == nil {
		return false
	}
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// rampa runs another command on the same storage and gives what it prints.
func (s *server) rampa(args ...string) string {
	s.Helper()
	cmd := s.command(append(args, s.storageArgs()...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.Fatalf("rampa %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}

// secret says that a text must be found nowhere.
func (s *server) secret(what, text string) {
	s.Helper()
	if len(text) < 8 {
		s.Fatalf("%s %q is too short to be told from others", what, text)
	}
	s.secrets.Store(text, what)
}

// inspect ends the server and looks through what it leaves behind.
func (s *server) inspect() {
	if s.running() {
		s.stop()
	}
	lines := s.log.String()
	for line := range strings.Lines(lines) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, "panic:") || strings.Contains(line, "DATA RACE") {
			s.Errorf("unexpected in the log: %s", line)
		}
	}
	s.leaks("the log", []byte(lines))
	s.inspectStorage()
}

// leaks looks for the secrets in what was kept.
func (s *server) leaks(where string, kept []byte) {
	s.secrets.Range(func(text, what any) bool {
		if bytes.Contains(kept, []byte(text.(string))) {
			s.Errorf("%s holds the %s", where, what)
		}
		return true
	})
}

// status gives the status of a path outside of the API, 0 when nobody answers.
func (s *server) status(path string) int {
	r, err := http.Get(s.PublicURL + path)
	if err != nil {
		return 0
	}
	r.Body.Close()
	return r.StatusCode
}

// logBuffer keeps what a process writes.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *logBuffer) tail() string {
	text := b.String()
	return text[max(0, len(text)-2000):]
}

// eventually polls until a condition holds.
func eventually(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-ticker.C {
		if holds() {
			return
		}
	}
	t.Fatalf("never came true: %s", what)
}

// exitCode gives how a command ended.
func exitCode(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}
