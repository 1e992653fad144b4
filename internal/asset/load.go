package asset

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"rampa/internal/identity"
	"rampa/internal/money"
)

// feeCurrency is what network fees are written in.
var feeCurrency = money.Asset{Code: "EUR", Scale: 2}

// The bounds of what a file may say.
const (
	maxUnits    = 1_000_000_000_000_000 // of an amount: sums of millions of them stay inside an int64
	hundred     = money.Percent(100_0000)
	maxDecimals = 36 // of a contract
	maxFiat     = 2  // decimals of a currency: the wire counts in hundredths
	maxName     = 60
)

var (
	fiatCode   = regexp.MustCompile(`^[A-Z]{3}$`)
	coinCode   = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,11}$`)
	chainCode  = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)
	methodCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{1,31}$`)
)

// settlements are how long the money of a method takes.
var settlements = []string{"instant", "minutes", "days"}

// Load reads a matrix in the form of assets.yaml and refuses it with any mistake. The error names the line or the entry.
func Load(data []byte) (*Matrix, error) {
	src, err := decode(data)
	if err != nil {
		return nil, oneLine(err)
	}
	l := &loader{matrix: &Matrix{byUUID: map[string]*Project{}, byName: map[string]*Project{}}}
	l.spread = l.readSpread("spread", src.Spread, Spread{})
	l.partnerFee = l.percent("partner", src.Partner)
	l.readFiats(src.Fiats)
	l.readChains(src.Chains)
	l.readCoins(src.Coins)
	l.readPairs(src.Pairs)
	l.readMethods(src.Methods)
	l.sales = l.readSales("sales", src.Sales)
	if l.err == nil {
		l.matrix.standard = l.view("pairs", projectSource{})
	}
	l.readProjects(src.Projects)
	if l.err != nil {
		return nil, oneLine(l.err)
	}
	return l.matrix, nil
}

// oneLine keeps what a file says from breaking the line in which it is complained of.
func oneLine(err error) error {
	return errors.New("assets: " + strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, err.Error()))
}

// loader reads the parts of a file in order. It keeps the first mistake; what is read after one does not matter.
type loader struct {
	matrix     *Matrix
	minima     map[string]map[string]money.Amount // of a purchase: by "" or chain, then by currency
	names      map[string]string                  // of a coin
	minSale    map[string]money.Amount            // by coin
	pairs      []matrixPair
	methods    []matrixMethod
	sales      []saleTerms
	spread     Spread
	partnerFee money.Percent
	err        error
}

// matrixPair is a pair as the file has it, before a project looks at it.
type matrixPair struct {
	Pair
	fiats   []string // that may buy it or be paid for it; nil: all
	minimum map[string]money.Amount
	active  bool
}

type matrixMethod struct {
	Method
	active bool
}

func (l *loader) fail(where, format string, args ...any) {
	if l.err == nil {
		l.err = errors.New(where + ": " + fmt.Sprintf(format, args...))
	}
}

func (l *loader) check(where string, ok bool, format string, args ...any) {
	if !ok {
		l.fail(where, format, args...)
	}
}

// code refuses a code that is malformed, or that stands before already.
func (l *loader) code(where string, form *regexp.Regexp, code string, before bool) {
	l.check(where, form.MatchString(code), "%q is not a code of the form %s", code, form)
	l.check(where, !before, "%s stands here twice", code)
}

func (l *loader) name(where, name string) {
	good := name != "" && name == strings.TrimSpace(name) && utf8.RuneCountInString(name) <= maxName &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	l.check(where, good, "the name %q is not 1 to %d printable characters", name, maxName)
}

// decimals reads a number of decimals from least to most.
func (l *loader) decimals(where, text string, least, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(n) != text || n < least || n > most {
		l.fail(where, "decimals are a number from %d to %d, not %q", least, most, text)
		return least
	}
	return n
}

// amount reads what is not below nothing; an absent one is nothing.
func (l *loader) amount(where, text string, asset money.Asset) money.Amount {
	if text == "" {
		return money.Zero(asset)
	}
	amount, err := money.Parse(text, asset)
	l.check(where, err == nil && amount.Sign() >= 0 && amount.Units() <= maxUnits,
		"%q is not an amount with at most %d decimals", text, asset.Scale)
	if l.err != nil {
		return money.Zero(asset)
	}
	return amount
}

