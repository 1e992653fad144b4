package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"rampa/internal/blob"
	"rampa/internal/errs"
	"rampa/internal/id"
	"rampa/internal/vault"
)

// nothing is a vault.Settings that keeps nothing.
type nothing struct{}

func (nothing) Setting(context.Context, string) ([]byte, error) {
	return nil, errs.New(errs.NotFound, "setting_not_found", "")
}
func (nothing) AddSetting(_ context.Context, _ string, value []byte) ([]byte, error) {
	return value, nil
}

func folder(t *testing.T) (*blob.Folder, string) {
	t.Helper()
	v, err := vault.Open(t.Context(), make([]byte, vault.MasterKeySize), nothing{})
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), "deep", "files")
	f, err := blob.NewFolder(root, v)
	if err != nil {
		t.Fatal(err)
	}
	return f, root
}

// files lists what lies in a folder.
func files(t *testing.T, root string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestAFileIsReadBackWholeAndLiesEncrypted(t *testing.T) {
	t.Parallel()
	f, root := folder(t)
	content := make([]byte, 10<<20)
	rand.NewChaCha8([32]byte{1}).Read(content)
	marker := []byte("DNI 12345678Z")
	copy(content[5<<20:], marker)
	name := id.UUID(time.Now())
	if err := f.Put(t.Context(), name, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	r, err := f.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	stored := files(t, root)
	if len(stored) != 1 {
		t.Fatalf("stored %v", stored)
	}
	raw, err := os.ReadFile(stored[0])
	if err != nil || bytes.Contains(raw, marker) || bytes.Contains(raw, content[:32]) {
		t.Errorf("the stored file holds its content in the clear (%v)", err)
	}
	info, err := os.Stat(stored[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v (%v)", info.Mode(), err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(stored[0], raw, 0o600); err != nil {
		t.Fatal(err)
	}
	changed, err := f.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer changed.Close()
	if _, err := io.ReadAll(changed); err == nil {
		t.Error("a changed file was read to its end")
	}
}

func TestAPutThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	f, root := folder(t)
	name, broken := id.UUID(time.Now()), errors.New("connection lost")
	err := f.Put(t.Context(), name, io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if left := files(t, root); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := f.Get(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
}

func TestOnlyGeneratedNamesBecomePaths(t *testing.T) {
	t.Parallel()
	f, root := folder(t)
	for _, name := range []string{"", ".", "../../etc/passwd", "/etc/passwd", "a", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-7cc3-98c4-dc0c0c0739/.", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\x00"} {
		_, err := f.Get(t.Context(), name)
		for _, err := range []error{err, f.Put(t.Context(), name, bytes.NewReader([]byte("x"))), f.Delete(t.Context(), name)} {
			if !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	if left := files(t, root); len(left) != 0 {
		t.Errorf("stored: %v", left)
	}
}

func TestADeletedFileIsGoneAndDeletingTwiceIsNoError(t *testing.T) {
	t.Parallel()
	f, _ := folder(t)
	name := id.UUID(time.Now())
	if err := f.Put(t.Context(), name, bytes.NewReader(nil)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Delete(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Get(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
}
