package screening_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/screening"
	"rampa/internal/screening/list"
	"rampa/internal/screening/match"
	"rampa/internal/store/compliance"
	"rampa/internal/storetest"
)

var noon = time.Date(2026, 6, 26, 12, 0, 0, 0, time.UTC)

// sealer stands for the vault: what is tested here is what is kept, not how it is sealed.
type sealer struct{}

func (sealer) Seal(plaintext, _ []byte) ([]byte, error) { return plaintext, nil }
func (sealer) Open(sealed, _ []byte) ([]byte, error)    { return sealed, nil }

func mac(purpose string, data []byte) []byte {
	sum := sha256.Sum256(append([]byte(purpose+"\n"), data...))
	return sum[:]
}

// people are the customers to screen again.
type people struct {
	mu   sync.Mutex
	all  map[int64]screening.Screened
	asks int
}

func (p *people) ScreeningSubjects(_ context.Context, after int64, limit int) (out []screening.Screened, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks++
	for _, id := range slices.Sorted(maps.Keys(p.all)) {
		if id > after && len(out) < limit {
			out = append(out, p.all[id])
		}
	}
	return out, nil
}

// world is a service over a fresh database with customers.
type world struct {
	*testing.T
	storetest.Database
	*screening.Service
	alerts    *alert.Service
	config    screening.Config
	people    *people
	tenant    int64
	customers []int64
}

func engines(t *testing.T, customers int, test func(w *world)) {
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		w := &world{T: t, Database: d, people: &people{all: map[int64]screening.Screened{}}}
		w.tenant, w.customers = storetest.Customers(t, d, customers)
		now := func() time.Time { return noon }
		w.alerts = alert.New(alert.Config{Store: compliance.New(d.DB).Alerts(), Sealer: sealer{}, Now: now})
		w.config = screening.Config{Store: compliance.New(d.DB).Screening(), Alerts: w.alerts, Customers: w.people, Now: now, MAC: mac}
		w.Service = screening.New(w.config)
		test(w)
	})
}

const fixture = "name,aliases,type,birth_date,country,program,list_id\n" +
	"Nicanor SAMPLE MOROS,Никанор Сампле,person,1962-11-23,VE,TEST,p1\n" +
	"Sample Shipping & Trading,,company,,SY,TEST,c1\n"

func (w *world) imported(name, text string) screening.Imported {
	w.Helper()
	out, err := w.Import(w.Context(), screening.Source{Name: name, Body: strings.NewReader(text)})
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) who(n int) screening.Who {
	return screening.Who{CustomerID: w.customers[n], IntegrationID: w.tenant, RequestID: "r-1"}
}

func (w *world) screen(n int, subjects ...screening.Subject) int {
	w.Helper()
	hits, err := w.Screen(w.Context(), w.who(n), subjects)
	if err != nil {
		w.Fatal(err)
	}
	return hits
}

