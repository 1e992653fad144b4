package testenv

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// shared is the one server of this test binary, started by the first test that needs it. Nothing stops it: its keeper
// does when the process ends.
var shared = sync.OnceValues(func() (*Server, error) {
	server, _, err := StartPostgres(context.Background(), "")
	return server, err
})

var (
	databases atomic.Int64 // counts the databases, to name them
	templates sync.Map     // name → *template
)

type template struct {
	once sync.Once
	err  error
}

// Postgres gives the DSN of a new, empty database that lives as long as the test, on a PostgreSQL server that this test
// binary has for itself. Without PostgreSQL on the machine the test fails.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	return newDatabase(t, "template0")
}

// PostgresFrom is Postgres with a database that prepare has filled: it runs once per test binary and name, and each
// caller gets a copy. prepare must close its connections, and must not end t.
func PostgresFrom(t testing.TB, name string, prepare func(dsn string) error) (dsn string) {
	t.Helper()
	server := sharedServer(t)
	entry, _ := templates.LoadOrStore(name, &template{})
	made := entry.(*template)
	source := "prepared_" + name
	made.once.Do(func() {
		if made.err = server.Exec(context.Background(), `CREATE DATABASE "`+source+`" TEMPLATE template0`); made.err == nil {
			made.err = prepare(server.Database(source))
		}
	})
	if made.err != nil {
		t.Fatalf("prepare the database %q: %v", name, made.err)
	}
	return newDatabase(t, source)
}

func sharedServer(t testing.TB) *Server {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func newDatabase(t testing.TB, source string) string {
	t.Helper()
	server := sharedServer(t)
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := server.Exec(t.Context(), `CREATE DATABASE `+name+` TEMPLATE "`+source+`"`); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Exec(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return server.Database(name)
}
