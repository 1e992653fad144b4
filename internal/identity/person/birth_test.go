package person_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rampa/internal/identity"
	"rampa/internal/identity/person"
)

func TestCustomersAreAdultsByTheLocalCalendar(t *testing.T) {
	t.Parallel()
	madrid := time.FixedZone("Madrid", 2*60*60)
	now := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC) // already the second of July in Madrid
	for _, c := range []struct {
		date string
		now  time.Time
		want string // the date, or the problem's code after "!"
	}{
		{"2008-07-01", now, "2008-07-01"}, {"2008-07-02", now, "!underage"}, {"2008-07-02", now.In(madrid), "2008-07-02"}, {"2008-07-03", now.In(madrid), "!underage"},
		{"1906-07-01", now, "1906-07-01"}, {"1905-07-02", now, "1905-07-02"}, {"1905-07-01", now, "!too_old"}, {"2026-07-02", now, "!future"}, {"2026-07-01", now, "!underage"},
		{"2/7/1990", now, "1990-07-02"}, {"1990-02-30", now, "!format"}, {"", now, "!format"}, {"2127-01-01", now, "!future"},
		{"2004-02-29", time.Date(2022, 2, 28, 12, 0, 0, 0, time.UTC), "!underage"}, {"2004-02-29", time.Date(2022, 3, 1, 0, 0, 0, 0, time.UTC), "2004-02-29"},
	} {
		got, err := person.BirthDate(c.date, c.now)
		if problem := (*identity.Problem)(nil); errors.As(err, &problem) {
			got = "!" + problem.Code
		}
		if got != c.want {
			t.Errorf("BirthDate(%q, %s) = %q, want %q", c.date, c.now, got, c.want)
		}
	}
}

func TestAgeGrowsByOneOnEachBirthday(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		born := time.Date(rapid.IntRange(1900, 2020).Draw(t, "year"), 1, rapid.IntRange(1, 366).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		years := rapid.IntRange(0, 119).Draw(t, "years")
		birthday := born.AddDate(years, 0, 0) // 29 February becomes 1 March
		date := born.Format(time.DateOnly)
		if got := person.Age(date, birthday); got != years {
			t.Errorf("%s on %s: %d, want %d", date, birthday, got, years)
		}
		if got := person.Age(date, birthday.AddDate(0, 0, -1)); got != years-1 {
			t.Errorf("%s on the day before %s: %d, want %d", date, birthday, got, years-1)
		}
	})
}

func TestACURPStatesTheBirthDate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, typ, number, want string }{
		{"MX", "CURP", "HEGG560427MVZRRL04", "1956-04-27"}, {"MX", "CURP", "HEGG000229HVZRRLA0", "2000-02-29"}, {"MX", "CURP", "HEGG000229HVZRRL00", ""},
		{"MX", "CURP", "x", ""}, {"ES", "PASSPORT", "HEGG560427MVZRRL04", ""},
	} {
		if got := person.BornOn(c.country, c.typ, c.number); got != c.want {
			t.Errorf("BornOn(%s, %s, %s) = %q, want %q", c.country, c.typ, c.number, got, c.want)
		}
	}
}
