package app

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"rampa/internal/alert"
	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/onboarding"
	"rampa/internal/privacy"
	"rampa/internal/storetest"
)

// unpacked is what an export of a customer holds.
func (n *peer) unpacked(customerID int64) map[string]string {
	n.Helper()
	var out bytes.Buffer
	if _, err := n.privacy.Export(n.Context(), customerID, privacy.Request{Actor: audit.System("test")}, &out); err != nil {
		n.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		n.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range archive.File {
		body, err := f.Open()
		if err != nil {
			n.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			n.Fatal(err)
		}
		found[f.Name] = string(content)
	}
	return found
}

// TestAnExportOpensWhatTheDomainsSealed goes through the real services: what each of them keeps sealed must come out, be
// kept by an erasure, and come out again.
func TestAnExportOpensWhatTheDomainsSealed(t *testing.T) {
	t.Parallel()
	storetest.Engines(t, func(t *testing.T, d storetest.Database) {
		s := newSite(t, d)
		n := s.boot()
		defer n.kill()
		ana := n.submit(s.tenant, "Ana")
		first := s.provider.wait()
		s.provider.settle(first, "m1", answer(first, "approved"))
		raised, err := n.alerts.Raise(t.Context(), alert.Alert{CustomerID: ana, IntegrationID: s.tenant, Kind: alert.Monitoring, Key: "k", Summary: map[string]string{"amount": "4711"}, Holds: true})
		if err != nil || !raised {
			t.Fatal(raised, err)
		}
		by := privacy.Request{Actor: audit.System("test")}
		if _, err := n.privacy.Erase(t.Context(), ana, by); !errors.Is(err, privacy.ErrAlertOpen) {
			t.Errorf("with an open alert: %v", err)
		}
		all, err := n.alerts.Of(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.alerts.Decide(t.Context(), all[0].ID, alert.Decision{Reason: "a salary", Actor: by.Actor}); err != nil {
			t.Fatal(err)
		}
		if _, err := n.onboarding.Begin(t.Context(), onboarding.Start{IntegrationID: s.tenant, CustomerID: ana, Actor: by.Actor}); err != nil {
			t.Fatal(err)
		}
		file := kyctest.Complete("Ana", "García")
		check := func(when string) {
			t.Helper()
			got := n.unpacked(ana)
			for _, part := range []string{"García", file.Paper.Number, file.Person.Phone, file.Address.Line, "Ana@people.example", `"declaration_opened"`} {
				if !strings.Contains(got["data.json"], part) {
					t.Errorf("%s: %q is not in data.json", when, part)
				}
			}
			for _, part := range []string{"4711", "a salary", "9700"} {
				if !strings.Contains(got["internal.json"], part) || strings.Contains(got["data.json"], part) {
					t.Errorf("%s: %q must be in internal.json only", when, part)
				}
			}
			if papers := len(got) - 2; papers != len(kyctest.Papers(file)) {
				t.Errorf("%s: %d papers", when, papers)
			}
		}
		check("before")
		e, err := n.privacy.Erase(t.Context(), ana, by)
		if err != nil || e.KeepUntil.IsZero() {
			t.Fatal(e, err)
		}
		check("after")
		if _, err := n.customers.Store.Customer(t.Context(), s.tenant, ana); !errors.Is(err, customer.ErrUserNotFound) {
			t.Error(err)
		}
		if _, err := n.chain.Verify(t.Context(), ""); err != nil {
			t.Error(err)
		}
	})
}
