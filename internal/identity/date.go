package identity

import (
	"fmt"
	"strings"
	"time"
)

// ParseDate reads YYYY-MM-DD, DD/MM/YYYY or D/M/YYYY and gives YYYY-MM-DD. Only days of the Gregorian calendar from year
// 1000 on are dates: 30 February is none, and a year of two digits is a guess that is not made.
func ParseDate(s string) (iso string, ok bool) {
	s = strings.TrimSpace(s)
	var year, month, day string
	switch {
	case matches("9999-99-99", s):
		year, month, day = s[:4], s[5:7], s[8:]
	default:
		parts := strings.Split(s, "/")
		if len(parts) != 3 || len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 ||
			!isDigits(parts[0]) || !isDigits(parts[1]) || !isDigits(parts[2]) {
			return "", false
		}
		day, month, year = parts[0], parts[1], parts[2]
	}
	iso = fmt.Sprintf("%04d-%02d-%02d", number(year), number(month), number(day))
	_, err := time.Parse(time.DateOnly, iso)
	if err != nil || year < "1000" {
		return "", false
	}
	return iso, true
}
