package vault_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"strings"
	"sync"
	"testing"

	"rampa/internal/errs"
	"rampa/internal/vault"
)

// settings is a vault.Settings in memory.
type settings struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (s *settings) Setting(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.values[name]; ok {
		return v, nil
	}
	return nil, errs.New(errs.NotFound, "setting_not_found", "")
}

func (s *settings) AddSetting(_ context.Context, name string, value []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.values[name]; !ok {
		s.values[name] = value
	}
	return s.values[name], nil
}

var master = bytes.Repeat([]byte{7}, vault.MasterKeySize)

func open(t *testing.T, key []byte, s *settings) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), key, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func fresh() *settings { return &settings{values: map[string][]byte{}} }

func TestASealedValueOpensInItsPlaceOnly(t *testing.T) {
	t.Parallel()
	v := open(t, master, fresh())
	sealed, err := v.Seal([]byte("secret"), []byte("rows/1"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := v.Open(sealed, []byte("rows/1")); err != nil || string(plain) != "secret" {
		t.Errorf("%q, %v", plain, err)
	}
	if bytes.Contains(sealed, []byte("secret")) {
		t.Error("the secret can be read")
	}
	if _, err := v.Open(sealed, []byte("rows/2")); err == nil {
		t.Error("it opened in another row")
	}
	if _, err := v.Open(nil, []byte("rows/1")); err == nil {
		t.Error("nothing opened")
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := v.Open(changed, []byte("rows/1")); err == nil {
			t.Errorf("it opened with byte %d changed", i)
		}
	}
}

func TestASecondStartOpensWhatTheFirstSealed(t *testing.T) {
	t.Parallel()
	s := fresh()
	first := open(t, master, s)
	sealed, err := first.Seal([]byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	second := open(t, master, s)
	if plain, err := second.Open(sealed, nil); err != nil || string(plain) != "secret" {
		t.Errorf("%q, %v", plain, err)
	}
	if !bytes.Equal(first.MAC("x", []byte("y")), second.MAC("x", []byte("y"))) || !first.SigningKey().Equal(second.SigningKey()) {
		t.Error("derived keys changed")
	}
	for name, value := range s.values {
		if bytes.Contains(value, []byte("AGE-SECRET-KEY")) {
			t.Errorf("%s is stored in the clear", name)
		}
	}
}

func TestAnotherMasterKeyOpensNothing(t *testing.T) {
	t.Parallel()
	s := fresh()
	open(t, master, s)
	other := bytes.Repeat([]byte{8}, vault.MasterKeySize)
	if _, err := vault.Open(t.Context(), other, s); err == nil || !strings.Contains(err.Error(), "master key") {
		t.Error(err)
	}
	for name := range s.values {
		broken := fresh()
		for k, v := range s.values {
			broken.values[k] = bytes.Clone(v)
		}
		broken.values[name][len(broken.values[name])-1] ^= 1
		if _, err := vault.Open(t.Context(), master, broken); err == nil {
			t.Errorf("opened with %s changed", name)
		}
	}
}

func TestNodesThatStartAtOnceShareTheirKeys(t *testing.T) {
	t.Parallel()
	s := fresh()
	nodes := make([]*vault.Vault, 8)
	var all sync.WaitGroup
	for i := range nodes {
		all.Go(func() { nodes[i] = open(t, master, s) })
	}
	all.Wait()
	sealed, err := nodes[0].Seal([]byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	encrypt(t, nodes[0], &file, "paper")
	for i, v := range nodes {
		if _, err := v.Open(sealed, nil); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
		if _, err := v.DecryptFrom(bytes.NewReader(file.Bytes())); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
	}
}

func encrypt(t *testing.T, v *vault.Vault, to io.Writer, text string) {
	t.Helper()
	w, err := v.EncryptTo(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestKeyedHashesDifferByPurposeAndKey(t *testing.T) {
	t.Parallel()
	a, b := open(t, master, fresh()), open(t, bytes.Repeat([]byte{8}, 32), fresh())
	x := a.MAC("passwords", []byte("x"))
	if bytes.Equal(x, a.MAC("sessions", []byte("x"))) || bytes.Equal(x, b.MAC("passwords", []byte("x"))) || bytes.Equal(x, a.MAC("passwords", []byte("y"))) || len(x) != 32 {
		t.Error("hashes that should differ are equal")
	}
}

func TestAMasterKeyIsThirtyTwoBytesInAnyBase64(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{0xfb}, 32)
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if got, err := vault.ParseMasterKey(enc.EncodeToString(key)); err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: %v", enc.EncodeToString(key), err)
		}
	}
	for _, bad := range []string{"", "x", base64.StdEncoding.EncodeToString(key[1:]), strings.Repeat("!", 43)} {
		_, err := vault.ParseMasterKey(bad)
		if err == nil || bad != "" && len(bad) > 1 && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
