package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"rampa/internal/audit"
	"rampa/internal/blob"
)

// Exported is what an export holds.
type Exported struct {
	Papers int
	Erased bool // it is what was kept of an erased customer
}

// Export writes everything that is held about a customer to w as a ZIP file: data.json and the papers are what articles 15
// and 20 of the GDPR give the customer; internal.json is what must stay with the operators, for nobody may be told of a
// suspicion (article 39 of Directive (EU) 2015/849). Of an erased customer it gives what is kept. The audit entry is
// written first: nothing goes out unrecorded. Papers are streamed. Errors: ErrNotFound, ErrErased.
func (s *Service) Export(ctx context.Context, customerID int64, r Request, w io.Writer) (Exported, error) {
	var d dossier
	var out Exported
	err := s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		of, err := tx.Standing(ctx, customerID)
		if err != nil {
			return err
		}
		out.Erased = of.Erased
		if d, err = s.wanted(ctx, of); err != nil {
			return err
		}
		return s.audit(ctx, tx, of, audit.Entry{Actor: r.Actor, RequestID: r.RequestID, Action: "customer.exported",
			Detail: map[string]string{"papers": strconv.Itoa(len(d.Papers))}})
	})
	if err != nil {
		return out, err
	}
	out.Papers, err = s.write(ctx, d, w)
	return out, err
}

// wanted is the dossier that an export gives.
func (s *Service) wanted(ctx context.Context, of Standing) (dossier, error) {
	if !of.Erased {
		return s.read(ctx, of.CustomerID, false)
	}
	e, err := s.Store.Erasure(ctx, of.CustomerID)
	if err != nil {
		return dossier{}, err
	}
	if len(e.Sealed) == 0 {
		return dossier{}, ErrErased
	}
	return s.unseal(e)
}

// write makes the ZIP file, and counts the papers in it.
func (s *Service) write(ctx context.Context, d dossier, w io.Writer) (papers int, err error) {
	archive := zip.NewWriter(w)
	for _, document := range []struct {
		name  string
		value any
	}{{"data.json", d.Data}, {"internal.json", d.Internal}} {
		if err := s.writeJSON(archive, document.name, document.value); err != nil {
			return 0, err
		}
	}
	for i, p := range d.Papers {
		written, err := s.writePaper(ctx, archive, fmt.Sprintf("papers/%03d-%s", i+1, fileName(p)), p)
		if err != nil {
			return papers, err
		}
		if written {
			papers++
		}
	}
	return papers, archive.Close()
}

func (s *Service) writeJSON(archive *zip.Writer, name string, value any) error {
	file, err := s.create(archive, name, zip.Deflate)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// writePaper streams one paper. A removed one may be gone already.
func (s *Service) writePaper(ctx context.Context, archive *zip.Writer, name string, p Paper) (bool, error) {
	body, err := s.Files.Get(ctx, p.ID)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer body.Close()
	file, err := s.create(archive, name, zip.Store) // pictures and PDFs are compressed already
	if err != nil {
		return false, err
	}
	_, err = io.Copy(file, body)
	return err == nil, err
}

func (s *Service) create(archive *zip.Writer, name string, method uint16) (io.Writer, error) {
	return archive.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: s.Now().UTC().Truncate(time.Second)})
}

// fileName is a name that is safe in any folder: the paper's place in the file, then its own name.
func fileName(p Paper) string {
	name := path.Base(strings.ReplaceAll(p.Item+"-"+p.Name, "\\", "/"))
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"/|?*`, r) {
			return '_'
		}
		return r
	}, name)
}
