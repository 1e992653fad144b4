package operator

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"rampa/internal/errs"
)

// Params is what one argon2id hash costs (RFC 9106). Hashes of other parameters still verify, and are renewed at login.
type Params struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultParams are OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
func DefaultParams() Params { return Params{Memory: 19 * 1024, Passes: 2, Threads: 1} }

const (
	saltBytes = 16
	keyBytes  = 32
	// A stored hash may not ask for more than this, whatever it says.
	maxMemory = 256 * 1024
	maxPasses = 16
)

// Passwords hashes and verifies passwords, few at a time: each hash takes Params.Memory, and a flood of logins must not
// take it a hundred times over.
type Passwords struct {
	params Params
	slots  chan struct{}
	decoy  string
}

// NewPasswords makes a hasher that works on at most parallel hashes at once.
func NewPasswords(p Params, parallel int) *Passwords {
	h := &Passwords{params: p, slots: make(chan struct{}, parallel)}
	h.decoy = encodeHash(p, make([]byte, saltBytes), make([]byte, keyBytes))
	return h
}

// Hash gives the PHC string of a password. It waits for a free slot; ErrBusy when ctx ends first.
func (h *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	key, err := h.derive(ctx, password, h.params, salt)
	if err != nil {
		return "", err
	}
	return encodeHash(h.params, salt, key), nil
}

// Verify reports whether password has the given hash. An empty hash costs the same work and is never right.
func (h *Passwords) Verify(ctx context.Context, password, hash string) (bool, error) {
	decoy := hash == ""
	if decoy {
		hash = h.decoy
	}
	p, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	key, err := h.derive(ctx, password, p, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, want) == 1 && !decoy, nil
}

// Stale reports whether hash was made with other parameters than today's.
func (h *Passwords) Stale(hash string) bool {
	p, _, _, err := decodeHash(hash)
	return err != nil || p != h.params
}

func (h *Passwords) derive(ctx context.Context, password string, p Params, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ErrBusy.Because(ctx.Err())
	}
	defer func() { <-h.slots }()
	// NFC as RFC 8265 asks: the same password typed on another keyboard is the same password.
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.Passes, p.Memory, p.Threads, keyBytes), nil
}

func encodeHash(p Params, salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Passes, p.Threads, b.EncodeToString(salt), b.EncodeToString(key))
}

func decodeHash(hash string) (p Params, salt, key []byte, err error) {
	bad := func(why string) (Params, []byte, []byte, error) {
		return Params{}, nil, nil, fmt.Errorf("password hash: %s", why)
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return bad("not an argon2id PHC string")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad("unknown version")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Passes, &p.Threads); err != nil {
		return bad("unreadable parameters")
	}
	if p.Memory == 0 || p.Memory > maxMemory || p.Passes == 0 || p.Passes > maxPasses || p.Threads == 0 {
		return bad("parameters out of bounds")
	}
	salt, errSalt := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, errKey := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(salt) < 8 || len(key) != keyBytes {
		return bad("unreadable salt or key")
	}
	return p, salt, key, nil
}

// Bounds of a password in characters. The upper one only keeps hashing cheap.
const (
	MinPassword = 12
	MaxPassword = 128
)

// CheckPassword refuses a password that is too short, too long, all of one kind of letter repeated, or that repeats what
// everybody knows of the operator. Codes: password_short, password_long, password_weak.
func CheckPassword(password string, o *Operator) error {
	n := utf8.RuneCountInString(password)
	if n < MinPassword {
		return errs.Newf(errs.Invalid, "password_short", "The password needs at least %d characters.", MinPassword)
	}
	if n > MaxPassword || !utf8.ValidString(password) {
		return errs.Newf(errs.Invalid, "password_long", "The password may have at most %d characters.", MaxPassword)
	}
	low := strings.ToLower(password)
	distinct := map[rune]bool{}
	for _, r := range low {
		distinct[r] = true
	}
	local, _, _ := strings.Cut(o.Email, "@")
	if len(distinct) < 6 || strings.Contains(low, o.Email) || len(local) > 3 && strings.HasPrefix(low, local) || strings.Contains(low, "password") {
		return errs.New(errs.Invalid, "password_weak", "This password is easy to guess. Three or four unrelated words make a good one.")
	}
	return nil
}
