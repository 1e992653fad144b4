package idv

import (
	"cmp"
	"slices"
	"strings"

	"rampa/internal/verification"
)

// The parts of a file that a provider can send back.
const (
	partPaper = "paper"
	partFace  = "face"
)

// stepIdentity is the step of the form with the paper's data; each picture is an item of its own.
const stepIdentity = "identity"

// again is what a person reads where the provider gives no reason.
var again = map[string]map[string]string{
	partPaper: {
		"es": "No hemos podido leer su documento de identidad. Hágale fotos de nuevo, con buena luz y sin reflejos.",
		"en": "We could not read your identity document. Please take new photos, in good light and without reflections.",
		"pt": "Não conseguimos ler o seu documento de identidade. Tire novas fotografias, com boa luz e sem reflexos.",
	},
	partFace: {
		"es": "No hemos podido comprobar su cara. Haga las fotos de nuevo, con buena luz y la cara descubierta.",
		"en": "We could not check your face. Please take the photos again, in good light and with your face uncovered.",
		"pt": "Não conseguimos verificar o seu rosto. Tire as fotografias de novo, com boa luz e o rosto descoberto.",
	},
}

// partOf gives the part that a picture belongs to.
func partOf(item string) string {
	if strings.HasPrefix(item, "document_") {
		return partPaper
	}
	return partFace
}

// corrections names what the person does again: the pictures of what did not pass, all of them where the provider does not
// say. A paper that failed may be another one next time: its data is open as well.
func corrections(e Evidence, language string, images []verification.Document) []verification.Correction {
	bad := func(r Result) bool { return r == Fail || r == Unsure }
	open := map[string]bool{partPaper: bad(e.Checks.Document), partFace: bad(e.Checks.FaceMatch) || bad(e.Checks.Liveness)}
	if !open[partPaper] && !open[partFace] {
		open[partPaper], open[partFace] = true, true
	}
	message := func(part string) string {
		return cmp.Or(strings.Join(e.Reasons, " "), again[part][language], again[part]["es"])
	}
	var out []verification.Correction
	add := func(item, part string) {
		known := slices.ContainsFunc(out, func(c verification.Correction) bool { return c.Item == item })
		if open[part] && !known {
			out = append(out, verification.Correction{Item: item, Message: message(part)})
		}
	}
	if e.Checks.Document == Fail {
		add(stepIdentity, partPaper)
	}
	for _, d := range images {
		add("documents."+d.Item, partOf(d.Item))
	}
	if len(out) == 0 { // a file without the pictures that were judged
		open[partPaper] = true
		add(stepIdentity, partPaper)
	}
	return out
}
