package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/blob"
	"rampa/internal/config"
	"rampa/internal/db"
	"rampa/internal/job"
	"rampa/internal/store"
	"rampa/internal/vault"
)

// storage is what a process keeps things in.
type storage struct {
	db    db.DB
	store *store.Store
	vault *vault.Vault
	files *blob.Folder
	data  string         // folder of files and keys
	close []func() error // in reverse order
}

// Close closes everything, the last opened first.
func (s *storage) Close() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	return errors.Join(errs...)
}

func source(cfg *config.Config, data string) string {
	if cfg.Storage.DB.Engine() == config.Postgres {
		return cfg.Storage.DB.DSN()
	}
	return cfg.Storage.DB.Path(data)
}

// Migrate brings the database's tables and the job queue's up to this program, and gives the versions before and after.
func Migrate(ctx context.Context, cfg *config.Config) (from, to int64, err error) {
	return migrate(ctx, source(cfg, cfg.Storage.Data))
}

func migrate(ctx context.Context, source string) (from, to int64, err error) {
	if !db.IsPostgres(source) {
		if err := os.MkdirAll(filepath.Dir(source), 0o700); err != nil {
			return 0, 0, fmt.Errorf("make the data folder: %w", err)
		}
	}
	if from, to, err = db.Migrate(ctx, db.Options{Source: source}); err != nil {
		return from, to, err
	}
	return from, to, job.Migrate(ctx, source)
}

// openStorage opens database, keys and files. Data is the folder of files and of the sandbox's own key.
func openStorage(ctx context.Context, cfg *config.Config, data string, metrics prometheus.Registerer) (s *storage, err error) {
	s = &storage{data: data}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if s.db, err = db.Open(ctx, db.Options{Source: source(cfg, data), Metrics: metrics}); err != nil {
		return s, err
	}
	s.close = append(s.close, s.db.Close)
	s.store = store.New(s.db)
	master, err := masterKey(cfg, data)
	if err != nil {
		return s, err
	}
	if s.vault, err = vault.Open(ctx, master, s.store); err != nil {
		return s, err
	}
	s.files, err = blob.NewFolder(filepath.Join(data, "documents"), s.vault)
	return s, err
}

// masterKey is the configured one or, in a sandbox, the one that its data folder holds.
func masterKey(cfg *config.Config, data string) ([]byte, error) {
	if cfg.Keys.Master != "" {
		return vault.ParseMasterKey(cfg.Keys.Master.Reveal())
	}
	file := filepath.Join(data, "sandbox-master.key")
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		return vault.ParseMasterKey(strings.TrimSpace(string(text)))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read the sandbox's master key: %w", err)
	case cfg.Mode != config.Sandbox:
		return nil, fmt.Errorf("master-key is missing, and no sandbox has its key in the data folder %s: name the right folder with --data, or give the server's key in RAMPA_MASTER_KEY or RAMPA_MASTER_KEY_FILE", data)
	}
	key := make([]byte, vault.MasterKeySize)
	rand.Read(key)
	if err := os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("keep the sandbox's master key: %w", err)
	}
	return key, nil
}

// lock keeps a second server off a data folder whose SQLite file this one owns.
func lock(data string) (release func() error, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := flock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("another Rampa runs on the data folder %s: stop it, or choose another with --data", data)
	}
	return f.Close, nil
}
