package identity

// The Netherlands. Source: Kamer van Koophandel; Belastingdienst (RSIN, btw-id).
const (
	NLKVK  Scheme = "nl_kvk"
	NLRSIN Scheme = "nl_rsin"
)

func checkKVK(v string) (string, string) {
	if code := wantDigits(v, 8); code != "" {
		return "", code
	}
	return v, ""
}

func checkRSIN(v string) (string, string) {
	if code := wantDigits(v, 9); code != "" {
		return "", code
	}
	return verdict(v, elfproef(v))
}

// elfproef is the eleven test of BSN and RSIN.
func elfproef(v string) bool { return weighted(v, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0 }

// checkBTW is the body of a Dutch VAT number: the RSIN, or since 2020 for sole traders a number that is right by
// MOD 97-10 over all of it, so that it does not tell their BSN.
func checkBTW(v string) bool {
	return v[10:] != "00" && (elfproef(v[:9]) || mod97("NL"+v) == 1)
}
