package app

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"rampa/internal/customer"
	"rampa/internal/idv"
	"rampa/internal/job"
	"rampa/internal/kyc"
	"rampa/internal/mail"
	"rampa/internal/store/compliance"
	"rampa/internal/verification"
	"rampa/internal/verifier"
)

// newChecks wires the verification provider; without one the operators review every file.
func (v *services) newChecks(w *world, s *storage, handlers *job.Registry) {
	c := idv.Config{Store: compliance.New(s.db).Cases(), Sealer: s.vault, Files: checked{v.customers.Service}, Decider: checked{v.customers.Service}, Raise: v.alerts.Raise, Now: w.now,
		SendLater: func(ctx context.Context, tx idv.Tx, caseID string) error {
			return v.jobs.Insert(ctx, tx.(compliance.Tx).Tx.Tx, sendCase{caseID}, w.now())
		}}
	if w.cfg.IDV.URL != "" {
		c.Provider = verifier.NewRemote(w.provider(s))
	}
	v.checks = idv.New(c)
	job.Add(handlers, v.sendCase, job.Policy{})
}

// provider is how the verification provider is reached. It lives by the real clock.
func (w *world) provider(s *storage) verifier.Config {
	return verifier.Config{URL: w.cfg.IDV.URL, Secret: w.cfg.IDV.Key(), PublicURL: w.publicURL, Wall: time.Now,
		DocumentMAC: func(data []byte) []byte { return s.vault.MAC("idv document", data) }}
}

// mountProvider serves the verification provider, where there is one.
func (a *app) mountProvider(mux *http.ServeMux) {
	if a.cfg.IDV.URL != "" {
		verifier.NewEdge(a.provider(a.storage), a.services.checks, a.log).Mount(mux)
	}
}

// verify hands a submitted file to the provider.
func (v *services) verify(ctx context.Context, c customer.Customer, _ *customer.Record) error {
	return v.checks.Submitted(ctx, idv.Submission{CustomerID: c.ID, IntegrationID: c.IntegrationID, Language: cmp.Or(c.Language, mail.Languages()[0])})
}

// sendCase is the job that asks the provider about a case.
type sendCase struct {
	CaseID string `json:"case_id"`
}

func (sendCase) Kind() string { return "idv.send" }

func (v *services) sendCase(ctx context.Context, j job.Job[sendCase]) error {
	return v.checks.Send(ctx, j.Args.CaseID, func(ctx context.Context, tx idv.Tx) error {
		return j.Complete(ctx, tx.(compliance.Tx).Tx.Tx)
	})
}

// checked is the files of customers as the provider's checks see them.
type checked struct{ *customer.Service }

var errNoPerson = errors.New("app: a case of a customer who is no person")

// Subject gives what the provider is told, of each picture the newest.
func (c checked) Subject(ctx context.Context, customerID int64) (idv.Subject, error) {
	f, err := c.Store.FormByCustomer(ctx, customerID)
	if err == nil {
		err = c.Load(ctx, &f)
	}
	if err != nil {
		return idv.Subject{}, err
	}
	if f.Record.Person == nil {
		return idv.Subject{}, errNoPerson
	}
	person, paper := f.Record.Person.Person, f.Record.Person.Paper
	out := idv.Subject{CustomerUUID: f.Customer.UUID, Name: person.Name, LastName: person.LastName, LastName2: person.LastName2, BirthDate: person.BirthDate,
		Nationality: person.Nationality, Country: f.Record.Person.Address.Country, PaperType: paper.Type, PaperNumber: paper.Number,
		PaperCountry: paper.Country, PaperExpiresAt: paper.ExpiresAt, Movements: f.Record.Person.Liveness}
	for _, item := range kyc.Items(f.Record.Person) {
		if d, ok := newest(f.Documents, item.Code); ok {
			out.Images = append(out.Images, d)
		}
	}
	return out, nil
}

// newest gives the paper of an item that was added last.
func newest(docs []verification.Document, item string) (last verification.Document, ok bool) {
	for _, d := range docs {
		if d.Item == item && (!ok || !d.AddedAt.Before(last.AddedAt)) {
			last, ok = d, true
		}
	}
	return last, ok
}

// DecideByProvider moves a file as the provider's answer says.
func (c checked) DecideByProvider(ctx context.Context, customerID int64, v idv.Verdict) error {
	event := map[idv.Outcome]verification.Event{idv.Approved: verification.OnApproved, idv.Rejected: verification.OnRejected, idv.Retry: verification.OnCorrection}[v.Outcome]
	reasons := v.Reasons
	for _, k := range v.Corrections {
		if len(reasons) == 0 || reasons[len(reasons)-1] != k.Message {
			reasons = append(reasons, k.Message)
		}
	}
	return c.Conclude(ctx, customerID, customer.Verdict{Event: event, Reasons: reasons, Corrections: v.Corrections}, v.Actor)
}
