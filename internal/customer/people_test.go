package customer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rampa/internal/alert"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/kyc/kyctest"
	"rampa/internal/link"
	"rampa/internal/screening"
	"rampa/internal/verification"
)

// person is a registered one with the way into the form.
type person struct{ *company }

func (w *world) person(name string) *person {
	w.Helper()
	p := &person{&company{world: w}}
	r, err := w.Register(w.Context(), customer.Registration{Kind: customer.Individual, IntegrationID: w.tenant, Email: strings.ReplaceAll(name, " ", ".") + "@people.example",
		Person: &kyc.File{Person: kyc.Person{Name: name}}, Actor: partner})
	w.must(err)
	p.id = r.Customer.ID
	p.reached(r)
	return p
}

func (p *person) reached(r customer.Registered) {
	address := r.LinkURL[strings.LastIndex(r.LinkURL, "/")+1:]
	p.link, p.session = link.Split(address)
}

func (p *person) save(step string, change func(*kyc.File)) error {
	problems, err := p.Save(p.Context(), p.link, p.session, customer.Edit{Step: step, Visitor: visitor, Person: func(f *kyc.File) []kyb.Problem { change(f); return nil }})
	if len(problems) > 0 {
		p.Errorf("problems: %v", problems)
	}
	return err
}

// fill puts everything in but the signature.
func (p *person) fill(name, lastName string) {
	p.Helper()
	file := kyctest.Complete(name, lastName)
	p.must(p.save(kyc.StepPersonal, func(f *kyc.File) { *f = *file }))
	for _, item := range kyctest.Papers(file) {
		_, err := p.upload(item, pdf)
		p.must(err)
	}
}

func (p *person) sign() {
	p.Helper()
	form, err := p.Open(p.Context(), p.link, p.session)
	p.must(err)
	missing, err := p.Submit(p.Context(), p.link, p.session, kyctest.Declaration(form.Record.Person), visitor)
	p.must(err)
	if len(missing) > 0 {
		p.Fatalf("missing: %+v", missing)
	}
}

func TestAPersonGoesFromRegistrationToApproval(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		p := w.person("Ana Ruiz")
		p.expectStage(verification.Draft)
		p.fill("Ana", "Ruiz")
		p.expectStage(verification.InProgress)
		p.sign()
		p.expectStage(verification.Submitted)
		p.must(p.Approve(p.Context(), p.id, p.decision()))
		c := p.standing().Customer
		if c.Stage != verification.Approved || c.Tier != 1 || c.Name != "Ana Ruiz" || c.Country != "ES" {
			t.Errorf("the approved person is %+v", c)
		}
		found, err := w.Find(w.Context(), w.tenant, customer.Lookup{Identification: w.IdentificationHash(kyctest.Complete("", "").Paper.Number)})
		w.must(err)
		if found.ID != p.id {
			t.Errorf("the identification number finds %d", found.ID)
		}
		if got := strings.Join(p.events(), " "); got != "unused processing valid" {
			t.Errorf("the events say %s", got)
		}
		if got := strings.Join(p.mails(), ", "); got != "approved pt" {
			t.Errorf("the mails are %s", got)
		}
		w.expectCount(0, `SELECT COUNT(*) FROM audit_entries WHERE object_id = $1 AND action LIKE 'kyb.%'`, "1")
	})
}

func TestAPersonsAddressOpensNoOtherForm(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		a, b, company := w.person("Ana"), w.person("Bo"), w.opened("Acme")
		open := func(uuid, secret string) error { _, err := w.Open(w.Context(), uuid, secret); return err }
		w.expect("its own", open(a.link, a.session), nil)
		w.expect("another's secret", open(a.link, b.session), customer.ErrLinkNotFound)
		w.expect("no secret", open(a.link, ""), customer.ErrLinkNotFound)
		w.expect("a company's session", open(a.link, company.session), customer.ErrLinkNotFound)
		w.expect("a person's secret at a company", open(company.link, a.session), customer.ErrSession)
		_, err := w.Unlock(w.Context(), a.link, "", visitor)
		w.expect("no password", err, customer.ErrPassword)
		r, err := w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.tenant, CustomerID: a.id, Kind: customer.Individual, Actor: partner})
		w.must(err)
		w.expect("the old address", open(a.link, a.session), customer.ErrLinkExpired)
		a.reached(r)
		w.expect("the new one", open(a.link, a.session), nil)
		_, err = w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.tenant, CustomerID: a.id, Kind: customer.Company, Actor: partner})
		w.expect("a person's link as a company's", err, customer.ErrUserNotFound)
	})
}

