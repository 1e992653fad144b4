package asset

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"rampa/internal/money"
)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func (l *loader) readProjects(src []projectSource) {
	for i, p := range src {
		where, views, key := label("projects", i, p.Project), l.matrix.byName, p.Project
		if uuid := fold(key); uuidForm.MatchString(uuid) {
			views, key = l.matrix.byUUID, uuid
		}
		l.check(where, key != "", "project is missing: the integration's uuid or its name")
		l.check(where, views[key] == nil, "it stands here twice")
		if l.err != nil {
			return
		}
		views[key] = l.view(where, p)
	}
}

// view makes what one project is offered. What can be neither bought nor sold with the rest of it is left out, so that
// nothing is listed that is refused later; where the project itself names it, that is a mistake.
func (l *loader) view(where string, src projectSource) *Project {
	p := &Project{matrix: l.matrix, spread: l.readSpread(where+": spread", src.Spread, l.spread), partnerFee: l.partnerFee}
	if src.Partner != "" {
		p.partnerFee = l.percent(where+": partner", src.Partner)
	}
	l.known(where, src)
	p.methods = l.viewMethods(where, src)
	p.sales = l.viewSales(where, src)
	p.pairs = l.viewPairs(p, src)
	p.methods = slices.DeleteFunc(p.methods, func(m Method) bool {
		return !slices.ContainsFunc(p.pairs, func(pair Pair) bool { return pair.boughtFor(m.Fiat) })
	})
	for _, fiat := range l.matrix.fiats {
		uses := func(pair Pair) bool { return pair.boughtFor(fiat) || pair.soldFor(fiat) }
		if slices.ContainsFunc(p.pairs, uses) {
			p.fiats = append(p.fiats, fiat)
		}
	}
	for _, coin := range l.matrix.coins {
		if slices.ContainsFunc(p.pairs, func(pair Pair) bool { return pair.Coin == coin }) {
			p.coins = append(p.coins, coin)
		}
	}
	l.used(where, src, p)
	l.bounds(where, p)
	p.index()
	return p
}

// known refuses what a project names and the file does not have, or what it names twice.
func (l *loader) known(where string, src projectSource) {
	l.unique(where+": pairs", src.Pairs)
	l.unique(where+": fiats", src.Fiats)
	l.unique(where+": methods", src.Methods)
	for _, key := range src.Pairs {
		in := slices.ContainsFunc(l.pairs, func(p matrixPair) bool { return p.Key() == key })
		l.check(where+": pairs", in, "the pair %q is not in this file", key)
	}
	for _, code := range src.Fiats {
		l.fiat(where+": fiats", code)
	}
	for _, code := range src.Methods {
		in := slices.ContainsFunc(l.methods, func(m matrixMethod) bool { return m.Code == code })
		l.check(where+": methods", in, "the method %q is not in this file", code)
	}
}

// used refuses what a project names and cannot use.
func (l *loader) used(where string, src projectSource, p *Project) {
	for _, key := range src.Pairs {
		in := slices.ContainsFunc(p.pairs, func(p Pair) bool { return p.Key() == key })
		l.check(where+": pairs", in, "%s can be neither bought nor sold with the currencies and methods of this project", key)
	}
	for _, code := range src.Fiats {
		in := slices.ContainsFunc(p.fiats, func(f money.Asset) bool { return f.Code == code })
		l.check(where+": fiats", in, "%s buys nothing and is paid for nothing in this project", code)
	}
	for _, code := range src.Methods {
		in := slices.ContainsFunc(p.methods, func(m Method) bool { return m.Code == code })
		l.check(where+": methods", in, "%s buys nothing in this project", code)
	}
}

func (l *loader) viewMethods(where string, src projectSource) (methods []Method) {
	for _, m := range l.methods {
		if named(src.Methods, m.Code, m.active) && named(src.Fiats, m.Fiat.Code, true) {
			methods = append(methods, m.Method)
		}
	}
	var done []int
	for i, fee := range src.Fees {
		at := label(where+": fees", i, fee.Method+" "+fee.Fiat)
		n := slices.IndexFunc(methods, func(m Method) bool { return m.Code == fee.Method && m.Fiat.Code == fee.Fiat })
		l.check(at, n >= 0, "this project has no method %q for %q", fee.Method, fee.Fiat)
		l.check(at, !slices.Contains(done, n), "it stands here twice")
		if l.err != nil {
			return methods
		}
		done = append(done, n)
		l.override(at, saleSource{Percent: fee.Percent, Fixed: fee.Fixed}, &methods[n].Fee, &methods[n].Fixed)
	}
	return methods
}

