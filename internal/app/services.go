package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"rampa/internal/alert"
	"rampa/internal/api"
	"rampa/internal/audit"
	"rampa/internal/config"
	"rampa/internal/customer"
	"rampa/internal/customer/form"
	"rampa/internal/customer/registration"
	"rampa/internal/idempotency"
	"rampa/internal/identity"
	"rampa/internal/idv"
	"rampa/internal/integration"
	"rampa/internal/job"
	"rampa/internal/kyb"
	"rampa/internal/kyc"
	"rampa/internal/lifecycle"
	"rampa/internal/link"
	"rampa/internal/mail"
	"rampa/internal/mail/smtp"
	"rampa/internal/onboarding"
	"rampa/internal/operator"
	"rampa/internal/privacy"
	"rampa/internal/sandbox"
	"rampa/internal/screening"
	"rampa/internal/store"
	"rampa/internal/store/compliance"
)

// services is the domains, wired.
type services struct {
	guards
	market
	trades
	integrations *integration.Service
	customers    *customers
	alerts       *alert.Service
	screening    *screening.Service
	onboarding   *onboarding.Service
	checks       *idv.Service
	privacy      *privacy.Service
	operators    *operator.Service
	mail         *mail.Service
	keys         *idempotency.Service
	chain        *audit.Chain
	jobs         *job.Runner
}

// customers is the domain of customers as the edges see it: its core, how customers come in, and what they do at their forms.
type customers struct {
	*customer.Service
	*registrations
	*forms
}

type (
	registrations = registration.Service
	forms         = form.Service
)

// world is what differs between production and the sandbox, and between two starts.
type world struct {
	cfg       *config.Config
	log       *slog.Logger
	now       func() time.Time
	publicURL string
	metrics   prometheus.Registerer
	serves    bool // it is a server: a command beside one leaves the sandbox's chain alone
}

func (w *world) sandbox() bool { return w.cfg.Mode == config.Sandbox }

func newServices(w *world, s *storage) (*services, error) {
	v := &services{
		integrations: integration.New(integration.Config{Store: s.store.Integrations(), Sealer: s.vault, Now: w.now, TokenLife: w.cfg.Limits.TokenLife}),
		operators:    newOperators(w, s),
		keys:         idempotency.New(s.store, s.vault, w.now),
		chain:        audit.NewChain(s.store.AuditChain(), s.vault.SigningKey(), w.now),
	}
	sender, err := sender(w)
	if err != nil {
		return nil, err
	}
	v.mail = mail.NewService(s.store.Mails(), revealing(link.Keys{MAC: s.vault.MAC}, sender), mail.DefaultSchedule(), w.now)
	handlers := job.NewRegistry()
	if v.jobs, err = job.New(job.Config{DB: s.db, Registry: handlers, Now: w.now, Log: w.log, Metrics: w.metrics}); err != nil {
		return nil, err
	}
	v.alerts = v.newAlerts(w, s)
	v.screening = v.newScreening(w, s)
	if err := v.newGuards(w, s); err != nil {
		return nil, err
	}
	if err := v.newMarket(w, s); err != nil {
		return nil, err
	}
	if v.customers, err = v.newCustomers(w, s); err != nil {
		return nil, err
	}
	if v.onboarding, err = v.newOnboarding(w, s); err != nil {
		return nil, err
	}
	v.privacy = v.newPrivacy(w, s)
	if err := v.newTrading(w, s); err != nil {
		return nil, err
	}
	job.Add(handlers, v.deleteDocument, job.Policy{})
	v.newChecks(w, s, handlers)
	v.maintain(w, s)
	return v, nil
}

func newOperators(w *world, s *storage) *operator.Service {
	c := operator.Defaults()
	c.CodeClock = time.Now // authenticator apps do not follow the sandbox's clock
	deps := operator.Deps{Store: s.store.Operators(), Sealer: s.vault, Passwords: operator.NewPasswords(operator.DefaultParams(), 2)}
	return operator.New(deps, c, w.now)
}

