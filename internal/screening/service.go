package screening

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/screening/list"
	"rampa/internal/screening/match"
)

// Alerts is where hits are raised and read back.
type Alerts interface {
	Raise(ctx context.Context, a alert.Alert) (raised bool, err error)
	Get(ctx context.Context, id int64) (alert.Alert, error)
}

// Customers gives everybody who is to be screened again, by number.
type Customers interface {
	ScreeningSubjects(ctx context.Context, after int64, limit int) ([]Screened, error)
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Alerts    Alerts
	Customers Customers // nil: Rescreen does nothing
	Now       func() time.Time
	// MAC is a keyed hash: an alert's key tells a changed name without holding it.
	MAC func(purpose string, data []byte) []byte
	// Weights are match.Default() when nil.
	Weights *match.Config
	// Others gives further names for a subject to be screened under; nil: none. The sandbox's adapter.
	Others func(Subject) []string
}

// Service screens. Safe for concurrent use; each process has the active lists in memory.
type Service struct {
	Config
	active  atomic.Pointer[active]
	loading sync.Mutex
}

// New makes a Service.
func New(c Config) *Service {
	if c.Weights == nil {
		c.Weights = match.Default()
	}
	return &Service{Config: c}
}

// active is a generation in memory.
type active struct {
	generation int64
	lists      []*loaded
}

// loaded is a snapshot ready for searching.
type loaded struct {
	Snapshot
	index *match.Index
}

// maxHits are raised for a subject at most: the likeliest ones.
const maxHits = 20

// Refresh loads the active lists when they have changed. Screen does it by itself; calling it every few seconds on every
// node only keeps the wait out of requests.
func (s *Service) Refresh(ctx context.Context) error {
	_, err := s.current(ctx)
	return err
}

// current gives the lists of the latest generation. While somebody else is loading them, it gives the ones before: whoever is
// screened against those is marked so, and Rescreen comes back to them.
func (s *Service) current(ctx context.Context) (*active, error) {
	g, err := s.Store.Generation(ctx)
	if err != nil {
		return nil, err
	}
	have := s.active.Load()
	if have != nil && have.generation == g.ID {
		return have, nil
	}
	if have != nil {
		if !s.loading.TryLock() {
			return have, nil
		}
		defer s.loading.Unlock()
	}
	next, err := s.load(ctx, g, have)
	if err != nil {
		return nil, err
	}
	for have = s.active.Load(); have == nil || have.generation < next.generation; have = s.active.Load() {
		if s.active.CompareAndSwap(have, next) {
			break
		}
	}
	return next, nil
}

func (s *Service) load(ctx context.Context, g Generation, have *active) (*active, error) {
	next := &active{generation: g.ID}
	for _, id := range g.Snapshots {
		if have != nil {
			if at := slices.IndexFunc(have.lists, func(l *loaded) bool { return l.ID == id }); at >= 0 {
				next.lists = append(next.lists, have.lists[at])
				continue
			}
		}
		snapshot, err := s.Store.Snapshot(ctx, id)
		if err != nil {
			return nil, err
		}
		entries, err := list.Decode(snapshot.Body)
		if err != nil {
			return nil, fmt.Errorf("read the list %s of %s: %w", snapshot.Name, snapshot.ImportedAt, err)
		}
		snapshot.Body = nil
		next.lists = append(next.lists, &loaded{snapshot, s.Weights.NewIndex(entries)})
	}
	return next, nil
}

