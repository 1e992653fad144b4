package e2e

import (
	"slices"
	"strconv"

	"golang.org/x/net/html"
)

// taxID is a CIF with a right check digit. It stands nowhere in examples, so that finding it anywhere is a leak.
const taxID = "B86561412"

// surname is the owner's: a personal datum that must be encrypted wherever it is kept.
const surname = "Azcoitia-Quintanilla"

// answers are what a Spanish company tells of itself, by step and input.
type answers map[string]map[string]string

func newAnswers(name string) answers {
	return answers{
		"country": {"country": "ES"},
		"company": {"legal_name": name, "legal_form": "sl", "tax_id": taxID, "incorporation_date": "2019-05-04"},
		"addresses": {"registered_address[line1]": "Calle Mayor 1", "registered_address[postal_code]": "28013",
			"registered_address[city]": "Madrid", "registered_address[country]": "ES"},
		"activity": {"activity": "Software for freight companies", "expected_monthly_volume": "50000", "source_of_funds": "Sales to customers"},
	}
}

// Two companies own the greater part, one through the other, and a person owns the upper one.
var (
	representative = map[string]string{"first_name": "Ana", "last_name": "Ruiz", "birth_date": "1980-02-29", "nationality": "ES",
		"role": "representative", "ownership_percent": "40", "pep": "no"}
	owner = map[string]string{"first_name": "Iker", "last_name": surname, "birth_date": "1971-11-03", "nationality": "PT",
		"role": "owner", "ownership_percent": "100", "pep": "no"}
	holding = map[string]string{"legal_name": "Inversiones del Norte S.A.", "country": "ES", "registration_number": "A58818501", "ownership_percent": "60"}
	parent  = map[string]string{"legal_name": "Matriz Global B.V.", "country": "NL", "registration_number": "33011433", "ownership_percent": "100"}
)

// row names the inputs of one person or company of a list.
func row(list string, n int, inputs map[string]string) map[string]string {
	named := map[string]string{}
	for name, value := range inputs {
		named[rowInput(list, n, name)] = value
	}
	return named
}

func rowInput(list string, n int, name string) string {
	return list + "[" + strconv.Itoa(n) + "][" + name + "]"
}

// unlock enters the password at the gate.
func (w *walker) unlock(c company) *walker {
	w.t.Helper()
	return w.get(c.Link).want(200).submit("step-password", map[string]string{"password": c.Password}, nil).want(200)
}

// complete walks from where the form stands to the step before the signature.
func (w *walker) complete(a answers, p papers) {
	w.t.Helper()
	for range 20 {
		switch step := w.step(); step {
		case "people":
			w.people()
		case "documents":
			w.documents(p)
		case "check":
			return
		default:
			w.submit("step-"+step, merge(a[step], "action", "save"), nil)
		}
		if w.errors() != "" {
			w.t.Fatalf("%s: %s", w.at, w.errors())
		}
	}
	w.t.Fatalf("the form does not come to its end: %s", w.at)
}

func merge(in map[string]string, more ...string) map[string]string {
	out := map[string]string{}
	for name, value := range in {
		out[name] = value
	}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// people adds each person and company with the page's own buttons.
func (w *walker) people() {
	w.t.Helper()
	w.submit("step-people", merge(row("people", 0, representative), "action", "add_person"), nil)
	w.submit("step-people", merge(row("people", 1, owner), "action", "add_entity"), nil)
	w.submit("step-people", merge(row("entities", 0, holding), "action", "add_entity"), nil)
	id := func(n int) string {
		return attribute(find(w.doc, "input", "name="+rowInput("entities", n, "id"))[0], "value")
	}
	w.submit("step-people", merge(row("entities", 1, parent), rowInput("entities", 1, "through"), id(0),
		rowInput("people", 1, "through"), id(1), "action", "save"), nil)
}

// documents uploads a file for each paper that is not optional.
func (w *walker) documents(p papers) {
	w.t.Helper()
	files := map[string]file{}
	for i, input := range wanted(w.doc) {
		name, content := p.of(i)
		files[attribute(input, "name")] = file{name, content}
	}
	if len(files) < 5 {
		w.t.Fatalf("only %d papers are asked for", len(files))
	}
	w.submit("step-documents", map[string]string{"action": "save"}, files)
}

// wanted gives the file inputs of the papers that are not optional.
func wanted(doc *html.Node) (inputs []*html.Node) {
	for _, paper := range find(doc, "li", "class=paper") {
		if slices.ContainsFunc(find(paper, "span"), func(n *html.Node) bool { return attribute(n, "class") == "optional" }) {
			continue
		}
		inputs = append(inputs, find(paper, "input", "type=file")...)
	}
	return inputs
}

// sign goes from the last look to the signature and submits.
func (w *walker) sign() {
	w.t.Helper()
	w.submit("step-check", nil, nil).want(200)
	if w.step() != "declaration" {
		w.t.Fatalf("%s: %s", w.at, text(w.doc))
	}
	signer := find(w.doc, "input", "name=person_id")
	w.submit("step-declaration", map[string]string{"truthful": "yes", "terms": "yes", "person_id": attribute(signer[0], "value"),
		"signature": "Ana Ruiz", "action": "save"}, nil).want(200)
	if w.errors() != "" {
		w.t.Fatal(w.errors())
	}
}
