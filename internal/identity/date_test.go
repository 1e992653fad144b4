package identity

import (
	"testing"
	"time"
)

func TestDatesAreReadStrictly(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024-02-29": "2024-02-29", "29/02/2024": "2024-02-29", "1/2/1990": "1990-02-01", "01/2/1990": "1990-02-01", " 31/12/1999 ": "1999-12-31",
		"2023-02-29": "", "29/2/2023": "", "30/02/2024": "", "2024-2-9": "", "2024-13-01": "", "13/13/2024": "", "12/31/2024": "", "1/1/99": "", "0/1/2024": "",
		"1/0/2024": "", "": "", "/": "", "//": "", "1/1/20241": "", "001/1/2024": "", "2024/01/01": "", "01-01-2024": "", "+1/1/2024": "", "1/-1/2024": "",
		"٠١/٠١/٢٠٢٤": "", "0000-01-01": "", "1/1/0999": "", "2024-01-01T00:00": "", "1/1/2024/1": "",
	} {
		got, ok := ParseDate(in)
		if got != want || ok != (want != "") {
			t.Errorf("ParseDate(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestEveryDayOfACenturyIsReadInEveryWriting(t *testing.T) {
	t.Parallel()
	for day := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2050; day = day.AddDate(0, 0, 1) {
		want := day.Format(time.DateOnly)
		for _, layout := range []string{time.DateOnly, "02/01/2006", "2/1/2006"} {
			if got, ok := ParseDate(day.Format(layout)); !ok || got != want {
				t.Fatalf("%s: got %q, %v", day.Format(layout), got, ok)
			}
		}
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("29/2/2024")
	f.Fuzz(func(t *testing.T, s string) {
		iso, ok := ParseDate(s)
		if !ok {
			return
		}
		if again, ok := ParseDate(iso); !ok || again != iso {
			t.Errorf("%q gave %q, which gives %q, %v", s, iso, again, ok)
		}
	})
}
