package wire

import (
	"rampa/internal/money"
)

// Decimal is an exact decimal, written as a JSON number: 148.32, never 148.31999999999999.
type Decimal string

// MarshalJSON writes the number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d), nil }

// UnmarshalJSON reads what MarshalJSON wrote: for clients and tests.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	*d = Decimal(b)
	return nil
}

// Number is an amount as a JSON number, in units of its asset.
func Number(a money.Amount) Decimal { return Decimal(a.Decimal()) }
