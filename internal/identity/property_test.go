package identity

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// completed gives body with the control character that makes it one of scheme: there is exactly one.
func completed(t *rapid.T, scheme Scheme, body string) string {
	found := ""
	for _, c := range "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		if _, err := Check(scheme, body+string(c)); err == nil {
			if found != "" {
				t.Fatalf("%s: %s and %s are both right", scheme, found, body+string(c))
			}
			found = body + string(c)
		}
	}
	if found == "" {
		t.Fatalf("%s: no control character makes %s right", scheme, body)
	}
	return found
}

// TestOneWrongDigitIsAlwaysSeen holds where the controls are the remainders of a prime: DNI and NIE (23), RUT (11).
func TestOneWrongDigitIsAlwaysSeen(t *testing.T) {
	t.Parallel()
	for scheme, shape := range map[Scheme]string{ESDNI: `[0-9]{8}`, ESNIE: `[XYZ][0-9]{7}`, CLRUT: `[1-9][0-9]{7}`} {
		t.Run(string(scheme), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				body := rapid.StringMatching(shape).Draw(t, "body")
				right := completed(t, scheme, body)
				at := rapid.IntRange(1, len(body)-1).Draw(t, "at") // the first place may be a letter, or must not be 0
				digit := rapid.SampledFrom([]byte(strings.ReplaceAll("0123456789", right[at:at+1], ""))).Draw(t, "digit")
				if wrong := right[:at] + string(digit) + right[at+1:]; valid(scheme, wrong) {
					t.Errorf("%s is right, and so is %s", right, wrong)
				}
			})
		})
	}
}

// TestACURPSaysWhenSomebodyWasBorn makes CURPs of days of two centuries.
func TestACURPSaysWhenSomebodyWasBorn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.StringMatching(`(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)`).Draw(t, "day")
		_, real := ParseDate(day)
		century := rapid.StringMatching(map[string]string{"19": `[0-9]`, "20": `[A-Z]`}[day[:2]]).Draw(t, "century")
		front := rapid.StringMatching(`[A-Z][AEIOUX]QW`).Draw(t, "name") + strings.ReplaceAll(day[2:], "-", "") +
			rapid.SampledFrom([]string{"H", "M", "X"}).Draw(t, "sex") + rapid.SampledFrom(strings.Fields(curpStates)).Draw(t, "state") + "BCD" + century
		if !real {
			for _, c := range "0123456789" {
				if valid(MXCURP, front+string(c)) {
					t.Errorf("%c makes %s right, of the day %s", c, front, day)
				}
			}
			return
		}
		curp := completed(t, MXCURP, front)
		if got := CURPBirthDate(curp); got != day {
			t.Errorf("%s says %s, want %s", curp, got, day)
		}
	})
}

func valid(scheme Scheme, value string) bool {
	_, err := Check(scheme, value)
	return err == nil
}
