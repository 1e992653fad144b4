package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// listed is a page of customers.
type listed struct {
	Data []struct {
		ID    int64
		Email string
	}
	Pagination struct {
		CurrentPage int     `json:"current_page"`
		PerPage     int     `json:"per_page"`
		Total       int     `json:"total"`
		LastPage    int     `json:"last_page"`
		NextCursor  *string `json:"next_cursor"`
	}
}

func (p *partner) list(query string) (l listed) {
	p.w.Helper()
	a := p.get("/customers/list?" + query)
	if err := json.Unmarshal([]byte(a.body), &l); err != nil || a.status != 200 {
		p.w.Fatalf("%d %s", a.status, a.body)
	}
	return l
}

func (l listed) ids() (ids []int64) {
	for _, c := range l.Data {
		ids = append(ids, c.ID)
	}
	return ids
}

// fill registers n companies and gives their ids, newest first.
func (p *partner) fill(n int) (ids []int64) {
	p.w.Helper()
	for i := range n {
		ids = append(ids, p.register(fmt.Sprintf("lista-%d@acmecorp.com", i)).ID)
	}
	slices.Reverse(ids)
	return ids
}

// TestACursorWalksThroughAllWhileOthersAreAdded: each customer that was there at the start is met exactly once.
func TestACursorWalksThroughAllWhileOthersAreAdded(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		there := w.main.fill(40)
		other := w.partner("Otra")
		other.register("ajena@acmecorp.com")
		first := w.main.list("per_page=7")
		var adding sync.WaitGroup
		for writer := range 4 {
			adding.Go(func() {
				for i := range 10 {
					if a, err := w.main.try(registration(fmt.Sprintf("nueva-%d-%d@acmecorp.com", writer, i))); err != nil || a.status != 200 {
						w.Errorf("%v %s", err, a.body)
					}
				}
			})
		}
		met := first.ids()
		for l := first; l.Pagination.NextCursor != nil; {
			l = w.main.list("per_page=7&cursor=" + url.QueryEscape(*l.Pagination.NextCursor))
			met = append(met, l.ids()...)
		}
		adding.Wait()
		if !slices.Equal(met, there) {
			w.Errorf("met %v\nwant %v", met, there)
		}
		if n := w.main.total(); n != 80 {
			w.Errorf("total %d", n)
		}
	})
}

func TestPagesCountAndHoldEverything(t *testing.T) {
	t.Parallel()
	engines(t, nil, func(w *world) {
		there := w.main.fill(23)
		var met []int64
		for page := 1; page <= 3; page++ {
			l := w.main.list(fmt.Sprintf("page=%d&per_page=10", page))
			if p := l.Pagination; p.CurrentPage != page || p.PerPage != 10 || p.Total != 23 || p.LastPage != 3 || (p.NextCursor == nil) != (page == 3) {
				w.Errorf("page %d: %+v", page, p)
			}
			met = append(met, l.ids()...)
		}
		if !slices.Equal(met, there) {
			w.Errorf("met %v\nwant %v", met, there)
		}
		if beyond := w.main.list("page=9&per_page=10"); len(beyond.Data) != 0 || beyond.Pagination.Total != 23 {
			w.Errorf("%+v", beyond)
		}
		if l := w.main.list(""); l.Pagination.PerPage != 25 || len(l.Data) != 23 {
			w.Errorf("%+v", l.Pagination)
		}
		for _, bad := range []string{"page=0", "per_page=101", "per_page=x", "cursor=zzz", "kind=dog", "kyc_status=maybe", "created_from=soon"} {
			if a := w.main.get("/customers/list?" + bad); a.status != 422 {
				w.Errorf("%s: %d %s", bad, a.status, a.body)
			}
		}
		for query, want := range map[string]int{"email=LISTA-3@acmecorp.com": 1, "kyc_status=unused": 23, "kyc_status=valid": 0, "kind=individual": 0,
			"created_from=2100-01-01": 0, "created_to=2100-01-01": 23, "search=lista-1": 11} {
			if l := w.main.list(query + "&per_page=100"); len(l.Data) != want || l.Pagination.Total != want {
				w.Errorf("%s: %d of %d, want %d", query, len(l.Data), l.Pagination.Total, want)
			}
		}
	})
}
