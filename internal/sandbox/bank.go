package sandbox

import (
	"fmt"

	"rampa/internal/bank"
	"rampa/internal/money"
)

// PayerIBAN is the account that the sandbox's payers pay from where they name none.
const PayerIBAN = "ES9121000418450200051332"

// BankAccount is the account of an integration that has none.
func BankAccount(integrationID int64) bank.Account {
	branch, number := "67200001", fmt.Sprintf("%010d", integrationID)
	bban := branch + national("00"+branch) + national(number) + number
	return bank.Account{IntegrationID: integrationID, IBAN: "ES" + fmt.Sprintf("%02d", 98-mod97(bban+"142800")) + bban, BIC: "PFSSESM1XXX", Holder: "Fintech Payments, S.L",
		Currency: money.Asset{Code: "EUR", Scale: 2}}
}

// national is the check digit of ten digits of a Spanish account number.
func national(ten string) string {
	sum := 0
	for i, weight := range []int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6} {
		sum += int(ten[i]-'0') * weight
	}
	switch d := 11 - sum%11; d {
	case 11:
		return "0"
	case 10:
		return "1"
	default:
		return fmt.Sprint(d)
	}
}

func mod97(digits string) int {
	m := 0
	for i := range len(digits) {
		m = (m*10 + int(digits[i]-'0')) % 97
	}
	return m
}
