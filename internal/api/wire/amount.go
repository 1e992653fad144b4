package wire

import (
	"errors"
	"strconv"

	"rampa/internal/api/wire/field"
	"rampa/internal/money"
)

// Amount reads a field as an amount above nothing: a JSON number, or a string that is one, by the grammar of money.Parse.
// What it refuses is an *Invalid of one message in Laravel's words: required, numeric, decimal:0,2 (by value, so that
// 20.500 has one decimal), gt:0 and max, in that order. Of the zero asset, one that the caller does not know, only the
// form is looked at and the amount is none: that the asset is unknown is told by another error.
func Amount(f Fields, name string, of money.Asset) (money.Amount, error) {
	refuse := func(rest string) (money.Amount, error) {
		return money.Amount{}, NewInvalid(name, "The "+label(name)+" field "+rest)
	}
	v := f.Path(name)
	if v.Empty() {
		return refuse("is required.")
	}
	if !isAmount(v) {
		return refuse("must be a number.")
	}
	unknown := of == money.Asset{}
	a, err := money.Parse(v.Text(), of)
	n, _ := v.AsNumber()
	switch {
	case errors.Is(err, money.ErrPrecision) && !unknown && of.Scale == 0:
		return refuse("must have 0 decimal places.")
	case errors.Is(err, money.ErrPrecision) && !unknown:
		return refuse("must have 0-" + strconv.Itoa(of.Scale) + " decimal places.")
	case !n.Positive():
		return refuse("must be greater than 0.")
	case unknown:
		return money.Amount{}, nil
	case err != nil:
		return refuse("must not be greater than " + money.New(money.Max, of).Decimal() + ".")
	}
	return a, nil
}

// isAmount says whether a value has the form of an amount: what JSON calls a number, within the numbers that we read, and
// not minus zero. PHP's further spellings (+1, .5, 01) are none.
func isAmount(v field.Value) bool {
	if _, ok := v.Decimal(); !ok {
		return false
	}
	_, err := money.Parse(v.Text(), money.Asset{})
	return !errors.Is(err, money.ErrSyntax)
}
