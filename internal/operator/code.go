package operator

import (
	"crypto/subtle"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// Codes follow RFC 6238 with what every authenticator app understands: SHA-1, six digits, 30 seconds.
const period = 30 * time.Second

func codeOptions() totp.ValidateOpts {
	return totp.ValidateOpts{Period: uint(period / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
}

// matchCode gives the step whose code was entered, looking one step to each side for clocks that are slightly off (RFC
// 6238 §5.2). Steps up to last are used up. Every candidate is computed and compared, so that time tells nothing.
func matchCode(secret, code string, at time.Time, last int64) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	for offset := range 3 {
		t := at.Add(time.Duration(offset-1) * period)
		want, err := totp.GenerateCodeCustom(secret, t, codeOptions())
		s := t.Unix() / int64(period/time.Second)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// Enrolment is what an authenticator app needs to know, once.
type Enrolment struct {
	Secret string // base32, for typing
	URL    string // otpauth://
	QR     [][]bool
}

func newSecret(issuer, account string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, SecretSize: 20})
	if err != nil {
		return "", err
	}
	return key.Secret(), nil
}

func enrolment(issuer, account, secret string) (*Enrolment, error) {
	raw, err := decodeSecret(secret)
	if err != nil {
		return nil, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: raw})
	if err != nil {
		return nil, err
	}
	grid, err := grid(key.URL())
	if err != nil {
		return nil, err
	}
	return &Enrolment{Secret: secret, URL: key.URL(), QR: grid}, nil
}

// grid gives the dark modules of a QR code, row by row, without the quiet zone.
func grid(text string) ([][]bool, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	size := code.Bounds().Dx()
	rows := make([][]bool, size)
	for y := range rows {
		rows[y] = make([]bool, size)
		for x := range rows[y] {
			r, _, _, _ := code.At(x, y).RGBA()
			rows[y][x] = r == 0
		}
	}
	return rows, nil
}