func (w *world) alertsOf(n int) []alert.Alert {
	w.Helper()
	all, err := w.alerts.Of(w.Context(), w.customers[n])
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func (w *world) rescreen() {
	w.Helper()
	if err := w.Rescreen(w.Context()); err != nil {
		w.Fatal(err)
	}
}

var nicanor = screening.Subject{Key: "customer", Name: "Nicanor Sample", BirthDate: "1962-11-23", Countries: []string{"VE"}}

func TestAHitHoldsTheCustomerWithAllThatExplainsIt(t *testing.T) {
	t.Parallel()
	engines(t, 2, func(w *world) {
		list := w.imported("test", fixture)
		if hits := w.screen(0, nicanor, screening.Subject{Key: "entity:1", Name: "SAMPLE Shipping & Trading Ltd.", Organisation: true}); hits != 2 {
			w.Errorf("%d hits", hits)
		}
		if hits := w.screen(1, screening.Subject{Key: "customer", Name: "Somebody Else", BirthDate: "1962-11-23"}); hits != 0 {
			w.Errorf("%d hits", hits)
		}
		alerts := w.alertsOf(0)
		held, err := w.alerts.Held(w.Context(), w.customers[0])
		if err != nil || !held || len(alerts) != 2 || len(w.alertsOf(1)) != 0 {
			w.Fatalf("%v, %v, %+v", held, err, alerts)
		}
		at := slices.IndexFunc(alerts, func(a alert.Alert) bool { return a.Summary["subject"] == "customer" })
		want := map[string]string{"subject": "customer", "name": "Nicanor Sample", "subject_birth_date": "1962-11-23", "subject_countries": "VE", "organisation": "false",
			"entry": "Nicanor SAMPLE MOROS", "entry_id": "p1", "matched": "Nicanor SAMPLE MOROS", "aliases": "Никанор Сампле", "entry_birth_date": "1962-11-23", "entry_countries": "VE",
			"category": "sanctions", "programs": "TEST", "list": "test", "list_hash": list.Hash, "snapshot": "1", "config": match.Default().Version, "score": "10000",
			"parts": "9000\tnicanor = nicanor, sample = sample, moros is only in the list's name\n1500\tborn 1962-11-23, the list says 1962-11-23: the same\n200\tVE in common"}
		if diff := cmp.Diff(want, alerts[at].Summary); diff != "" {
			w.T.Errorf("(-want +got):\n%s", diff)
		}
		if key := alerts[at].Key; strings.Contains(strings.ToLower(key), "nicanor") || !strings.HasPrefix(key, "screening/customer/test/p1/fits/") {
			w.Errorf("the key is %s", key)
		}
		entries, err := w.Store.History(w.Context(), "customer", fmt.Sprint(w.customers[0]), 10)
		if err != nil || !slices.ContainsFunc(entries, func(e audit.Entry) bool {
			return e.Action == "screening.screened" && e.Detail["hits"] == "2" && e.Detail["generation"] == "1" && e.RequestID == "r-1"
		}) {
			w.Errorf("%v, %+v", err, entries)
		}
	})
}

func TestANamesakeWithAnotherBirthDateIsToldOfAndHoldsNothing(t *testing.T) {
	t.Parallel()
	engines(t, 3, func(w *world) {
		w.imported("test", fixture)
		for i, subject := range []screening.Subject{
			{Key: "customer", Name: "Nicanor Sample Moros", BirthDate: "1990-01-01"},
			{Key: "customer", Name: "Moros Nicanor Samplo", BirthDate: "1990-01-01"}, // not the very name
			{Key: "customer", Name: "Nicanor Sample Moros"},                          // a hit
		} {
			hits := w.screen(i, subject)
			held, err := w.alerts.Held(w.Context(), w.customers[i])
			if err != nil {
				w.Fatal(err)
			}
			alerts := w.alertsOf(i)
			switch i {
			case 0:
				if hits != 0 || held || len(alerts) != 1 || alerts[0].Holds || alerts[0].Summary["score"] != "8000" || !strings.Contains(alerts[0].Key, "/differs/") {
					w.Errorf("a namesake: %d hits, held %v, %+v", hits, held, alerts)
				}
				if again, err := w.Replay(w.Context(), alerts[0].ID); err != nil || !again.Same {
					w.Errorf("replayed: %+v, %v", again, err)
				}
			case 1:
				if hits != 0 || held || len(alerts) != 0 {
					w.Errorf("somebody else: %d hits, held %v, %+v", hits, held, alerts)
				}
			case 2:
				if hits != 1 || !held {
					w.Errorf("without a birth date: %d hits, held %v", hits, held)
				}
			}
		}
	})
}

func TestTheSameContentIsImportedOnce(t *testing.T) {
	t.Parallel()
	engines(t, 0, func(w *world) {
		first := w.imported("test", fixture)
		sum := sha256.Sum256([]byte(fixture))
		if first.Hash != hex.EncodeToString(sum[:]) || first.Entries != 2 || !first.Active || first.Unchanged || first.Format != "csv" || !first.ImportedAt.Equal(noon) {
			w.Errorf("%+v", first)
		}
		if again := w.imported("TEST", fixture); !again.Unchanged || again.Hash != first.Hash {
			w.Errorf("%+v", again)
		}
		second := w.imported("test", fixture+"Another Name,,person,,,,p2\n")
		if second.Unchanged || second.Entries != 3 {
			w.Errorf("%+v", second)
		}
		w.imported("other", fixture)
		if back := w.imported("test", fixture); back.Unchanged || !back.Active { // an older content becomes the active one again
			w.Errorf("%+v", back)
		}
		lists, err := w.Lists(w.Context())
		if err != nil || len(lists) != 3 {
			w.Fatalf("%+v, %v", lists, err)
		}
		for _, l := range lists {
			if want := l.Hash == first.Hash; l.Active != want {
				w.Errorf("%+v", l)
			}
		}
	})
}

func TestABadFileChangesNothing(t *testing.T) {
	t.Parallel()
	engines(t, 0, func(w *world) {
		w.imported("test", fixture)
		for name, src := range map[string]screening.Source{
			"damaged":     {Name: "test", Body: strings.NewReader("name,type\nAna,ghost\n")},
			"cut":         {Name: "test", Body: io.MultiReader(strings.NewReader(fixture), iotestError{})},
			"nameless":    {Body: strings.NewReader(fixture)},
			"wrong name":  {Name: "../x", Body: strings.NewReader(fixture)},
			"no category": {Name: "test", Category: "friends", Body: strings.NewReader(fixture)},
		} {
			if _, err := w.Import(w.Context(), src); err == nil {
				w.Errorf("%s is imported", name)
			}
		}
		lists, err := w.Lists(w.Context())
		if err != nil || len(lists) != 1 || !lists[0].Active {
			w.Errorf("%+v, %v", lists, err)
		}
	})
}

// iotestError is a file that cannot be read to its end.
type iotestError struct{}

func (iotestError) Read([]byte) (int, error) { return 0, errors.New("disk trouble") }

func TestImportsAtOnceAreAllActive(t *testing.T) {
	t.Parallel()
	engines(t, 0, func(w *world) {
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				for {
					_, err := w.Import(context.Background(), screening.Source{Name: fmt.Sprintf("list-%d", n), Body: strings.NewReader(fixture)})
					if !errors.Is(err, screening.ErrImporting) {
						if err != nil {
							w.Error(err)
						}
						return
					}
				}
			})
		}
		all.Wait()
		lists, err := w.Lists(w.Context())
		active := 0
		for _, l := range lists {
			if l.Active {
				active++
			}
		}
		if err != nil || active != 4 {
			w.Errorf("%d of %d are active, %v", active, len(lists), err)
		}
	})
}

