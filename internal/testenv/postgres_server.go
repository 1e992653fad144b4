package testenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres tells that PostgreSQL's server programs are not on this machine.
var ErrNoPostgres = errors.New("PostgreSQL is not installed: run `make test`, which installs it")

// startTimeout is how long a new server may take until it answers; about 0.2 s are usual.
const startTimeout = 30 * time.Second

// keeper runs the server and ends it when its own stdin does: a pipe that the kernel closes however this process dies,
// kill -9 included. $1 is the folder to remove, and the rest is the server's command line.
const keeper = `folder=$1; shift
"$@" >"$folder/server.log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$folder"`

// Server is a private PostgreSQL server that listens on a unix socket only.
type Server struct {
	DSN    string // of the database "postgres", as its superuser
	folder string // data, socket and log; removed at the end
	bin    string // where initdb and postgres are
	owner  *syscall.Credential
}

// StartPostgres makes a new, empty PostgreSQL server and starts it with fsync and synchronous_commit on. It lives in a
// new folder inside dir, or with dir "" in memory where the machine has enough of it, else in the temporary folder.
// stop ends the server and removes its folder; both also happen when this process dies in any way. Started by root, the
// server runs as the user postgres, since PostgreSQL refuses root.
func StartPostgres(ctx context.Context, dir string) (server *Server, stop func(), err error) {
	s := &Server{}
	if s.bin, err = postgresPrograms(); err != nil {
		return nil, nil, err
	}
	if s.owner, err = postgresOwner(); err != nil {
		return nil, nil, err
	}
	if s.folder, err = s.makeFolder(dir); err != nil {
		return nil, nil, err
	}
	if err := s.initdb(ctx); err != nil {
		os.RemoveAll(s.folder)
		return nil, nil, err
	}
	s.DSN = s.Database("postgres")
	stop, err = s.run()
	if err != nil {
		os.RemoveAll(s.folder)
		return nil, nil, err
	}
	if err := s.await(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.folder, "server.log"))
		stop()
		return nil, nil, fmt.Errorf("PostgreSQL does not answer: %w; its log: %s", err, log)
	}
	return s, stop, nil
}

// Database is the DSN of one database of the server.
func (s *Server) Database(name string) string {
	return "postgres://postgres@/" + name + "?host=" + s.folder
}

// Exec runs one statement in the database "postgres".
func (s *Server) Exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.DSN)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

func (s *Server) makeFolder(dir string) (string, error) {
	if dir == "" {
		dir = roomyFolder()
	}
	folder, err := os.MkdirTemp(dir, "rampa-pg-")
	if err != nil {
		return "", err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return "", err
	}
	if len(folder) > 80 { // a socket's path is at most 107 bytes, and its name takes 15
		os.Remove(folder)
		return "", fmt.Errorf("the path of %s is too long for PostgreSQL's socket: choose a folder with a shorter one", folder)
	}
	if s.owner != nil {
		err = os.Chown(folder, int(s.owner.Uid), int(s.owner.Gid))
	}
	return folder, err
}

func (s *Server) initdb(ctx context.Context) error {
	initdb := s.command(ctx, filepath.Join(s.bin, "initdb"), "--pgdata", filepath.Join(s.folder, "data"), "--no-sync",
		"--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--wal-segsize=4")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// run starts the server under its keeper and gives the function that ends both.
func (s *Server) run() (stop func(), err error) {
	postgres := []string{filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.folder, "data"),
		"-c", "listen_addresses=", "-c", "unix_socket_directories=" + s.folder,
		"-c", "fsync=on", "-c", "synchronous_commit=on",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB", "-c", "min_wal_size=32MB"}
	// Not bound to a context: the server lives until stop, or until the pipe breaks.
	cmd := s.command(context.Background(), "/bin/sh", append([]string{"-c", keeper, "sh", s.folder}, postgres...)...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() { // waiting keeps cmd and with it the pipe: forgotten, the collector would close it and end the server
		cmd.Wait() // its exit code is the shell's own: nothing to learn
		close(ended)
	}()
	return sync.OnceFunc(func() {
		stdin.Close()
		<-ended
	}), nil
}

// await returns when the server answers a connection.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.DSN)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// command is exec.CommandContext as the server's owner, in a session of its own: an interrupt typed at the terminal
// must reach this process only, which then ends the server.
func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.owner}
	return cmd
}

// postgresPrograms finds the folder of the newest installed server's programs.
func postgresPrograms() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is valid: there is no other error
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrNoPostgres
	}
	return filepath.Dir(path), nil
}

// postgresOwner is whom the server runs as: nil for "as this process".
func postgresOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root and there is no user postgres: %w", ErrNoPostgres)
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(errUID, errGID)
}

// roomyFolder is the machine's memory file system where it has 2 GiB to spare, else the temporary folder: containers
// often have one of 64 MB only.
func roomyFolder() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if syscall.Statfs(memory, &fs) == nil && fs.Bavail*uint64(fs.Bsize) >= 2<<30 {
		return memory
	}
	return os.TempDir()
}