// positive reads an amount that must be there and above nothing.
func (l *loader) positive(where, text string, asset money.Asset) money.Amount {
	amount := l.amount(where, text, asset)
	l.check(where, amount.Sign() > 0, "must be above 0")
	return amount
}

// percent reads a percentage from 0 to below 100; an absent one is none.
func (l *loader) percent(where, text string) money.Percent {
	if text == "" {
		return 0
	}
	percent, err := money.ParsePercent(text)
	l.check(where, err == nil && percent >= 0 && percent < hundred,
		"%q is not a percentage from 0 to below 100 with at most 4 decimals", text)
	return percent
}

func (l *loader) readSpread(where string, src *spreadSource, absent Spread) Spread {
	if src == nil {
		return absent
	}
	return Spread{Buy: l.percent(where+": buy", src.Buy), Sell: l.percent(where+": sell", src.Sell)}
}

// find gives the asset with a code, which must be among all.
func (l *loader) find(where, what string, all []money.Asset, code string) money.Asset {
	i := slices.IndexFunc(all, func(a money.Asset) bool { return a.Code == code })
	l.check(where, i >= 0, "the %s %q is not in this file", what, code)
	if i < 0 {
		return money.Asset{Code: code}
	}
	return all[i]
}

func (l *loader) fiat(where, code string) money.Asset {
	return l.find(where, "currency", l.matrix.fiats, code)
}

// minimum reads the least purchases by currency.
func (l *loader) minimum(where string, src map[string]string) map[string]money.Amount {
	minimum := map[string]money.Amount{}
	for _, code := range sorted(src) {
		at := where + ": minimum: " + code
		minimum[code] = l.positive(at, src[code], l.fiat(at, code))
	}
	return minimum
}

func (l *loader) readFiats(src []fiatSource) {
	l.minima = map[string]map[string]money.Amount{"": {}}
	l.check("fiats", len(src) > 0, "there is none")
	for i, f := range src {
		where := label("fiats", i, f.Code)
		_, before := l.minima[""][f.Code]
		l.code(where, fiatCode, f.Code, before)
		_, err := currency.ParseISO(f.Code)
		l.check(where, err == nil, "%q is not a currency of ISO 4217", f.Code)
		fiat := money.Asset{Code: f.Code, Scale: l.decimals(where, f.Decimals, 0, maxFiat)}
		l.check(where, fiat.Code != feeCurrency.Code || fiat == feeCurrency, "the euro has 2 decimals")
		l.matrix.fiats = append(l.matrix.fiats, fiat)
		l.minima[""][f.Code] = l.positive(where+": minimum", f.Minimum, fiat)
	}
}

func (l *loader) readChains(src []chainSource) {
	for i, c := range src {
		where := label("chains", i, c.Code)
		_, before := l.minima[c.Code]
		l.code(where, chainCode, c.Code, before)
		l.name(where, c.Name)
		sameID := func(o Chain) bool { return o.ID == c.ID && c.ID != 0 }
		l.check(where, c.ID >= 0 && !slices.ContainsFunc(l.matrix.chains, sameID), "the id %d is below 0 or stands here twice", c.ID)
		fee := l.amount(where+": fee", c.Fee, feeCurrency)
		l.matrix.chains = append(l.matrix.chains, Chain{Code: c.Code, Name: c.Name, ID: c.ID, NetworkFee: fee})
		l.minima[c.Code] = l.minimum(where, c.Minimum)
	}
}

func (l *loader) readCoins(src []coinSource) {
	l.names, l.minSale = map[string]string{}, map[string]money.Amount{}
	for i, c := range src {
		where := label("coins", i, c.Symbol)
		l.code(where, coinCode, c.Symbol, l.names[c.Symbol] != "")
		isFiat := slices.ContainsFunc(l.matrix.fiats, func(f money.Asset) bool { return f.Code == c.Symbol })
		l.check(where, !isFiat, "%s is a currency here", c.Symbol)
		l.name(where, c.Name)
		coin := money.Asset{Code: c.Symbol, Scale: l.decimals(where, c.Decimals, 0, money.MaxScale)}
		l.matrix.coins = append(l.matrix.coins, coin)
		l.names[c.Symbol] = c.Name
		l.minSale[c.Symbol] = l.positive(where+": minimum", c.Minimum, coin)
	}
}