func TestADecisionIsReplayedAfterTheListHasChanged(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		first := w.imported("test", fixture)
		w.screen(0, nicanor)
		w.imported("test", "name,type,list_id\nSomebody Entirely Different,person,p1\n")
		a := w.alertsOf(0)[0]
		again, err := w.Replay(w.Context(), a.ID)
		if err != nil || !again.Same || again.Score != 10000 || again.Recorded != 10000 || again.ListHash != first.Hash || again.EntryID != "p1" || len(again.Parts) != 3 {
			w.Errorf("%+v, %v", again, err)
		}
		hits, err := w.Check(w.Context(), nicanor, first.Hash)
		if err != nil || len(hits) != 1 || hits[0].Score != 10000 {
			w.Errorf("%+v, %v", hits, err)
		}
		if hits, err := w.Check(w.Context(), nicanor, ""); err != nil || len(hits) != 0 {
			w.Errorf("%+v, %v", hits, err)
		}
		if _, err := w.Check(w.Context(), nicanor, "00"); !errors.Is(err, screening.ErrNoSnapshot) {
			w.Error(err)
		}
		if _, err := w.alerts.Raise(w.Context(), alert.Alert{CustomerID: w.customers[0], IntegrationID: w.tenant, Kind: alert.Review, Key: "x"}); err != nil {
			w.Fatal(err)
		}
		for _, other := range w.alertsOf(0) {
			if _, err := w.Replay(w.Context(), other.ID); other.Kind == alert.Review && !errors.Is(err, screening.ErrNoScreening) {
				w.Error(err)
			}
		}
	})
}

