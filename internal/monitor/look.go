package monitor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// finding is what a rule saw: the figures that made it speak, by name, and the explanation in English. The console has
// the same sentences in its own languages and fills in the figures.
type finding struct {
	figures     map[string]string
	explanation string
	evidence    []Transaction // besides the transaction itself
}

// countsAnew reports whether a rule forgets what it told of already.
func (r Rule) countsAnew() bool { return r.Kind != Unusual && r.Kind != NewCountry }

// look gives what the rule sees in t, with earlier the customer's other transactions of the rule's window.
func (r Rule) look(t Transaction, earlier []Transaction) (finding, bool) {
	switch r.Kind {
	case Structuring:
		return r.structuring(t, earlier)
	case Velocity:
		return r.velocity(earlier)
	case Unusual:
		return r.unusual(t, earlier)
	case Volume:
		return r.volume(t, earlier)
	case InAndOut:
		return r.inAndOut(t, earlier)
	case NewCountry:
		return r.newCountry(t, earlier)
	}
	return finding{}, false
}

func (r Rule) structuring(t Transaction, earlier []Transaction) (finding, bool) {
	justBelow := func(o Transaction) bool {
		return o.Direction == t.Direction && o.Amount >= r.From && o.Amount < r.Below
	}
	like := only(earlier, justBelow)
	if !justBelow(t) || len(like)+1 < r.Count {
		return finding{}, false
	}
	total := t.Amount + sum(like)
	return finding{
		figures:     map[string]string{"count": strconv.Itoa(len(like) + 1), "below": money(r.Below), "total": money(total)},
		explanation: fmt.Sprintf("%d transactions just below %s EUR within %s, %s EUR together.", len(like)+1, money(r.Below), words(r.Window), money(total)),
		evidence:    like,
	}, true
}

func (r Rule) velocity(earlier []Transaction) (finding, bool) {
	if len(earlier)+1 < r.Count {
		return finding{}, false
	}
	return finding{
		figures:     map[string]string{"count": strconv.Itoa(len(earlier) + 1)},
		explanation: fmt.Sprintf("%d transactions within %s.", len(earlier)+1, words(r.Window)),
		evidence:    earlier,
	}, true
}

func (r Rule) unusual(t Transaction, earlier []Transaction) (finding, bool) {
	like := only(earlier, func(o Transaction) bool { return o.Direction == t.Direction })
	if len(like) < r.Least || t.Amount < r.Minimum {
		return finding{}, false
	}
	twice := twiceMedian(like)
	if 2*t.Amount <= r.Factor*twice {
		return finding{}, false
	}
	return finding{
		figures:     map[string]string{"median": money(twice / 2), "factor": strconv.FormatInt(r.Factor, 10), "count": strconv.Itoa(len(like))},
		explanation: fmt.Sprintf("%s EUR is more than %d times the customer's median of %s EUR (%d transactions within %s).", money(t.Amount), r.Factor, money(twice/2), len(like), words(r.Window)),
	}, true
}

func (r Rule) volume(t Transaction, earlier []Transaction) (finding, bool) {
	like := only(earlier, func(o Transaction) bool { return o.Direction == In })
	total := t.Amount + sum(like)
	if t.Direction != In || t.Declared <= 0 || total < r.Minimum || total*100 <= t.Declared*r.Share {
		return finding{}, false
	}
	return finding{
		figures:     map[string]string{"total": money(total), "declared": money(t.Declared), "share": strconv.FormatInt(r.Share, 10)},
		explanation: fmt.Sprintf("%s EUR within %s, more than %d %% of the declared monthly volume of %s EUR.", money(total), words(r.Window), r.Share, money(t.Declared)),
		evidence:    like,
	}, true
}

func (r Rule) inAndOut(t Transaction, earlier []Transaction) (finding, bool) {
	in := sum(only(earlier, func(o Transaction) bool { return o.Direction == In }))
	out := t.Amount + sum(only(earlier, func(o Transaction) bool { return o.Direction == Out }))
	if t.Direction != Out || in < r.Minimum || out*100 < in*r.Share {
		return finding{}, false
	}
	return finding{
		figures:     map[string]string{"in": money(in), "out": money(out)},
		explanation: fmt.Sprintf("%s EUR went out within %s of %s EUR coming in.", money(out), words(r.Window), money(in)),
		evidence:    earlier,
	}, true
}

func (r Rule) newCountry(t Transaction, earlier []Transaction) (finding, bool) {
	known := only(earlier, func(o Transaction) bool { return o.Country != "" })
	if t.Country == "" || t.Amount < r.Minimum || len(known) < r.Least || slices.ContainsFunc(known, func(o Transaction) bool { return o.Country == t.Country }) {
		return finding{}, false
	}
	return finding{
		figures:     map[string]string{"country": t.Country, "count": strconv.Itoa(len(known))},
		explanation: fmt.Sprintf("The counterparty is in %s, where none of the %d before within %s was.", t.Country, len(known), words(r.Window)),
	}, true
}

func only(all []Transaction, keep func(Transaction) bool) (out []Transaction) {
	for _, t := range all {
		if keep(t) {
			out = append(out, t)
		}
	}
	return out
}

func sum(all []Transaction) (total int64) {
	for _, t := range all {
		total += t.Amount
	}
	return total
}

// twiceMedian is the median doubled, so that the mean of the two in the middle stays whole.
func twiceMedian(all []Transaction) int64 {
	amounts := make([]int64, len(all))
	for i, t := range all {
		amounts[i] = t.Amount
	}
	slices.Sort(amounts)
	n := len(amounts)
	return amounts[(n-1)/2] + amounts[n/2]
}

// money writes cents as units: 99999 is 999.99.
func money(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// words writes a window: "72 hours", "30 days".
func words(window time.Duration) string {
	if days := window / (24 * time.Hour); days > 3 {
		return fmt.Sprintf("%d days", days)
	}
	return fmt.Sprintf("%d hours", window/time.Hour)
}

// references names the evidence, the oldest first, with t at the end; at most 50.
func references(evidence []Transaction, t Transaction) string {
	names := []string{t.Reference}
	for _, o := range evidence[:min(len(evidence), 49)] { // the newest first
		names = append(names, o.Reference)
	}
	slices.Reverse(names)
	return strings.Join(names, " ")
}
