package idv

import (
	"strings"

	"rampa/internal/verification"
)

// The items of the form that a retry sends back: its steps.
const (
	itemIdentity = "identity" // the paper's data and pictures
	itemSelfie   = "selfie"   // the face and the movements
)

// again is what a person reads where the provider gives no reason.
var again = map[string]map[string]string{
	itemIdentity: {
		"es": "No hemos podido leer su documento de identidad. Hágale fotos de nuevo, con buena luz y sin reflejos.",
		"en": "We could not read your identity document. Please take new photos, in good light and without reflections.",
		"pt": "Não conseguimos ler o seu documento de identidade. Tire novas fotografias, com boa luz e sem reflexos.",
	},
	itemSelfie: {
		"es": "No hemos podido comprobar su cara. Haga las fotos de nuevo, con buena luz y la cara descubierta.",
		"en": "We could not check your face. Please take the photos again, in good light and with your face uncovered.",
		"pt": "Não conseguimos verificar o seu rosto. Tire as fotografias de novo, com boa luz e o rosto descoberto.",
	},
}

// corrections names what the person does again: what did not pass, everything where the provider does not say.
func corrections(e Evidence, language string) []verification.Correction {
	bad := func(r Result) bool { return r == Fail || r == Unsure }
	document, face := bad(e.Checks.Document), bad(e.Checks.FaceMatch) || bad(e.Checks.Liveness)
	if !document && !face {
		document, face = true, true
	}
	var out []verification.Correction
	for _, item := range []string{itemIdentity, itemSelfie} {
		if item == itemIdentity && !document || item == itemSelfie && !face {
			continue
		}
		message := strings.Join(e.Reasons, " ")
		if message == "" {
			if message = again[item][language]; message == "" {
				message = again[item]["en"]
			}
		}
		out = append(out, verification.Correction{Item: item, Message: message})
	}
	return out
}
