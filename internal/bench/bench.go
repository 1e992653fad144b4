// Package bench measures Rampa against itself: a server of its own over HTTP, and in the same run the bare limit of the
// same rows without it, so that a noisy machine spoils both alike. It asserts nothing; the figures are for people and CI.
package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Env is what the benchmarks run in.
type Env struct {
	Dir        string // for databases; on a real disk, or the fsyncs are not real
	DB         string // "sqlite", or a postgres:// URL whose database is used up
	Executable string // this program
	// Progress shows work that takes a while: what it is, and of how many parts, -1 for unknown.
	Progress func(what string, parts int64) Bar
}

// Bar is shown until Done.
type Bar interface {
	Add(parts int64)
	Done()
}

// server is a Rampa in a process of its own.
type server struct {
	cmd   *exec.Cmd
	creds credentials
	token string
}

type credentials struct {
	BaseURL   string `json:"base_url"`
	PublicURL string `json:"public_url"`
	APIKey    string `json:"api_key"`
	APISecret string `json:"api_secret"`
}

// startServer starts a sandbox on a data folder and waits until it is ready.
func (e *Env) startServer(ctx context.Context, data string) (*server, error) {
	file := filepath.Join(data, "bench-credentials.json")
	args := []string{"sandbox", "--listen", "127.0.0.1:0", "--data", data, "--credentials", file, "--log-level", "warn"}
	if e.DB != "" && e.DB != "sqlite" {
		args = append(args, "--db", e.DB)
	}
	_ = os.Remove(file)
	s := &server{cmd: exec.CommandContext(ctx, e.Executable, args...)}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil { // it prints once it is ready
		return nil, errors.Join(errors.New("the server ended before it was ready"), s.cmd.Wait())
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &s.creds); err != nil {
		return nil, err
	}
	return s, s.authenticate()
}

func (s *server) authenticate() error {
	body, _ := json.Marshal(map[string]string{"api_key": s.creds.APIKey, "api_secret": s.creds.APISecret})
	res, err := http.Post(s.creds.BaseURL+"/authenticate", "application/json", strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	err = json.NewDecoder(res.Body).Decode(&answer)
	s.token = answer.Data.Token
	return err
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// counters reads the server's own counts.
func (s *server) counters() (map[string]float64, error) {
	res, err := http.Get(s.creds.PublicURL + "/metrics")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	out := map[string]float64{}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = n
		}
	}
	return out, lines.Err()
}

// loop runs work in n goroutines for d and gives the time of each call, sorted.
func loop(ctx context.Context, n int, d time.Duration, worker func() (work func(ctx context.Context) error, err error)) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var mu sync.Mutex
	var all []time.Duration
	var failure error
	var wg sync.WaitGroup
	for range n {
		work, err := worker()
		if err != nil {
			return nil, err
		}
		wg.Go(func() {
			var own []time.Duration
			for ctx.Err() == nil {
				start := time.Now()
				if err := work(context.WithoutCancel(ctx)); err != nil {
					mu.Lock()
					failure = err
					mu.Unlock()
					cancel()
					return
				}
				own = append(own, time.Since(start))
			}
			mu.Lock()
			all = append(all, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	slices.Sort(all)
	if failure == nil && len(all) == 0 {
		failure = errors.New("nothing was done in the time given")
	}
	return all, failure
}

func percentile(sorted []time.Duration, p float64) float64 {
	at := min(int(float64(len(sorted))*p), len(sorted)-1)
	return float64(sorted[at].Microseconds()) / 1000
}
