package identity

import (
	"strings"
	"time"
)

// MXCURP is Mexico's Clave Única de Registro de Población. Source: RENAPO, Instructivo normativo para la asignación de la
// CURP (DOF 18 October 2021): four letters of the name, day of birth, sex, state of birth, three consonants of the name, a
// character that tells the century, a check digit.
const MXCURP Scheme = "mx_curp"

// curpStates are RENAPO's keys of the states, and NE for the born abroad.
const curpStates = "AS BC BS CC CS CH CL CM DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE"

// curpForbidden are the words of RENAPO's second annex: it writes an X for their second letter, so none begins a CURP.
const curpForbidden = "BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA CULO FALO FETO " +
	"GETA GUEI GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO " +
	"MAME MAMO MEAR MEAS MEON MIAR MION MOCO MOKO MULA MULO NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO RATA ROBA " +
	"ROBE ROBO RUIN SENO TETA VACA VAGA VAGO VAKA VUEI VUEY WUEI WUEY"

func checkCURP(v string) (string, string) {
	if strings.ContainsRune(v, 'Ñ') { // RENAPO writes X for it
		return "", CodeFormat
	}
	if len(v) != 18 {
		return "", CodeLength
	}
	_, dated := curpDate(v)
	switch {
	case !matches("@@@@999999@@@@@@*9", v) || !dated,
		!oneOf("AEIOUX", v[1]), // the first vowel inside the surname
		!oneOf("HMX", v[10]),
		!strings.Contains(" "+curpStates+" ", " "+v[11:13]+" "),
		strings.ContainsAny(v[13:16], "AEIOU"),
		strings.Contains(" "+curpForbidden+" ", " "+v[:4]+" "):
		return "", CodeFormat
	}
	return verdict(v, v[17] == curpControl(v))
}

// curpControl weighs letters as if Ñ stood after N, though no CURP has it.
func curpControl(v string) byte {
	sum := 0
	for i := range 17 {
		n := int(v[i] - '0')
		if v[i] >= 'A' {
			if n = int(v[i]-'A') + 10; v[i] > 'N' {
				n++
			}
		}
		sum += n * (18 - i)
	}
	return byte('0' + (10-sum%10)%10)
}

// CURPBirthDate is the day of birth inside a CURP in its normal form, YYYY-MM-DD; "" for anything else.
func CURPBirthDate(curp string) string {
	if len(curp) != 18 {
		return ""
	}
	day, _ := curpDate(curp)
	return day
}

// curpDate reads the day of birth: a digit in the seventeenth place means the century before 2000, a letter the one after.
func curpDate(v string) (string, bool) {
	century := "19"
	if v[16] > '9' {
		century = "20"
	}
	day, err := time.Parse("20060102", century+v[4:10])
	if err != nil {
		return "", false
	}
	return day.Format(time.DateOnly), true
}
