// Package blob keeps files encrypted at rest under generated names. It knows neither whose they are nor what is in them.
package blob

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rampa/internal/errs"
	"rampa/internal/id"
)

// Cipher encrypts files as streams.
type Cipher interface {
	EncryptTo(dst io.Writer) (io.WriteCloser, error)
	DecryptFrom(src io.Reader) (io.Reader, error)
}

// ErrNotFound says that there is no such file.
var ErrNotFound = errs.New(errs.NotFound, "file_not_found", "This file is not there any more.")

// Folder keeps files in a local folder, two levels deep: ab/abcd….age.
type Folder struct {
	root   string
	cipher Cipher
}

// NewFolder opens a folder of encrypted files, making it when it is not there.
func NewFolder(root string, cipher Cipher) (*Folder, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for documents: %w", err)
	}
	return &Folder{root: root, cipher: cipher}, nil
}

func (f *Folder) path(name string) (string, error) {
	if !id.IsUUID(name) { // generated names only: nothing that a caller chose ever becomes a path
		return "", ErrNotFound
	}
	return filepath.Join(f.root, name[len(name)-2:], name+".age"), nil
}

// Put stores what r gives under name, a UUID. The file is on the disk, whole, when it answers; after an error nothing is.
func (f *Folder) Put(_ context.Context, name string, r io.Reader) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	if err := f.makeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := errors.Join(f.write(tmp, r), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func (f *Folder) write(file *os.File, r io.Reader) error {
	buffered := bufio.NewWriterSize(file, 64<<10)
	w, err := f.cipher.EncryptTo(buffered)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return file.Sync()
}

// makeFolder makes a subfolder when it is not there, durably: a file is not there when its folder is not.
func (f *Folder) makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, syncFolder(f.root))
}

// syncFolder makes the new name itself durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens a stored file. The caller closes it.
func (f *Folder) Get(_ context.Context, name string) (io.ReadCloser, error) {
	path, err := f.path(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	plain, err := f.cipher.DecryptFrom(bufio.NewReaderSize(file, 64<<10))
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("decrypt a stored file: %w", err)
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, file}, nil
}

// Delete removes a file; one that is not there is no error.
func (f *Folder) Delete(_ context.Context, name string) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