func (l *loader) viewSales(where string, src projectSource) (sales []saleTerms) {
	for _, s := range l.sales {
		if named(src.Fiats, s.fiat.Code, true) {
			sales = append(sales, s)
		}
	}
	var done []int
	for i, s := range src.Sales {
		at := label(where+": sales", i, s.Fiat)
		n := slices.IndexFunc(sales, func(o saleTerms) bool { return o.fiat.Code == s.Fiat })
		l.check(at, n >= 0, "nothing is sold for %q in this project", s.Fiat)
		l.check(at, !slices.Contains(done, n), "it stands here twice")
		if l.err != nil {
			return sales
		}
		done = append(done, n)
		l.override(at, s, &sales[n].fee, &sales[n].fixed)
	}
	return sales
}

// override replaces what a project writes of a fee, and leaves the other part.
func (l *loader) override(where string, src saleSource, percent *money.Percent, fixed *money.Amount) {
	l.check(where, src.Percent != "" || src.Fixed != "", "percent or fixed is missing")
	if src.Percent != "" {
		*percent = l.percent(where+": percent", src.Percent)
	}
	if src.Fixed != "" {
		*fixed = l.amount(where+": fixed", src.Fixed, fixed.Asset())
	}
}

func (l *loader) viewPairs(p *Project, src projectSource) (pairs []Pair) {
	for _, m := range l.pairs {
		if !named(src.Pairs, m.Key(), m.active) {
			continue
		}
		pair := m.Pair
		for _, fiat := range l.matrix.fiats {
			switch {
			case !named(src.Fiats, fiat.Code, true) || !named(m.fiats, fiat.Code, true):
				continue
			case pair.Onramp && slices.ContainsFunc(p.methods, func(m Method) bool { return m.Fiat == fiat }):
				pair.MinPurchase = append(pair.MinPurchase, l.least(m, fiat))
			}
			if pair.Offramp && slices.ContainsFunc(p.sales, func(s saleTerms) bool { return s.fiat == fiat }) {
				pair.SaleFiats = append(pair.SaleFiats, fiat)
			}
		}
		pair.Onramp, pair.Offramp = len(pair.MinPurchase) > 0, len(pair.SaleFiats) > 0
		if pair.Onramp || pair.Offramp {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

// least is the greatest of the minima of the currency, the chain and the pair.
func (l *loader) least(pair matrixPair, fiat money.Asset) money.Amount {
	least := l.minima[""][fiat.Code]
	for _, minimum := range []map[string]money.Amount{l.minima[pair.Chain.Code], pair.minimum} {
		if more, ok := minimum[fiat.Code]; ok {
			least = greater(least, more)
		}
	}
	return least
}

// bounds refuses a pair that a method cannot pay for: the least purchase above the method's maximum, or eaten by fees.
// What the network costs is known here in its own currency only; in others the price decides, so the quote looks at it.
func (l *loader) bounds(where string, p *Project) {
	for _, pair := range p.pairs {
		for _, m := range p.methods {
			least, buys := pair.Minimum(m.Fiat)
			if !buys || l.err != nil {
				continue
			}
			at := fmt.Sprintf("%s: %s by %s %s", where, pair.Key(), m.Code, m.Fiat.Code)
			least = greater(least, m.Min)
			l.check(at, least.Cmp(m.Max) <= 0, "the minimum %s is above the method's maximum %s", least, m.Max)
			service, err1 := least.Percent(m.Fee, money.Up)
			partner, err2 := least.Percent(p.partnerFee, money.Up)
			total, err3 := money.Sum(m.Fiat, service, partner, m.Fixed, networkFee(pair.Chain, m.Fiat))
			enough := errors.Join(err1, err2, err3) == nil && total.Cmp(least) < 0
			l.check(at, enough, "fees leave nothing of the minimum %s", least)
		}
	}
}

func networkFee(chain Chain, fiat money.Asset) money.Amount {
	if fiat != feeCurrency {
		return money.Zero(fiat)
	}
	return chain.NetworkFee
}

// named tells whether a list has a word; a list that is absent says otherwise.
func named(list []string, word string, otherwise bool) bool {
	if list == nil {
		return otherwise
	}
	return slices.Contains(list, word)
}

func orTrue(b *bool) bool { return b == nil || *b }

// label names an entry of a list: "pairs: USDC/polygon", or by its number where it has no name.
func label(list string, i int, name string) string {
	if len(name) < 2 { // a separator alone
		return fmt.Sprintf("%s: entry %d", list, i+1)
	}
	return list + ": " + name
}

func sorted(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