func TestABannedCustomerCanDoNothing(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		p := w.person("Ana")
		why := customer.Banning{Reason: "  fraud  ", Actor: operator}
		w.expect("no reason", w.Ban(w.Context(), p.id, customer.Banning{Actor: operator}), customer.ErrBanReason)
		w.must(w.Ban(w.Context(), p.id, why))
		w.expect("twice", w.Ban(w.Context(), p.id, why), customer.ErrBanned)
		_, err := w.Open(w.Context(), p.link, p.session)
		w.expect("open", err, customer.ErrUserBanned)
		w.expect("save", p.save(kyc.StepPersonal, func(*kyc.File) {}), customer.ErrUserBanned)
		_, err = w.RenewLink(w.Context(), customer.Renewal{IntegrationID: w.tenant, CustomerID: p.id, Actor: partner})
		w.expect("a new link", err, customer.ErrUserBanned)
		if c := p.standing().Customer; !c.Banned() || c.BanReason != "fraud" {
			t.Errorf("the banned customer is %+v", c)
		}
		w.must(w.Unban(w.Context(), p.id, why))
		w.expect("twice", w.Unban(w.Context(), p.id, why), customer.ErrNotBanned)
		w.must(p.save(kyc.StepPersonal, func(*kyc.File) {}))
	})
}

func TestAnEnhancedDeclarationRaisesAVerifiedCustomerOnly(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		p := w.person("Ana")
		tier := func(want int) {
			t.Helper()
			if got := p.standing().Customer.Tier; got != want {
				t.Errorf("the tier is %d, want %d", got, want)
			}
		}
		w.must(w.GrantEnhanced(w.Context(), p.id, operator, ""))
		tier(0)
		p.fill("Ana", "Ruiz")
		p.sign()
		w.must(w.Approve(w.Context(), p.id, p.decision()))
		tier(2)
		w.must(w.WithdrawEnhanced(w.Context(), p.id, operator, ""))
		tier(1)
	})
}

func TestAnAlertHoldsAFileUntilItIsCleared(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		sandboxed(w)
		held := true
		var screened []screening.Subject
		w.Screen = func(_ context.Context, _ screening.Who, names []screening.Subject) (int, error) {
			screened = names
			return 0, nil
		}
		w.Held = func(context.Context, int64) (bool, error) { return held, nil }
		p := w.person("Ana")
		p.fill("Ana", "Valid")
		p.sign()
		p.expectStage(verification.Submitted) // although the sandbox approves the name
		if len(screened) != 1 || screened[0].Name != "Ana Valid" || screened[0].BirthDate != "1980-02-29" {
			t.Errorf("screened: %+v", screened)
		}
		w.expect("approve", w.Approve(w.Context(), p.id, p.decision()), customer.ErrFileHeld)
		w.expect("a provider's approval", w.Conclude(w.Context(), p.id, customer.Verdict{Event: verification.OnApproved}, operator), customer.ErrFileHeld)
		held = false
		w.must(w.Approve(w.Context(), p.id, p.decision()))
	})
}

func TestARepeatedIdentificationNumberFlagsTheSecondFile(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		var raised []alert.Alert
		w.Raise = func(_ context.Context, a alert.Alert) (bool, error) { raised = append(raised, a); return true, nil }
		first, second := w.person("Ana"), w.person("Bea")
		first.fill("Ana", "Ruiz")
		if len(raised) != 0 {
			t.Errorf("the first number raises %+v", raised)
		}
		second.fill("Bea", "Ruiz")
		if len(raised) != 1 || raised[0].CustomerID != second.id || raised[0].Kind != alert.DuplicateIdentification || raised[0].Holds {
			t.Errorf("the second number raises %+v", raised)
		}
		w.must(second.save(kyc.StepAddress, func(f *kyc.File) { f.Address.City = "Toledo" }))
		if len(raised) != 1 {
			t.Error("the number is flagged again without having changed")
		}
	})
}

func TestADelegatedFileIsSubmittedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		sandboxed(w)
		delegated := func(email, lastName string, papers ...string) (customer.Customer, []verification.Problem, error) {
			file := kyctest.Complete("Ana", lastName)
			file.Liveness = nil
			in := customer.Delegated{Reference: "ref-1", VerifiedAt: noon, Registration: customer.Registration{Kind: customer.Individual, IntegrationID: w.tenant,
				Email: email, Person: file, Identification: file.Paper.Number, Country: "ES", Actor: partner}}
			for _, item := range papers {
				p, err := w.Stash(w.Context(), item+".pdf", strings.NewReader(string(pdf)))
				w.must(err)
				in.Papers = append(in.Papers, customer.DelegatedPaper{Item: item, Stashed: p})
			}
			return w.RegisterDelegated(w.Context(), in)
		}
		c, problems, err := delegated("ana@people.example", "Ruiz", "document_front", "document_back", "face_image")
		w.must(err)
		if len(problems) > 0 || c.Status() != "processing" || c.Stage != verification.Submitted {
			t.Fatalf("%+v, problems %+v", c, problems)
		}
		w.expectCount(3, `SELECT COUNT(*) FROM documents WHERE customer_id = $1`, c.ID)
		c, _, err = delegated("bea@people.example", "Valid", "document_front", "document_back", "face_image")
		w.must(err)
		if c.Status() != "valid" || c.Tier != 1 {
			t.Errorf("the sandbox leaves a Valid name at %+v", c)
		}
		_, problems, err = delegated("eva@people.example", "Ruiz", "document_front", "face_image")
		w.must(err)
		if len(problems) != 1 || problems[0].Field != "document_back" {
			t.Errorf("without the back: %+v", problems)
		}
		_, _, err = delegated("ANA@people.example", "Ruiz", "document_front", "document_back", "face_image")
		w.expect("the same e-mail", err, customer.ErrUserExists)
		w.expectCount(2, `SELECT COUNT(*) FROM customers`)
		w.expectCount(6, `SELECT COUNT(*) FROM documents`)
	})
}

func TestEvidenceIsTakenFromTheOwnIntegrationOnly(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		p := w.person("Ana")
		w.expect("missing", w.Owns(w.Context(), w.tenant, 999), customer.ErrUserNotFound)
		w.expect("foreign", w.Owns(w.Context(), w.other, p.id), customer.ErrNotInIntegration)
		paper, err := w.Stash(w.Context(), "payslip.pdf", strings.NewReader(string(pdf)))
		w.must(err)
		_, err = w.AddEvidence(w.Context(), customer.Evidence{IntegrationID: w.other, CustomerID: p.id, Type: "payslip", Paper: paper, Actor: partner})
		w.expect("foreign", err, customer.ErrNotInIntegration)
		id, err := w.AddEvidence(w.Context(), customer.Evidence{IntegrationID: w.tenant, CustomerID: p.id, Type: "payslip", Paper: paper, Actor: partner})
		w.must(err)
		d, body, err := w.OpenDocument(w.Context(), p.id, id, operator)
		w.must(err)
		w.must(body.Close())
		if d.Item != "evidence.payslip" {
			t.Errorf("the paper is filed as %s", d.Item)
		}
	})
}

func TestAnApprovedFileThatFallsDueGoesBackWithALivingLink(t *testing.T) {
	t.Parallel()
	worlds(t, func(w *world) {
		w.NextReview = func(_ customer.Customer, r *customer.Record) time.Time { return r.DecidedAt.AddDate(1, 0, 0) }
		p := w.person("Ana")
		p.fill("Ana", "Ruiz")
		p.sign()
		w.must(w.Approve(w.Context(), p.id, p.decision()))
		if at := p.standing().Customer.ReviewAt; !at.Equal(noon.AddDate(1, 0, 0)) && at.IsZero() {
			t.Errorf("the review is at %v", at)
		}
		w.now = noon.AddDate(1, 0, 1)
		w.must(w.ExpireLinks(w.Context()))
		w.must(w.Due(w.Context(), p.id, []customer.Correction{{Item: kyc.StepIdentity, Message: "Your identity document has expired."}}))
		c := p.standing()
		if c.Customer.Stage != verification.NeedsCorrection || c.Customer.Tier != 0 || !c.Customer.ReviewAt.IsZero() || len(c.Requirements) == 0 {
			t.Errorf("after it fell due: %+v", c)
		}
		w.expectCount(1, `SELECT COUNT(*) FROM links WHERE customer_id = $1 AND ended_at IS NULL`, p.id)
		var subject string
		w.must(w.DB.QueryRow(w.Context(), `SELECT subject FROM mails WHERE customer_id = $1 AND kind = 'correction'`, p.id).Scan(&subject))
		if !strings.Contains(subject, "/kyc/") { // the subject is the form's address here
			t.Errorf("the mail leads to %q", subject)
		}
		w.expect("again", w.Due(w.Context(), p.id, nil), verification.ErrTransition)
	})
}
