// Package vault keeps secrets at rest: it seals fields under key sets that are themselves sealed under the operator's
// master key (envelope encryption), and makes the keyed hashes that need a key outside the database. It knows nothing of
// what it seals; callers bind each ciphertext to its place by a context.
package vault

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"rampa/internal/errs"
)

// MasterKeySize is the size of the master key in bytes; outside the program it is written in base64.
const MasterKeySize = 32

// Settings is where the sealed key sets live.
type Settings interface {
	// Setting gives a stored value, or an error of kind NotFound.
	Setting(ctx context.Context, name string) ([]byte, error)
	// AddSetting stores a value unless the name exists already, and gives what is stored then.
	AddSetting(ctx context.Context, name string, value []byte) ([]byte, error)
}

// Vault seals and opens. Safe for concurrent use.
type Vault struct {
	fields tink.AEAD
	files  *age.X25519Identity
	master []byte
}

// ParseMasterKey reads a master key as configured: 32 bytes in base64, any alphabet, padded or not.
func ParseMasterKey(s string) ([]byte, error) {
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if key, err := enc.DecodeString(s); err == nil && len(key) == MasterKeySize {
			return key, nil
		}
	}
	return nil, fmt.Errorf("the master key must be %d bytes in base64 (make one with: openssl rand -base64 %d)", MasterKeySize, MasterKeySize)
}

// Open unseals the key sets of this installation with the master key, making them at the first start.
func Open(ctx context.Context, master []byte, settings Settings) (*Vault, error) {
	v := &Vault{master: master}
	kek, err := subtle.NewAESGCM(v.derive("key-encryption", 32))
	if err != nil {
		return nil, err
	}
	if err := v.openFields(ctx, kek, settings); err != nil {
		return nil, err
	}
	return v, v.openFiles(ctx, kek, settings)
}

func (v *Vault) derive(purpose string, size int) []byte {
	key, err := hkdf.Key(sha256.New, v.master, nil, "rampa "+purpose, size)
	if err != nil {
		panic(err) // only for sizes that are constants here
	}
	return key
}

func (v *Vault) openFields(ctx context.Context, kek tink.AEAD, settings Settings) error {
	stored, err := settings.Setting(ctx, "keyset.fields")
	if errs.KindOf(err) == errs.NotFound {
		var fresh *keyset.Handle
		if fresh, err = keyset.NewHandle(aead.AES256GCMKeyTemplate()); err != nil {
			return err
		}
		var sealed bytes.Buffer
		if err = fresh.WriteWithAssociatedData(keyset.NewBinaryWriter(&sealed), kek, []byte("keyset.fields")); err != nil {
			return err
		}
		stored, err = settings.AddSetting(ctx, "keyset.fields", sealed.Bytes())
	}
	if err != nil {
		return err
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(stored)), kek, []byte("keyset.fields"))
	if err != nil {
		return errWrongMaster
	}
	v.fields, err = aead.New(handle)
	return err
}

func (v *Vault) openFiles(ctx context.Context, kek tink.AEAD, settings Settings) error {
	stored, err := settings.Setting(ctx, "keyset.files")
	if errs.KindOf(err) == errs.NotFound {
		var fresh *age.X25519Identity
		if fresh, err = age.GenerateX25519Identity(); err != nil {
			return err
		}
		var sealed []byte
		if sealed, err = kek.Encrypt([]byte(fresh.String()), []byte("keyset.files")); err != nil {
			return err
		}
		stored, err = settings.AddSetting(ctx, "keyset.files", sealed)
	}
	if err != nil {
		return err
	}
	plain, err := kek.Decrypt(stored, []byte("keyset.files"))
	if err != nil {
		return errWrongMaster
	}
	v.files, err = age.ParseX25519Identity(string(plain))
	return err
}

var errWrongMaster = errors.New("the master key does not open this database: it was set up with another one")

// Seal encrypts plaintext; only Open with the same context gives it back, so a value moved to another row does not open.
func (v *Vault) Seal(plaintext, context []byte) ([]byte, error) {
	return v.fields.Encrypt(plaintext, context)
}

// Open decrypts what Seal made with the same context.
func (v *Vault) Open(sealed, context []byte) ([]byte, error) {
	plain, err := v.fields.Decrypt(sealed, context)
	if err != nil {
		return nil, errors.New("vault: a sealed value does not open: it was changed, moved, or sealed under another key")
	}
	return plain, nil
}

// MAC is HMAC-SHA-256 under a key for this purpose that is derived from the master key and never stored.
func (v *Vault) MAC(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, v.derive("mac "+purpose, 32))
	m.Write(data)
	return m.Sum(nil)
}

// SigningKey is the ed25519 key that signs the audit chain's checkpoints.
func (v *Vault) SigningKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(v.derive("audit checkpoints", ed25519.SeedSize))
}

// EncryptTo gives a writer that encrypts a file as a stream into dst; the file is whole once it is closed.
func (v *Vault) EncryptTo(dst io.Writer) (io.WriteCloser, error) {
	return age.Encrypt(dst, v.files.Recipient())
}

// DecryptFrom gives a reader of a file that EncryptTo made.
func (v *Vault) DecryptFrom(src io.Reader) (io.Reader, error) {
	return age.Decrypt(src, v.files)
}
