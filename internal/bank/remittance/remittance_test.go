package remittance_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rampa/internal/bank/remittance"
	"rampa/internal/money"
)

// TestEveryWrongDigitAndEveryTranspositionIsSeen tries all of both on some hundred concepts.
func TestEveryWrongDigitAndEveryTranspositionIsSeen(t *testing.T) {
	t.Parallel()
	for serial := int64(1); serial < 40_000; serial += 97 {
		concept := remittance.Concept(serial)
		if got, ok := remittance.Serial(concept); !ok || got != serial {
			t.Fatalf("concept %d of serial %d is read as %d", concept, serial, got)
		}
		text := []byte(strconv.FormatInt(concept, 10))
		try := func(changed []byte) {
			n, _ := strconv.ParseInt(string(changed), 10, 64)
			if _, ok := remittance.Serial(n); ok && n != concept {
				t.Errorf("%s passes for %d", changed, concept)
			}
		}
		for i := range text {
			for d := byte('0'); d <= '9'; d++ {
				changed := slices.Clone(text)
				changed[i] = d
				try(changed)
			}
			if i > 0 {
				changed := slices.Clone(text)
				changed[i], changed[i-1] = changed[i-1], changed[i]
				try(changed)
			}
		}
	}
}

func TestAReferenceIsISO11649s(t *testing.T) {
	t.Parallel()
	for serial := int64(1); serial < 2000; serial++ {
		concept := remittance.Concept(serial)
		r := remittance.Reference(concept)
		sum := 0
		for _, c := range r[4:] + "2715" + r[2:4] { // R is 27, F is 15
			sum = (sum*10 + int(c-'0')) % 97
		}
		if sum != 1 || !strings.HasSuffix(r, fmt.Sprint(concept)) || len(r) > 25 {
			t.Fatalf("%s of %d", r, concept)
		}
	}
}

func TestAConceptIsFoundHoweverBanksWriteIt(t *testing.T) {
	t.Parallel()
	a, b := remittance.Concept(37), remittance.Concept(38)
	ref := remittance.Reference(a)
	for text, want := range map[string][]int64{
		fmt.Sprint(a): {a}, fmt.Sprintf("CONCEPTO: %d.", a): {a}, fmt.Sprintf("pago %d y %d", a, b): {a, b}, ref: {a}, ref[:4] + " " + ref[4:8] + " " + ref[8:]: {a},
		strings.ToLower(ref): {a}, fmt.Sprintf("/ROC/%d//TXT", a): {a}, fmt.Sprintf("%s %d", ref, a): {a},
		ref + " 45": {a}, ref + "45": nil, "pago " + ref + " 2026": {a},
		fmt.Sprint(a + 1): nil, "": nil, "gracias": nil, fmt.Sprintf("1%d", a): nil, fmt.Sprintf("X%d", a): nil, "0" + fmt.Sprint(a): nil, "999999999999999999999999": nil, "RF00" + fmt.Sprint(a): nil,
	} {
		if got := remittance.Concepts(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestTheQRCodeSaysWhatTheGuidelineWants(t *testing.T) {
	t.Parallel()
	got := remittance.EPC(remittance.Payment{BIC: "PFSSESM1XXX", Name: strings.Repeat("ñ", 80), IBAN: "ES3167200001350000000001", Amount: money.New(24000, money.Asset{Code: "EUR", Scale: 2}), Text: "120037"})
	want := "BCD\n002\n1\nSCT\nPFSSESM1XXX\n" + strings.Repeat("ñ", 70) + "\nES3167200001350000000001\nEUR240.00\n\n\n120037"
	if got != want {
		t.Errorf("%q", got)
	}
}