func (v *services) newCustomers(w *world, s *storage) (*customers, error) {
	composer, err := mail.NewComposer(w.now)
	if err != nil {
		return nil, err
	}
	rules := kyb.Rules()
	disposable := identity.NewDisposable(w.cfg.Emails.Allow, w.cfg.Emails.Deny)
	c := customer.Config{Store: s.store.Customers(), Sealer: s.vault, Files: s.files, Rules: rules, PublicURL: w.publicURL, Now: w.now,
		EmailKey: identity.NormalizeEmail, Disposable: disposable.Is, EventData: api.EventData,
		Mail: func(n customer.Notice) mail.Message { return kept(composer.Compose(letter(n, rules))) },
		DeleteLater: func(ctx context.Context, tx customer.Tx, documentID string, at time.Time) error {
			return v.jobs.Insert(ctx, tx.(store.Tx).Tx, deleteDocument{documentID}, at)
		},
		Screen: v.screening.Screen, Held: v.alerts.Held, Raise: v.alerts.Raise, Verify: v.verify, NextReview: lifecycle.ReviewOf(w.now)}
	if w.sandbox() {
		c.Verdict = sandbox.Verdict
	}
	core := customer.New(c)
	return &customers{core, registration.New(core), form.New(core)}, nil
}

// letter words a notice for the composer.
func letter(n customer.Notice, rules *kyb.Ruleset) mail.Notice {
	out := mail.Notice{Kind: mail.Kind(n.Kind), CustomerID: n.Customer.ID, IntegrationID: n.Customer.IntegrationID, To: n.Customer.Email, Company: n.Customer.Name,
		Integration: n.Brand.Name, Language: n.Customer.Language, Link: n.FormURL, Person: n.Customer.Kind == customer.Individual, Secret: n.Customer.Kind == customer.Individual, ExpiresAt: n.ExpiresAt, Reasons: n.Reasons}
	for _, c := range n.Corrections {
		name := c.Item
		if item, ok := strings.CutPrefix(c.Item, "documents."); ok {
			name = cmp.Or(rules.ItemLabel(item, n.Customer.Language), kyc.ItemLabel(item, n.Customer.Language))
		}
		out.Items = append(out.Items, mail.Item{Name: name, Message: c.Message})
	}
	if len(out.Items) > 0 {
		out.Reasons = nil // the same messages
	}
	return out
}

// sender is SMTP where it is configured; otherwise letters stay in the outbox.
func sender(w *world) (mail.Sender, error) {
	if w.cfg.Mail.SMTP == "" {
		return mail.Keep(), nil
	}
	u, err := url.Parse(w.cfg.Mail.SMTP.Reveal())
	if err != nil {
		return nil, fmt.Errorf("smtp-url cannot be read")
	}
	c := smtp.Config{Address: u.Host, Security: smtp.StartTLS, From: w.cfg.Mail.From, Now: w.now, User: u.User.Username()}
	c.Password, _ = u.User.Password()
	if u.Scheme == "smtps" {
		c.Security = smtp.TLS
	}
	return smtp.New(c)
}

// deleteDocument is the job that deletes a removed paper.
type deleteDocument struct {
	DocumentID string `json:"document_id"`
}

func (deleteDocument) Kind() string { return "document.delete" }

func (v *services) deleteDocument(ctx context.Context, j job.Job[deleteDocument]) error {
	return v.customers.DeleteDocument(ctx, j.Args.DocumentID, func(ctx context.Context, tx customer.Tx) error {
		return j.Complete(ctx, tx.(store.Tx).Tx)
	})
}

// maintain lists the periodic work; one node at a time does it.
func (v *services) maintain(w *world, s *storage) {
	every := func(d time.Duration, name string, run func(context.Context) error) {
		v.jobs.Maintain(job.Periodic{Name: name, Every: d, Run: run})
	}
	every(time.Second, "audit.close", v.chain.Close)
	every(2*time.Second, "tally.fold", s.store.FoldTallies)
	every(10*time.Second, "mail.send", func(ctx context.Context) error {
		_, err := v.mail.SendDue(ctx)
		return err
	})
	v.jobs.Maintain(job.Periodic{Name: "link.sweep", Every: time.Minute, NextDue: v.customers.NextSweep, Run: func(ctx context.Context) error {
		if err := v.customers.RemindLinks(ctx); err != nil {
			return err
		}
		return v.customers.ExpireLinks(ctx)
	}})
	reviews := lifecycle.New(compliance.New(s.db).Reviews(), v.customers.Service)
	v.jobs.Maintain(job.Periodic{Name: "review.sweep", Every: 10 * time.Minute, NextDue: reviews.NextDue, Run: reviews.Sweep})
	every(time.Minute, "search.fill", s.store.Customers().FillSearch)
	every(2*time.Second, "screening.refresh", v.screening.Refresh)
	every(time.Minute, "screening.again", v.screening.Rescreen)
	every(time.Hour, "token.sweep", v.integrations.Sweep)
	every(time.Hour, "idempotency.purge", v.keys.Purge)
	every(time.Hour, "session.sweep", v.operators.Sweep)
	every(time.Hour, "privacy.purge", v.privacy.Purge)
	v.maintainMarket(w, every)
	v.maintainTrading(every)
}
