package sandbox

import (
	"strings"

	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/verification"
)

// Verdict decides a submitted file by its names: one that ends in Valid is approved at once, Fail is rejected, Retry is
// sent back for a correction the first time. Any other waits for an operator.
func Verdict(c customer.Customer, f *kyb.File, first bool) (customer.Verdict, bool) {
	for _, name := range []string{f.Company.LegalName, c.Name} {
		switch name = strings.TrimSpace(name); {
		case strings.HasSuffix(name, "Valid"):
			return customer.Verdict{Event: verification.OnApproved}, true
		case strings.HasSuffix(name, "Fail"):
			return customer.Verdict{Event: verification.OnRejected, Reasons: []string{"The sandbox rejects names that end in Fail."}}, true
		case first && strings.HasSuffix(name, "Retry"):
			return customer.Verdict{Event: verification.OnCorrection, Reasons: []string{"The sandbox sends back names that end in Retry."},
				Corrections: []customer.Correction{{Item: "company", Message: "Check the company's data: the sandbox sends back names that end in Retry once."}}}, true
		}
	}
	return customer.Verdict{}, false
}