// Screen compares the subjects of a customer's file with the active lists and raises an alert for each likely match, in ctx's
// transaction or in one of its own. It gives how many matches there are, also those that were raised before.
func (s *Service) Screen(ctx context.Context, w Who, subjects []Subject) (hits int, err error) {
	now, err := s.current(ctx)
	if err != nil {
		return 0, err
	}
	found := s.search(now, Screened{w, subjects})
	err = s.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := s.record(ctx, tx, now.generation, found); err != nil {
			return err
		}
		return tx.AppendAudit(ctx, audit.Entry{At: s.Now(), IntegrationID: w.IntegrationID, Actor: audit.System("screening"), Action: "screening.screened",
			Object: "customer", ObjectID: strconv.FormatInt(w.CustomerID, 10), RequestID: w.RequestID, Detail: map[string]string{
				"subjects": strconv.Itoa(len(subjects)), "hits": strconv.Itoa(len(found.hits)), "generation": strconv.FormatInt(now.generation, 10), "config": s.Weights.Version}})
	})
	return len(found.hits), err
}

// Check compares a subject with the active lists, or with the one version of a list that has a hash, and raises nothing.
// Errors: ErrNoSnapshot.
func (s *Service) Check(ctx context.Context, subject Subject, listHash string) ([]Hit, error) {
	in, err := s.current(ctx)
	if listHash != "" {
		in, err = s.version(ctx, listHash)
	}
	if err != nil {
		return nil, err
	}
	var out []Hit
	for _, h := range s.search(in, Screened{Subjects: []Subject{subject}}).hits {
		out = append(out, h.Hit)
	}
	return out, nil
}

// version loads the list of a hash.
func (s *Service) version(ctx context.Context, listHash string) (*active, error) {
	snapshots, err := s.Store.Snapshots(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range snapshots {
		if strings.EqualFold(k.Hash, listHash) {
			return s.load(ctx, Generation{Snapshots: []int64{k.ID}}, s.active.Load())
		}
	}
	return nil, ErrNoSnapshot
}

// results are what was found for a customer: hits, and namesakes whose dates of birth contradict.
type results struct {
	Who
	hits      []finding
	namesakes []finding
}

// finding is a hit with all that its alert must tell.
type finding struct {
	Hit
	subject  Subject
	snapshot int64
	entry    *list.Entry
}

// search looks every name of every subject up in every list; of an entry the best score counts.
func (s *Service) search(in *active, c Screened) results {
	out := results{Who: c.Who}
	for _, subject := range c.Subjects {
		var found, namesakes []finding
		for _, l := range in.lists {
			best := map[string]finding{}
			for _, name := range s.names(subject) {
				p := s.Weights.Prepare(prepared(subject, name))
				for _, f := range l.index.Search(p, s.Weights.Threshold) {
					if f.Points > best[f.Entry.ID].Score {
						best[f.Entry.ID] = finding{hit(subject, name, l, f), subject, l.ID, f.Entry}
					}
				}
			}
			for _, f := range best {
				found = append(found, f)
			}
			namesakes = append(namesakes, s.namesakes(l, subject, best)...)
		}
		out.hits = append(out.hits, likeliest(found)...)
		out.namesakes = append(out.namesakes, likeliest(namesakes)...)
	}
	return out
}

// namesakes are the entries with a person's very name that are no hits because the date of birth contradicts. Whoever typed
// the date may have reason to: an operator should see them, though they hold nothing.
func (s *Service) namesakes(l *loaded, subject Subject, hits map[string]finding) (out []finding) {
	if subject.Organisation || subject.BirthDate == "" || s.Weights.Namesake == 0 {
		return nil
	}
	bare := s.Weights.Prepare(match.Subject{Name: subject.Name})
	p := s.Weights.Prepare(prepared(subject, subject.Name))
	for _, f := range l.index.Search(bare, s.Weights.Namesake) {
		if _, isHit := hits[f.Entry.ID]; !isHit {
			f.Score = s.Weights.Compare(p, f.Entry)
			out = append(out, finding{hit(subject, subject.Name, l, f), subject, l.ID, f.Entry})
		}
	}
	return out
}

// likeliest sorts findings and cuts them off.
func likeliest(found []finding) []finding {
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.List, b.List), cmp.Compare(a.EntryID, b.EntryID))
	})
	return found[:min(len(found), maxHits)]
}