func (l *loader) readPairs(src []pairSource) {
	for i, p := range src {
		where := label("pairs", i, p.Coin+"/"+p.Chain)
		coin := l.find(where, "coin", l.matrix.coins, p.Coin)
		at := slices.IndexFunc(l.matrix.chains, func(c Chain) bool { return c.Code == p.Chain })
		l.check(where, at >= 0, "the chain %q is not in this file", p.Chain)
		if l.err != nil {
			return
		}
		pair := matrixPair{active: orTrue(p.Active), minimum: l.minimum(where, p.Minimum), fiats: p.Fiats}
		pair.Pair = Pair{Coin: coin, Name: l.names[coin.Code], Chain: l.matrix.chains[at], Contract: p.Contract,
			Decimals: l.decimals(where, p.Decimals, coin.Scale, maxDecimals), MinSale: l.minSale[coin.Code],
			Onramp: orTrue(p.Onramp), Offramp: orTrue(p.Offramp)}
		l.check(where, pair.Onramp || pair.Offramp, "it is neither bought nor sold")
		l.unique(where+": fiats", p.Fiats)
		for _, code := range p.Fiats {
			l.fiat(where+": fiats", code)
		}
		l.contract(where, pair.Pair)
		l.pairs = append(l.pairs, pair)
	}
}

// contract refuses an address that is none, and a second coin under one.
func (l *loader) contract(where string, pair Pair) {
	switch {
	case pair.Contract == "":
	case pair.Chain.ID == 0:
		l.fail(where, "%s has no contracts", pair.Chain.Code)
	default:
		right, ok := checksum(pair.Contract)
		l.check(where, ok, "the contract %q is not 0x and 40 hexadecimal digits, not all 0", pair.Contract)
		l.check(where, right == pair.Contract, "the contract %s is not written as EIP-55 wants it: either a digit is wrong, or it is %s", pair.Contract, right)
	}
	for _, o := range l.pairs {
		if o.Chain.Code == pair.Chain.Code {
			l.check(where, o.Coin != pair.Coin, "%s stands here twice", pair.Key())
			l.check(where, o.Contract != pair.Contract, "%s has this contract, or is the chain's own coin, already", o.Key())
		}
	}
}

func (l *loader) readMethods(src []methodSource) {
	for i, m := range src {
		where := label("methods", i, m.Code+" "+m.Fiat)
		before := slices.ContainsFunc(l.methods, func(o matrixMethod) bool { return fold(o.Code) == fold(m.Code) && o.Fiat.Code == m.Fiat })
		l.code(where, methodCode, m.Code, before)
		l.name(where, m.Name)
		fiat := l.fiat(where, m.Fiat)
		method := Method{Code: m.Code, Name: m.Name, Fiat: fiat, Countries: l.countries(where, m.Countries),
			Min: l.positive(where+": minimum", m.Minimum, fiat), Max: l.positive(where+": maximum", m.Maximum, fiat),
			Fee: l.percent(where+": percent", m.Percent), Fixed: l.amount(where+": fixed", m.Fixed, fiat), Settlement: m.Settlement}
		if l.err != nil {
			return
		}
		l.check(where, method.Min.Cmp(method.Max) <= 0, "the minimum %s is above the maximum %s", method.Min, method.Max)
		l.check(where, slices.Contains(settlements, m.Settlement), "settlement is one of %s, not %q", strings.Join(settlements, ", "), m.Settlement)
		l.methods = append(l.methods, matrixMethod{method, orTrue(m.Active)})
	}
}

// countries checks the codes and gives them sorted.
func (l *loader) countries(where string, codes []string) []string {
	where += ": countries"
	l.check(where, len(codes) > 0, "there is none")
	l.unique(where, codes)
	for _, code := range codes {
		l.check(where, identity.IsCountry(code), "%q is not a country of ISO 3166-1", code)
	}
	return slices.Sorted(slices.Values(codes))
}

func (l *loader) readSales(where string, src []saleSource) (sales []saleTerms) {
	for i, s := range src {
		at := label(where, i, s.Fiat)
		before := slices.ContainsFunc(sales, func(o saleTerms) bool { return o.fiat.Code == s.Fiat })
		l.check(at, !before, "%s stands here twice", s.Fiat)
		fiat := l.fiat(at, s.Fiat)
		sales = append(sales, saleTerms{fiat, l.percent(at+": percent", s.Percent), l.amount(at+": fixed", s.Fixed, fiat)})
	}
	return sales
}

// unique refuses a list that says something twice.
func (l *loader) unique(where string, all []string) {
	for i, s := range all {
		l.check(where, !slices.Contains(all[:i], s), "%s stands here twice", s)
	}
}
