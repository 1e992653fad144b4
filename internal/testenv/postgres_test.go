package testenv_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rampa/internal/testenv"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func TestEachCallGivesADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for range 3 {
		conn := connect(t, testenv.Postgres(t))
		if _, err := conn.Exec(t.Context(), `CREATE TABLE mine (id BIGINT)`); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheServerKeepsWhatItAcknowledges(t *testing.T) {
	t.Parallel()
	conn := connect(t, testenv.Postgres(t))
	for _, setting := range []string{"fsync", "synchronous_commit"} {
		var got string
		if err := conn.QueryRow(t.Context(), `SELECT current_setting($1)`, setting).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != "on" {
			t.Errorf("%s = %q, want on", setting, got)
		}
	}
}

func TestAPreparedDatabaseIsPreparedOnceAndCopied(t *testing.T) {
	t.Parallel()
	name := rand.Text() // a new one at each run, for -count
	runs := 0
	prepare := func(dsn string) error {
		runs++
		conn, err := pgx.Connect(context.Background(), dsn)
		if err != nil {
			return err
		}
		_, err = conn.Exec(context.Background(), `CREATE TABLE item (id BIGINT)`)
		return errors.Join(err, conn.Close(context.Background()))
	}
	for range 3 {
		conn := connect(t, testenv.PostgresFrom(t, name, prepare))
		var rows int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM item`).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if rows != 0 {
			t.Errorf("a new copy has %d rows of another test", rows)
		}
		if _, err := conn.Exec(t.Context(), `INSERT INTO item VALUES (1)`); err != nil {
			t.Fatal(err)
		}
	}
	if runs != 1 {
		t.Errorf("prepared %d times, want once", runs)
	}
}

func TestStopEndsTheServerAndRemovesItsFolder(t *testing.T) {
	t.Parallel()
	dir := shortFolder(t)
	server, stop, err := testenv.StartPostgres(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	connect(t, server.DSN)
	stop()
	stop() // a second call is harmless
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestAFolderTooDeepForASocketIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/a-folder-with-a-name-of-more-than-eighty-characters-as-nobody-would-choose-for-a-socket"
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err := testenv.StartPostgres(t.Context(), dir); err == nil {
		t.Fatal("it started")
	}
}

// TestAServerDiesWithItsKilledOwner starts this test binary again as an owner, and kills that.
func TestAServerDiesWithItsKilledOwner(t *testing.T) {
	t.Parallel()
	dir := shortFolder(t)
	owner := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOwnerProcess$", "-test.v")
	owner.Env = append(os.Environ(), "TESTENV_OWNER_DIR="+dir)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	dsn := readDSN(t, out)
	connect(t, dsn)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	owner.Wait() // "signal: killed", as it was

	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if left, err := os.ReadDir(dir); err == nil && len(left) == 0 {
			return
		}
		select {
		case <-deadline:
			t.Fatal("the server outlives its killed owner")
		case <-tick.C:
		}
	}
}

func readDSN(t *testing.T, out io.Reader) string {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if u, err := url.Parse(lines.Text()); err == nil && u.Scheme == "postgres" {
			return lines.Text()
		}
	}
	t.Fatal("the owner started no server")
	return ""
}

// TestOwnerProcess is no test: it is what TestAServerDiesWithItsKilledOwner kills.
func TestOwnerProcess(t *testing.T) {
	dir := os.Getenv("TESTENV_OWNER_DIR")
	if dir == "" {
		return
	}
	server, _, err := testenv.StartPostgres(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(server.DSN)
	<-t.Context().Done() // never: the parent kills this process
	select {}
}

// shortFolder is a folder that PostgreSQL's user may enter and whose path leaves room for a socket's name.
func shortFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}
