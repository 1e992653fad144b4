package console_test

import (
	"fmt"
	"time"

	"rampa/internal/audit"
	"rampa/internal/customer"
	"rampa/internal/kyb"
	"rampa/internal/mail"
	"rampa/internal/verification"
)

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

// filed puts a complete file of a company into the cabinet, sent in before now.
func (w *world) filed(id int64, stage verification.Stage, waited time.Duration) *customer.Review {
	at := start().Add(-waited)
	name := map[int64]string{7: "Acme Pagos, S.L.", 8: "Remesas del Sur, S.A.", 9: "Lisboa Câmbios, Lda."}[id]
	if name == "" {
		name = fmt.Sprintf("Empresa %d, S.L.", id)
	}
	r := &customer.Review{}
	r.Customer = customer.Customer{ID: id, UUID: fmt.Sprintf("0199aaaa-0000-7000-8000-%012d", id), IntegrationID: 1, Kind: customer.Company, Name: name,
		Email: fmt.Sprintf("finanzas%d@acme.test", id), Country: "ES", Language: "es", Stage: stage, ExternalID: fmt.Sprintf("crm-%d", 1000+id), CreatedAt: at.Add(-48 * time.Hour)}
	r.Brand = customer.Brand{Name: "Envíos Atlántico"}
	r.Record = customer.Record{CustomerID: id, Version: 5, SubmittedAt: at, File: companyFile(name, at)}
	r.Documents = []kyb.Document{
		{ID: "0199bbbb-0000-7000-8000-000000000001", Item: "incorporation_deed", Name: "Escritura constitución Acme.pdf", Type: "application/pdf", Size: 1 << 20, AddedAt: at},
		{ID: "0199bbbb-0000-7000-8000-000000000002", Item: "registry_extract", Name: "Nota simple noviembre.pdf", Type: "application/pdf", Size: 400_000, AddedAt: at},
		{ID: "0199bbbb-0000-7000-8000-000000000003", Item: "identity_document.p1", Name: "DNI Ana.png", Type: "image/png", Size: 250_000, AddedAt: at},
		{ID: "0199bbbb-0000-7000-8000-000000000004", Item: "tax_card", Name: `tarjeta "NIF" <2>.jpg`, Type: "image/jpeg", Size: 90_000, AddedAt: at},
	}
	company := audit.Actor{Kind: "customer", ID: r.Customer.UUID, Address: "198.51.100.23"}
	r.History = []audit.Entry{
		{At: at, Actor: company, Action: "kyb.submitted", Detail: map[string]string{"terms": "2026-01"}},
		{At: at.Add(-time.Hour), Actor: company, Action: "document.added", Detail: map[string]string{"item": "identity_document.p1"}},
		{At: at.Add(-2 * time.Hour), Actor: company, Action: "kyb.saved", Detail: map[string]string{"item": "people"}},
		{At: at.Add(-3 * time.Hour), Actor: company, Action: "kyb.opened"},
		{At: at.Add(-48 * time.Hour), Actor: audit.Actor{Kind: "integration", ID: "1", Address: "203.0.113.5"}, Action: "customer.registered"},
	}
	w.cabinet.files[id] = r
	return r
}

func companyFile(name string, at time.Time) *kyb.File {
	return &kyb.File{
		Company: kyb.Company{LegalName: name, TradeName: "Acme Pay", LegalForm: "sl", Country: "ES", RegistrationNumber: "M-123456", TaxID: "B12345674", VATNumber: "ESB12345674",
			IncorporationDate: "2026-03-02", Website: "https://acme.test"},
		Registered: kyb.Address{Line1: "Calle de Alcalá 42", Line2: "3.º izquierda", City: "Madrid", PostalCode: "28014", Region: "Madrid", Country: "ES"},
		Activity: kyb.Activity{Activity: "Envío de dinero de trabajadores migrantes a sus familias en América Latina, con agencias en Madrid y Valencia.",
			ExpectedMonthlyVolume: "250000", SourceOfFunds: "Remesas pagadas por los clientes con tarjeta o transferencia."},
		People: []kyb.Person{
			{ID: "p1", FirstName: "Ana", LastName: "Ruiz Peña", BirthDate: "1984-05-17", Nationality: "ES", Role: kyb.RoleRepresentative, OwnershipPercent: "40", PEP: no()},
			{ID: "p2", FirstName: "João", LastName: "Almeida", BirthDate: "1979-11-02", Nationality: "PT", Role: kyb.RoleOwner, OwnershipPercent: "100", Through: "e2", PEP: yes()},
			{ID: "p3", FirstName: "Marta", LastName: "Gil Soto", BirthDate: "1990-01-30", Nationality: "ES", Role: kyb.RoleDirector, PEP: no()},
			{ID: "p4", FirstName: "Luis", LastName: "Ferrer", BirthDate: "1971-07-08", Nationality: "ES", Role: kyb.RoleOwner, OwnershipPercent: "20", Through: "e1", PEP: no()},
		},
		Entities: []kyb.Entity{
			{ID: "e1", LegalName: "Alfa Holding, S.L.", Country: "ES", RegistrationNumber: "B87654321", OwnershipPercent: "60"},
			{ID: "e2", LegalName: "Almeida SGPS, Lda.", Country: "PT", RegistrationNumber: "500100200", OwnershipPercent: "80", Through: "e1"},
		},
		Declaration: &kyb.Declaration{PersonID: "p1", Signature: "Ana Ruiz Peña", TermsVersion: "2026-01", SignedAt: at, Address: "198.51.100.23"},
	}
}

// mailed puts one message of each kind into the outbox, in different states.
func (w *world) mailed() []mail.Message {
	composer, err := mail.NewComposer(w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []mail.Message
	for i, kind := range mail.Kinds() {
		m := composer.Compose(mail.Notice{Kind: kind, CustomerID: 7, IntegrationID: 1, To: "finanzas7@acme.test", Company: "Acme Pagos, S.L.", Integration: "Envíos Atlántico",
			Language: "es", Link: "https://rampa.test/kyb/0199cccc-0000-7000-8000-000000000001", ExpiresAt: start().AddDate(0, 0, 7),
			Items: []mail.Item{{Name: "company", Message: "El NIF no coincide."}}})
		m.ID = fmt.Sprintf("0199dddd-0000-7000-8000-00000000000%d", i)
		switch i {
		case 0:
			m.SentAt, m.NextAt = start(), time.Time{}
		case 1:
			m.LastError, m.Attempts = "the server answered 451", 2
		case 2:
			m.LastError, m.Attempts, m.NextAt = "the server answered 550", 1, time.Time{}
		}
		if err := w.outbox.AppendMail(w.t.Context(), m); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}
