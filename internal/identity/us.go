package identity

// United States. Source: IRS, "How EINs are assigned and valid EIN prefixes".
const USEIN Scheme = "us_ein"

func checkEIN(v string) (string, string) {
	if code := wantDigits(v, 9); code != "" {
		return "", code
	}
	switch n := number(v[:2]); {
	case n == 0, n >= 7 && n <= 9, n >= 17 && n <= 19, n == 28, n == 29, n == 49, n == 69, n == 70, n == 78, n == 79, n == 89, n == 96, n == 97:
		return "", CodeFormat
	}
	return v, ""
}
