package phone_test

import (
	"errors"
	"strings"
	"testing"

	"rampa/internal/identity"
	"rampa/internal/identity/phone"
)

func TestNumbersBecomeE164(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ number, country, want string }{ // want: E.164, or the problem's code after "!"
		{"612 34 56 78", "ES", "+34612345678"}, {"+34 612-345-678", "", "+34612345678"}, {"0034612345678", "CL", "+34612345678"}, {"(+34) 912.345.678", "ES", "+34912345678"},
		{"34612345678", "ES", "+34612345678"}, {"６１２３４５６７８", "ES", "+34612345678"}, {" 612345678\t", "ES", "+34612345678"},
		{"9 6123 4567", "CL", "+56961234567"}, {"55 1234 5678", "MX", "+525512345678"}, {"+52 1 55 1234 5678", "MX", "!length"}, {"300 1234567", "CO", "+573001234567"},
		{"912 345 678", "PE", "+51912345678"}, {"011 15-2345-6789", "AR", "+5491123456789"}, {"+54 9 11 2345-6789", "AR", "+5491123456789"},
		{"07400 123456", "GB", "+447400123456"}, {"(201) 555-0123", "US", "+12015550123"},
		{"612345678", "", "!format"}, {"612345678", "ZZ", "!format"}, {"61234567", "ES", "!length"}, {"6123456789", "ES", "!length"}, {"112", "ES", "!length"}, {"412345678", "ES", "!format"},
		{"+999612345678", "ES", "!format"}, {"0800-FLOWERS", "US", "!format"}, {"612345678;ext=1", "ES", "!format"}, {"tel:+34612345678", "ES", "!format"}, {"", "ES", "!format"}, {"+", "ES", "!format"},
		{"++34612345678", "", "+34612345678"}, {strings.Repeat("6", 70), "ES", "!format"}, {"٦١٢٣٤٥٦٧٨", "ES", "!format"}, {"612345678\n", "ES", "+34612345678"}, {"612\x00345678", "ES", "!format"},
	} {
		got, err := phone.Normalize(c.number, c.country)
		if problem := (*identity.Problem)(nil); errors.As(err, &problem) {
			got = "!" + problem.Code
			if problem.Params["example"] == "" {
				t.Errorf("Normalize(%q, %s): no example", c.number, c.country)
			}
		}
		if got != c.want {
			t.Errorf("Normalize(%q, %s) = %q, want %q", c.number, c.country, got, c.want)
		}
	}
}

func TestEveryCountrysExampleIsANumber(t *testing.T) {
	t.Parallel()
	for _, country := range append(identity.Countries(), "", "ZZ", "XK") {
		if _, err := phone.Normalize(phone.Example(country), country); err != nil {
			t.Errorf("%s: %q: %v", country, phone.Example(country), err)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, country := range []string{"ES", "CL", "MX", "CO", "PE", "AR", "US", ""} {
		f.Add(phone.Example(country), country)
	}
	f.Add("0034 612345678", "MX")
	f.Fuzz(func(t *testing.T, number, country string) {
		e164, err := phone.Normalize(number, country)
		if err != nil {
			if problem := (*identity.Problem)(nil); !errors.As(err, &problem) || e164 != "" {
				t.Errorf("Normalize(%q, %q) = %q, %v", number, country, e164, err)
			}
			return
		}
		if len(e164) < 5 || len(e164) > 16 || e164[0] != '+' || strings.Trim(e164[1:], "0123456789") != "" {
			t.Errorf("Normalize(%q, %q) = %q, which is not E.164", number, country, e164)
		}
		for _, from := range []string{country, "", "JP"} {
			if again, err := phone.Normalize(e164, from); err != nil || again != e164 {
				t.Errorf("Normalize(%q, %q) = %q, of which Normalize says %q, %v", number, country, e164, again, err)
			}
		}
	})
}
