package sandbox

import (
	"strings"

	"rampa/internal/customer"
	"rampa/internal/kyc"
	"rampa/internal/verification"
)

// Verdict decides a submitted file by its names, a person's last or a company's: one that ends in Valid is approved at
// once, Fail is rejected, Retry is sent back for a correction the first time. Any other waits for an operator.
func Verdict(c customer.Customer, r *customer.Record, first bool) (customer.Verdict, bool) {
	names := []string{c.Name}
	if r.File != nil {
		names = []string{r.File.Company.LegalName, c.Name}
	} else if p := r.Person.Person; p.LastName != "" {
		names = []string{p.LastName, kyc.FullName(p)}
	}
	for _, name := range names {
		switch name = strings.TrimSpace(name); {
		case strings.HasSuffix(name, "Valid"):
			return customer.Verdict{Event: verification.OnApproved}, true
		case strings.HasSuffix(name, "Fail"):
			return customer.Verdict{Event: verification.OnRejected, Reasons: []string{"The sandbox rejects names that end in Fail."}}, true
		case first && strings.HasSuffix(name, "Retry"):
			return customer.Verdict{Event: verification.OnCorrection, Reasons: []string{"The sandbox sends back names that end in Retry."},
				Corrections: []customer.Correction{{Item: r.FirstItem(), Message: retryMessage(r)}}}, true
		}
	}
	return customer.Verdict{}, false
}

// DeclarationVerdict decides a submitted enhanced declaration by the customer's name: one that ends in Valid is accepted at
// once, Fail is refused. Any other waits for an operator.
func DeclarationVerdict(name string) (verification.Event, bool) {
	switch name = strings.TrimSpace(name); {
	case strings.HasSuffix(name, "Valid"):
		return verification.OnApproved, true
	case strings.HasSuffix(name, "Fail"):
		return verification.OnRejected, true
	}
	return "", false
}

func retryMessage(r *customer.Record) string {
	what := "your personal data"
	if r.File != nil {
		what = "the company's data"
	}
	return "Check " + what + ": the sandbox sends back names that end in Retry once."
}
