package wire

import "time"

// PageOf reads which page of a list is asked for.
func PageOf(f Fields) Asked {
	p := Asked{CurrentPage: 1, PerPage: 25}
	if n, ok := f.Int("page"); ok {
		p.CurrentPage = int(n)
	}
	if n, ok := f.Int("per_page"); ok {
		p.PerPage = int(n)
	}
	return p
}

// Asked is the page of a list that somebody asks for.
type Asked Pagination

// Offset is how many items come before it.
func (p Asked) Offset() int { return (p.CurrentPage - 1) * p.PerPage }

// Of says where the page stands in its list.
func (p Asked) Of(total int, capped bool, next string) Pagination {
	p.Total, p.TotalCapped, p.NextCursor = int64(total), capped, Optional(next)
	p.LastPage = max((p.Total+int64(p.PerPage)-1)/int64(p.PerPage), 1)
	return Pagination(p)
}

// EndOf makes a bare day include all of it: created_to is the last instant wanted.
func EndOf(text string) time.Time {
	t, ok := ParseDate(text)
	if !ok {
		return time.Time{}
	}
	if len(text) == len("2006-01-02") {
		return t.AddDate(0, 0, 1)
	}
	return t.Add(time.Microsecond)
}