func TestADecisionIsReplayedWithTheWeightsThatItWasMadeWith(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		w.imported("test", fixture)
		w.screen(0, nicanor)
		w.config.Weights = changed(t)
		w.Service = screening.New(w.config)
		w.rescreen()
		again, err := w.Replay(w.Context(), w.alertsOf(0)[0].ID)
		if err != nil || !again.Same || again.Config != match.Default().Version {
			w.Errorf("%+v, %v", again, err)
		}
	})
}

func changed(t *testing.T) *match.Config {
	c, err := match.NewConfig(bytes.Replace(match.Default().Source(), []byte("threshold: 8800"), []byte("threshold: 9900"), 1))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAChangedListScreensEverybodyAgainAndRaisesNewFactsOnly(t *testing.T) {
	t.Parallel()
	engines(t, 3, func(w *world) {
		names := []screening.Subject{nicanor, {Key: "customer", Name: "Later Listed"}, {Key: "customer", Name: "Never Listed"}}
		for n, s := range names {
			w.people.all[w.customers[n]] = screening.Screened{Who: screening.Who{CustomerID: w.customers[n], IntegrationID: w.tenant}, Subjects: []screening.Subject{s}}
		}
		w.rescreen() // no list yet
		w.imported("test", fixture)
		w.rescreen()
		first := w.alertsOf(0)
		if len(first) != 1 || len(w.alertsOf(1)) != 0 {
			w.Fatalf("%+v", first)
		}
		if _, err := w.alerts.Decide(w.Context(), first[0].ID, alert.Decision{Reason: "Another person.", Actor: audit.System("test")}); err != nil {
			w.Fatal(err)
		}
		w.imported("test", fixture+"Later LISTED,,person,,,,p2\n")
		w.rescreen()
		if a, b, c := w.alertsOf(0), w.alertsOf(1), w.alertsOf(2); len(a) != 1 || a[0].State != alert.Cleared || len(b) != 1 || len(c) != 0 {
			w.Errorf("%d, %d, %d", len(a), len(b), len(c))
		}
		asked := w.people.asks
		w.rescreen()
		if w.people.asks != asked {
			w.Error("nothing had changed, and customers were asked for")
		}
	})
}

func TestAWalkGoesOnWhereItWasCutShort(t *testing.T) {
	t.Parallel()
	engines(t, 250, func(w *world) {
		for _, id := range w.customers {
			w.people.all[id] = screening.Screened{Who: screening.Who{CustomerID: id, IntegrationID: w.tenant}, Subjects: []screening.Subject{nicanor}}
		}
		w.imported("test", fixture)
		w.config.Customers = &cutShort{people: w.people, after: 2}
		first := screening.New(w.config)
		if err := first.Rescreen(w.Context()); err == nil {
			w.Fatal("it was not cut short")
		}
		g, err := w.config.Store.Generation(w.Context())
		if err != nil || g.Walked != w.customers[199] || g.Customers != 200 || !g.FinishedAt.IsZero() {
			w.Fatalf("%+v, %v", g, err)
		}
		w.rescreen()
		g, err = w.config.Store.Generation(w.Context())
		if err != nil || g.Customers != 250 || g.Hits != 250 || g.FinishedAt.IsZero() {
			w.Errorf("%+v, %v", g, err)
		}
		for n := range w.customers {
			if got := len(w.alertsOf(n)); got != 1 {
				w.Errorf("customer %d has %d alerts", n, got)
			}
		}
	})
}

// cutShort fails after some batches.
type cutShort struct {
	*people
	after int
}

func (c *cutShort) ScreeningSubjects(ctx context.Context, after int64, limit int) ([]screening.Screened, error) {
	if c.after--; c.after < 0 {
		return nil, errors.New("killed")
	}
	return c.people.ScreeningSubjects(ctx, after, limit)
}

func TestWhoeverWasScreenedAgainstAnOldListIsComeBackTo(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		w.imported("test", fixture)
		w.rescreen()
		// The customer's file is submitted on a node that has the first generation only, after the walk of the second.
		old := screening.New(screening.Config{Store: stale{w.config.Store, 1}, Alerts: w.alerts, Now: w.config.Now, MAC: mac})
		w.imported("test", fixture+"Later LISTED,,person,,,,p2\n")
		w.rescreen()
		who := screening.Who{CustomerID: w.customers[0], IntegrationID: w.tenant}
		subjects := []screening.Subject{{Key: "customer", Name: "Later Listed"}}
		if hits, err := old.Screen(w.Context(), who, subjects); err != nil || hits != 0 {
			w.Fatalf("%d, %v", hits, err)
		}
		w.people.all[w.customers[0]] = screening.Screened{Who: who, Subjects: subjects}
		w.rescreen()
		if got := w.alertsOf(0); len(got) != 1 {
			w.Errorf("%+v", got)
		}
	})
}

