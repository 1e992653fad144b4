// Package remittance is what a payer writes so that their money is recognised: the concept with its check digit, the ISO 11649
// reference of the same number, and the QR code that fills in a transfer. Pure; it must not know accounts or payments.
package remittance

import (
	"strconv"
	"strings"
	"unicode"

	"rampa/internal/money"
)

// damm is the quasigroup of H. M. Damm's check digit (dissertation, Marburg 2004): it catches every wrong digit and every
// transposition of neighbours.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1}, {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

func digit(digits string) byte {
	var d byte
	for i := range len(digits) {
		d = damm[d][digits[i]-'0']
	}
	return d
}

// first makes the concepts of the first serials have six digits.
const first = 12_000

// Concept gives the number of a serial (from 1): its last digit checks the others.
func Concept(serial int64) int64 {
	n := first + serial
	return n*10 + int64(digit(strconv.FormatInt(n, 10)))
}

// Serial gives the serial of a concept; false when its check digit is wrong or no serial has it.
func Serial(concept int64) (int64, bool) {
	serial := concept/10 - first
	return serial, concept > 0 && serial > 0 && digit(strconv.FormatInt(concept, 10)) == 0
}

// Reference is the ISO 11649 creditor reference of a concept: "RF07120032".
func Reference(concept int64) string {
	n := strconv.FormatInt(concept, 10)
	check := 98 - mod97(n+"271500") // R is 27, F is 15
	return "RF" + string(byte('0'+check/10)) + string(byte('0'+check%10)) + n
}

func mod97(digits string) int {
	m := 0
	for i := range len(digits) {
		m = (m*10 + int(digits[i]-'0')) % 97
	}
	return m
}

// Concepts finds the concepts that a text names, each once: as a number of its own whose check digit is right, or as a creditor
// reference, however banks changed case and spaces.
func Concepts(text string) []int64 {
	var found []int64
	add := func(digits string) bool {
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return false
		}
		if _, ok := Serial(n); !ok {
			return false
		}
		for _, f := range found {
			if f == n {
				return true
			}
		}
		found = append(found, n)
		return true
	}
	upper := strings.ToUpper(text)
	squeezed, ends := squeeze(upper)
	for i := 0; i+4 < len(squeezed); i++ { // a reference may stand in groups of four
		if squeezed[i:i+2] != "RF" {
			continue
		}
		end := i + 2
		for end < len(squeezed) && squeezed[end] >= '0' && squeezed[end] <= '9' {
			end++
		}
		for whole := end; end > i+4; end-- { // a number of something else may follow, but not in the same word
			if end < whole && !ends[end] {
				continue
			}
			if digits := squeezed[i+4 : end]; digits[0] != '0' && mod97(digits+"2715"+squeezed[i+2:i+4]) == 1 && add(digits) {
				break
			}
		}
	}
	for _, word := range strings.FieldsFunc(upper, func(r rune) bool { return !unicode.IsDigit(r) && !unicode.IsLetter(r) }) {
		if strings.Trim(word, "0123456789") == "" && word[0] != '0' {
			add(word)
		}
	}
	return found
}

// squeeze takes the spaces out of a text, and tells where its words ended.
func squeeze(text string) (squeezed string, ends map[int]bool) {
	ends = map[int]bool{}
	for _, word := range strings.Fields(text) {
		squeezed += word
		ends[len(squeezed)] = true
	}
	return squeezed, ends
}

// Payment is what a QR code asks for.
type Payment struct {
	BIC, Name, IBAN string
	Amount          money.Amount // euros
	Text            string
}

// EPC is the payload of a SEPA transfer's QR code (EPC069-12, version 002). The text goes as unstructured remittance information:
// the concept is what payers are told to write, and banks show and keep that field.
func EPC(p Payment) string {
	name := []rune(p.Name)
	if len(name) > 70 {
		name = name[:70]
	}
	return strings.Join([]string{"BCD", "002", "1", "SCT", p.BIC, string(name), p.IBAN, "EUR" + p.Amount.Fixed(), "", "", p.Text}, "\n")
}