// names are the names of a subject.
func (s *Service) names(subject Subject) []string {
	names := append([]string{subject.Name}, subject.Others...)
	if s.Others != nil {
		names = append(names, s.Others(subject)...)
	}
	return names
}

func prepared(s Subject, name string) match.Subject {
	birth, _ := list.ParseBirth(s.BirthDate) // none is none
	return match.Subject{Name: name, Organisation: s.Organisation, Birth: birth, Countries: s.Countries}
}

func hit(subject Subject, name string, l *loaded, f match.Found) Hit {
	h := Hit{Subject: subject.Key, Name: name, List: l.Name, ListHash: l.Hash, Category: cmp.Or(string(f.Entry.Category), l.Category), EntryID: f.Entry.ID,
		Entry: f.Entry.Names[0].Text, Matched: f.Matched, Programs: f.Entry.Programs, Score: f.Points}
	for _, p := range f.Parts {
		h.Parts = append(h.Parts, Part(p))
	}
	return h
}

// record raises what was found and marks the customer.
func (s *Service) record(ctx context.Context, tx Tx, generation int64, found results) error {
	for i, h := range slices.Concat(found.hits, found.namesakes) {
		_, err := s.Alerts.Raise(ctx, alert.Alert{CustomerID: found.CustomerID, IntegrationID: found.IntegrationID, Kind: alert.Screening, Key: s.key(h),
			Summary: s.summary(h), Holds: i < len(found.hits)})
		if err != nil {
			return err
		}
	}
	return tx.Mark(ctx, found.CustomerID, generation, s.Now())
}

// key names a fact: this subject, under this name and birth date, resembles this entry, and its birth date fits, contradicts
// or says nothing. A cleared fact is not raised again with the next version of the list; a changed name, or a birth date that
// the list has learnt, is another fact.
func (s *Service) key(h finding) string {
	birth := "unknown"
	for _, p := range h.Parts {
		switch {
		case p.Code != match.PartBirth:
		case p.Points > 0:
			birth = "fits"
		case p.Points < 0:
			birth = "differs"
		}
	}
	mac := s.MAC("screening subject", []byte(strings.ToLower(strings.Join(strings.Fields(h.subject.Name), " "))+"\n"+h.subject.BirthDate))
	return strings.Join([]string{"screening", h.Subject, h.List, h.EntryID, birth, hex.EncodeToString(mac[:6])}, "/")
}

// summary is what an operator judges by, and what Replay needs.
func (s *Service) summary(h finding) map[string]string {
	m := map[string]string{"subject": h.Subject, "name": h.subject.Name, "subject_birth_date": h.subject.BirthDate, "subject_countries": strings.Join(h.subject.Countries, " "),
		"organisation": strconv.FormatBool(h.subject.Organisation), "entry": h.Entry, "entry_id": h.EntryID, "matched": h.Matched, "category": h.Category,
		"programs": strings.Join(h.Programs, ", "), "entry_countries": strings.Join(h.entry.Countries, " "), "list": h.List, "list_hash": h.ListHash,
		"snapshot": strconv.FormatInt(h.snapshot, 10), "config": s.Weights.Version, "score": strconv.Itoa(h.Score)}
	if h.Hit.Name != h.subject.Name {
		m["as"] = h.Hit.Name
	}
	var aliases, births, parts []string
	for _, n := range h.entry.Names[1:min(len(h.entry.Names), 30)] {
		aliases = append(aliases, n.Text)
	}
	for _, b := range h.entry.Births {
		births = append(births, b.String())
	}
	for _, p := range h.Parts {
		parts = append(parts, strconv.Itoa(p.Points)+"\t"+p.Text)
	}
	m["aliases"], m["entry_birth_date"], m["parts"] = strings.Join(aliases, "; "), strings.Join(births, ", "), strings.Join(parts, "\n")
	for name, value := range m {
		if value == "" {
			delete(m, name)
		}
	}
	return m
}
