// Package signer keeps the keys that sign transactions, and gives none of them away: in encrypted files, or behind a socket. It must not
// know what it signs.
package signer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"rampa/internal/chain"
	"rampa/internal/errs"
)

// The errors of this package.
var (
	ErrNoKey  = errs.New(errs.NotFound, "key_not_found", "There is no key of this name.")
	ErrExists = errs.New(errs.Conflict, "key_exists", "There is a key of this name already. It is never overwritten.")
	ErrName   = errs.New(errs.Invalid, "key_name_not_valid", "A key's name has 1 to 64 lower-case letters, digits and hyphens.")
	ErrKey    = errs.New(errs.Invalid, "key_not_valid", "A private key is 32 bytes in hexadecimal.")
)

// Sealer encrypts a key, bound to its name.
type Sealer interface {
	Seal(plaintext, context []byte) ([]byte, error)
	Open(sealed, context []byte) ([]byte, error)
}

// Keystore is a folder with one encrypted file a key. It is safe for concurrent use, and beside other processes.
type Keystore struct {
	folder string
	sealer Sealer
	mu     sync.Mutex
	public map[string][]byte
}

// OpenKeystore opens a folder, and makes it where there is none.
func OpenKeystore(folder string, sealer Sealer) (*Keystore, error) {
	return &Keystore{folder: folder, sealer: sealer, public: map[string][]byte{}}, os.MkdirAll(folder, 0o700)
}

var named = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

func (k *Keystore) path(name string) string { return filepath.Join(k.folder, name+".key") }

func sealContext(name string) []byte { return []byte("signing key/" + name) }

// Create makes a key. Errors: ErrName, ErrExists.
func (k *Keystore) Create(name string) error {
	key, err := crypto.GenerateKey()
	if err != nil {
		return err
	}
	return k.put(name, crypto.FromECDSA(key))
}

// Import takes a private key in hexadecimal. Errors: ErrName, ErrKey, ErrExists.
func (k *Keystore) Import(name, private string) error {
	key, err := crypto.HexToECDSA(strings.TrimPrefix(strings.TrimSpace(private), "0x"))
	if err != nil {
		return ErrKey
	}
	return k.put(name, crypto.FromECDSA(key))
}

func (k *Keystore) put(name string, private []byte) error {
	defer clear(private)
	if !named.MatchString(name) {
		return ErrName
	}
	sealed, err := k.sealer.Seal(private, sealContext(name))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(k.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return ErrExists
	}
	if err != nil {
		return err
	}
	_, err = f.Write(sealed)
	return errors.Join(err, f.Sync(), f.Close())
}

// Names lists the keys.
func (k *Keystore) Names() ([]string, error) {
	files, err := filepath.Glob(filepath.Join(k.folder, "*.key"))
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(filepath.Base(f), ".key")
	}
	sort.Strings(names)
	return names, err
}

// private opens a key; who calls it clears it.
func (k *Keystore) private(name string) ([]byte, error) {
	if !named.MatchString(name) {
		return nil, ErrName
	}
	sealed, err := os.ReadFile(k.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, err
	}
	private, err := k.sealer.Open(sealed, sealContext(name))
	if err != nil {
		return nil, fmt.Errorf("key %s cannot be opened: %w", name, err)
	}
	return private, nil
}

// Public gives the compressed public key (33 bytes). Errors: ErrName, ErrNoKey.
func (k *Keystore) Public(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p, ok := k.public[name]; ok {
		return p, nil
	}
	private, err := k.private(name)
	if err != nil {
		return nil, err
	}
	defer clear(private)
	key, err := crypto.ToECDSA(private)
	if err != nil {
		return nil, ErrKey
	}
	k.public[name] = crypto.CompressPubkey(&key.PublicKey)
	return k.public[name], nil
}

// Sign signs a digest, by RFC 6979 and with s in the lower half of the order. Errors: ErrName, ErrNoKey.
func (k *Keystore) Sign(_ context.Context, name string, digest [32]byte) (s chain.Signature, err error) {
	private, err := k.private(name)
	if err != nil {
		return s, err
	}
	defer clear(private)
	key, err := crypto.ToECDSA(private)
	if err != nil {
		return s, ErrKey
	}
	signature, err := crypto.Sign(digest[:], key)
	if err != nil {
		return s, err
	}
	copy(s.R[:], signature[:32])
	copy(s.S[:], signature[32:64])
	s.V = signature[64]
	return s, nil
}

// EVMAddress is the address of a public key on EVM chains.
func EVMAddress(compressed []byte) (common.Address, error) {
	key, err := crypto.DecompressPubkey(compressed)
	if err != nil {
		return common.Address{}, ErrKey
	}
	return crypto.PubkeyToAddress(*key), nil
}