// stale is the store as a node sees it that has not heard of later generations.
type stale struct {
	screening.Store
	id int64
}

func (s stale) Generation(ctx context.Context) (screening.Generation, error) {
	g, err := s.Store.Generation(ctx)
	g.ID, g.Snapshots = s.id, g.Snapshots[:0]
	all, _ := s.Snapshots(ctx) // the first one is the oldest
	g.Snapshots = append(g.Snapshots, all[len(all)-1].ID)
	return g, err
}

func TestAHitIsUndoneWithItsTransaction(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		w.imported("test", fixture)
		boom := errors.New("boom")
		err := w.Store.InTx(w.Context(), func(ctx context.Context) error {
			if hits, err := w.Screen(ctx, w.who(0), []screening.Subject{nicanor}); err != nil || hits != 1 {
				w.Errorf("%d, %v", hits, err)
			}
			return boom
		})
		if !errors.Is(err, boom) || len(w.alertsOf(0)) != 0 {
			w.Errorf("%v, %+v", err, w.alertsOf(0))
		}
	})
}

func TestFurtherNamesAreScreenedToo(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		w.imported("test", fixture)
		w.config.Others = func(s screening.Subject) []string {
			if strings.HasSuffix(s.Name, "Sanctioned") {
				return []string{"Nicanor Sample Moros"}
			}
			return nil
		}
		w.Service = screening.New(w.config)
		w.screen(0, screening.Subject{Key: "customer", Name: "Ana Sanctioned"})
		a := w.alertsOf(0)
		if len(a) != 1 || a[0].Summary["name"] != "Ana Sanctioned" || a[0].Summary["as"] != "Nicanor Sample Moros" {
			w.Fatalf("%+v", a)
		}
		if again, err := w.Replay(w.Context(), a[0].ID); err != nil || !again.Same {
			w.Errorf("%+v, %v", again, err)
		}
	})
}

func TestAListOfPoliticiansRaisesItsOwnCategory(t *testing.T) {
	t.Parallel()
	engines(t, 1, func(w *world) {
		if _, err := w.Import(w.Context(), screening.Source{File: "PEPs 2026.csv", Category: "pep", Body: strings.NewReader(fixture)}); err != nil {
			w.Fatal(err)
		}
		w.screen(0, nicanor)
		if a := w.alertsOf(0)[0]; a.Summary["category"] != string(list.PEP) || a.Summary["list"] != "peps-2026" || !a.Holds {
			w.Errorf("%+v", a)
		}
	})
}
