package people

import (
	"strings"
)

// Company is nobody's.
type Company struct {
	Country string
	Words   []string // the distinctive ones
	Trade   []string // the common ones
	Form    string
}

var (
	trades = []string{"Trading", "Shipping", "Construction", "Logistics", "Industries", "Holding", "Import Export", "Petrochemical", "Engineering", "Electronics", "Energy",
		"Investment", "Airlines", "Bank", "Services", "Technology", "Mining", "Marine", "Foods", "General Trading", "Oil", "Metals", "Consulting", "Transport", "Group", "International"}
	forms = []string{"LLC", "Ltd", "S.A.", "S.L.", "GmbH", "OOO", "JSC", "Inc.", "Corp.", "FZE", "S.R.L.", "AG", "PLC", "Ltda.", "S.A. de C.V.", "Co., Ltd.", "SARL", "OAO", "PJSC", "A.S.",
		"Limited", "Limited Liability Company", "Joint Stock Company", "Sociedad Anónima", "Company", ""}
	syllable = strings.Fields("al an ar ba bel bor bra cal car cor da del dor el en er fa fer gal gan gor hal har in is ka kal kor la lan lor ma mar mel mon na nor ol or pa per pol quin ra ren ros sa sal ser sol ta tal ter tor ul un va vel ver vi vol xan ya zan zel zor")
	endings  = strings.Fields("a o ia ex on is um ar en ix ora anto ius ema ado iva eza ul ant olis")
	// exchanged are words that other languages and habits write for a trade.
	exchanged = map[string]string{"Bank": "Banco", "Trading": "Comercial", "Construction": "Construcciones", "Group": "Grupo", "International": "Internacional",
		"Industries": "Industrias", "Shipping": "Naviera", "Transport": "Transportes", "Services": "Servicios", "Technology": "Tecnología"}
)

// Company makes a company.
func (m *Maker) Company() Company {
	c := Company{Country: pick(m.R, m.companies.countries), Form: pick(m.R, forms)}
	for range 1 + m.R.IntN(2) {
		c.Words = append(c.Words, m.companyWord())
	}
	for range m.R.IntN(3) {
		c.Trade = append(c.Trade, pick(m.R, trades))
	}
	if len(c.Trade) == 2 && c.Trade[0] == c.Trade[1] {
		c.Trade = c.Trade[:1]
	}
	return c
}

func (m *Maker) companyWord() string {
	if chance(m.R, 30) {
		return First(pick(m.R, m.companies.word))
	}
	word := pick(m.R, syllable)
	for range 1 + m.R.IntN(2) {
		word += pick(m.R, syllable)
	}
	word += pick(m.R, endings)
	return strings.ToUpper(word[:1]) + word[1:]
}

// Another gives a company that shares words with c and is another.
func (m *Maker) AnotherCompany(c Company) Company {
	d := c
	d.Words = append([]string(nil), c.Words...)
	d.Words[m.R.IntN(len(d.Words))] = m.companyWord()
	d.Form = pick(m.R, forms)
	return d
}

// Name writes a company's name.
func (c Company) Name() string {
	parts := append(append([]string(nil), c.Words...), c.Trade...)
	if c.Form == "OOO" || c.Form == "OAO" {
		return c.Form + " " + strings.Join(parts, " ")
	}
	return strings.TrimSpace(strings.Join(parts, " ") + " " + c.Form)
}

// CompanyWay is a class of a company's variants.
type CompanyWay struct {
	Name string
	Of   func(m *Maker, c Company) (string, bool)
}

// CompanyWays are the classes of a company's variants.
var CompanyWays = []CompanyWay{
	{"company_as_listed", func(m *Maker, c Company) (string, bool) { return letterCase(m, c.Name()), true }},
	{"company_form", func(m *Maker, c Company) (string, bool) {
		before := c.Form
		c.Form = pick(m.R, forms)
		return c.Name(), c.Form != before
	}},
	{"company_signs", func(m *Maker, c Company) (string, bool) {
		c.Form = strings.NewReplacer("S.A.", "S. A.", "LLC", "L.L.C.", "S.L.", "SL", "Ltda.", "LTDA", "Ltd", "(Ltd.)").Replace(c.Form)
		return strings.Replace(c.Name(), " ", pick(m.R, []string{"-", " & ", ", ", "  "}), 1), true
	}},
	{"company_typo", func(m *Maker, c Company) (string, bool) {
		c.Words = typo(m, c.Words)
		return c.Name(), true
	}},
	{"company_joined", func(_ *Maker, c Company) (string, bool) {
		if len(c.Words) < 2 {
			return "", false
		}
		c.Words = []string{c.Words[0] + strings.ToLower(c.Words[1])}
		return c.Name(), true
	}},
	{"company_trade_dropped", func(_ *Maker, c Company) (string, bool) {
		if len(c.Trade) == 0 {
			return "", false
		}
		c.Trade = c.Trade[1:]
		return c.Name(), true
	}},
	{"company_trade_translated", func(_ *Maker, c Company) (string, bool) {
		for i, t := range c.Trade {
			if other := exchanged[t]; other != "" {
				c.Trade = append([]string(nil), c.Trade...)
				c.Trade[i] = other
				return c.Name(), true
			}
		}
		return "", false
	}},
	{"company_order", func(_ *Maker, c Company) (string, bool) {
		if len(c.Trade) == 0 {
			return "", false
		}
		return strings.Join(append(append([]string(nil), c.Trade...), c.Words...), " ") + " " + c.Form, true
	}},
}
