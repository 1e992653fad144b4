package screening

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/audit"
	"rampa/internal/screening/list"
)

// names are the lists' own names by format: a list is the same one whichever way it is written.
var names = map[string]string{list.OFACXML: "ofac-sdn", list.OFACCSV: "ofac-sdn", list.EUXML: "eu", list.UNXML: "un"}

var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// Import reads a list and screens against it from now on. A file that cannot be read changes nothing: errors.Is
// list.Unreadable. The same content again changes nothing either; an older content becomes the active one again.
// Errors: ErrListName, ErrImporting.
func (s *Service) Import(ctx context.Context, src Source) (Imported, error) {
	category, err := list.ParseCategory(src.Category)
	if err != nil {
		return Imported{}, err
	}
	read, digest, err := readSource(ctx, src)
	if err != nil {
		return Imported{}, err
	}
	snapshot := Snapshot{Revision: list.Revision, List: List{Name: cmp.Or(strings.ToLower(src.Name), names[read.Format], nameOf(src.File)), Category: string(category),
		Format: read.Format, Hash: digest, Entries: len(read.Entries), PublishedAt: read.PublishedAt, ImportedAt: s.Now().UTC()}}
	if !validName.MatchString(snapshot.Name) {
		return Imported{}, ErrListName
	}
	if snapshot.Body, err = list.Encode(read.Entries); err != nil {
		return Imported{}, err
	}
	for range 5 { // somebody else may import at the same moment
		out, done, err := s.activate(ctx, snapshot, cmp.Or(src.Actor, audit.System("screening import")))
		if err != nil || done {
			if err == nil {
				err = s.Refresh(ctx)
			}
			return out, err
		}
	}
	return Imported{}, ErrImporting
}

// nameOf makes a list's name from a file's: "PEPs 2026.csv" is "peps-2026".
func nameOf(file string) string {
	file = strings.TrimSuffix(path.Base(strings.ReplaceAll(file, `\`, "/")), path.Ext(file))
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(file)), "-._")
	return name[:min(len(name), 64)]
}

// readSource reads the files of a source to their ends and gives the hash of what was read.
func readSource(ctx context.Context, src Source) (*list.List, string, error) {
	files := []*hashed{newHashed(ctx, src, src.Body)}
	var companions []io.Reader
	for _, body := range src.Companions {
		files = append(files, newHashed(ctx, src, body))
		companions = append(companions, files[len(files)-1])
	}
	read, err := list.Read(files[0], companions...)
	if err != nil {
		return nil, "", err
	}
	var digests []string
	for _, f := range files {
		if _, err := io.Copy(io.Discard, f); err != nil {
			return nil, "", err
		}
		digests = append(digests, hex.EncodeToString(f.sum.Sum(nil)))
	}
	if len(digests) == 1 {
		return read, digests[0], nil
	}
	slices.Sort(digests[1:])
	all := sha256.Sum256([]byte(strings.Join(digests, "\n")))
	return read, hex.EncodeToString(all[:]), nil
}

// hashed is a file that is hashed while it is read.
type hashed struct {
	ctx  context.Context
	src  Source
	body io.Reader
	sum  hash.Hash
}

func newHashed(ctx context.Context, src Source, body io.Reader) *hashed {
	return &hashed{ctx, src, body, sha256.New()}
}

// Read implements io.Reader.
func (h *hashed) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := h.body.Read(p)
	h.sum.Write(p[:n])
	if h.src.Progress != nil && n > 0 {
		h.src.Progress(int64(n))
	}
	return n, err
}

// activate makes a snapshot part of a new generation, adding it where it is new. done is false when somebody else made that
// generation first.
func (s *Service) activate(ctx context.Context, snapshot Snapshot, actor audit.Actor) (out Imported, done bool, err error) {
	fresh := snapshot
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		out, done, snapshot = Imported{}, false, fresh
		before, err := s.Store.Generation(ctx)
		if err != nil {
			return err
		}
		known, err := s.Store.Snapshots(ctx)
		if err != nil {
			return err
		}
		next := Generation{ID: before.ID + 1, At: s.Now().UTC(), Config: s.Weights.Version}
		for _, k := range known {
			switch isActive := slices.Contains(before.Snapshots, k.ID); {
			case k.Name == snapshot.Name && k.Hash == snapshot.Hash && k.Revision == snapshot.Revision && k.Category == snapshot.Category:
				out, done = Imported{List: k.List, Unchanged: isActive}, isActive
				out.Active = true
				snapshot.ID = k.ID
			case isActive && k.Name != snapshot.Name:
				next.Snapshots = append(next.Snapshots, k.ID)
			}
		}
		if done {
			return nil
		}
		if snapshot.ID == 0 {
			if err := tx.InsertSnapshot(ctx, &snapshot); err != nil {
				return err
			}
			out = Imported{List: snapshot.List}
			out.Active = true
		}
		next.Snapshots = append(next.Snapshots, snapshot.ID)
		slices.Sort(next.Snapshots)
		if done, err = s.begin(ctx, tx, next); err != nil {
			return err
		}
		if !done {
			return errTaken // rolls the snapshot back
		}
		return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), Actor: actor, Action: "screening.imported", Object: "list", ObjectID: snapshot.Name, Detail: map[string]string{
			"hash": snapshot.Hash, "format": snapshot.Format, "entries": strconv.Itoa(snapshot.Entries), "generation": strconv.FormatInt(next.ID, 10)}})
	})
	if errors.Is(err, errTaken) {
		return Imported{}, false, nil
	}
	return out, done, err
}

// begin adds a generation with the weights that it goes by.
func (s *Service) begin(ctx context.Context, tx Tx, g Generation) (bool, error) {
	if err := tx.KeepWeights(ctx, s.Weights.Version, s.Weights.Source()); err != nil {
		return false, err
	}
	return tx.InsertGeneration(ctx, g)
}

// Lists gives every snapshot, the newest first, and which ones are active.
func (s *Service) Lists(ctx context.Context) ([]List, error) {
	g, err := s.Store.Generation(ctx)
	if err != nil {
		return nil, err
	}
	snapshots, err := s.Store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]List, len(snapshots))
	for i, k := range snapshots {
		out[i] = k.List
		out[i].Active = slices.Contains(g.Snapshots, k.ID)
	}
	return out, nil
}
