package money_test

import (
	"testing"

	"rampa/internal/money"
)

func BenchmarkMoney(b *testing.B) {
	price, amount := mustRate("0.921345678901"), money.New(15050, eur)
	for name, do := range map[string]func(){
		"Parse":   func() { _, _ = money.Parse("150.50", eur) },
		"Decimal": func() { _ = amount.Decimal() },
		"Times":   func() { _, _ = amount.Times(price, usdc, money.Down) },
		"Over":    func() { _, _ = amount.Over(price, usdc, money.Down) },
		"Percent": func() { _, _ = amount.Percent(25_000, money.Up) },
		"Mul":     func() { _, _ = price.Mul(price, money.HalfEven) },
		"Inverse": func() { _, _ = price.Inverse(money.HalfEven) },
		"Plus":    func() { _, _ = price.Plus(15_000, money.Up) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				do()
			}
		})
	}
}

var eur, usdc = money.Asset{Code: "EUR", Scale: 2}, money.Asset{Code: "USDC", Scale: 6}

func mustRate(s string) money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		panic(err)
	}
	return r
}
