package repotest

import (
	"slices"
	"strings"
)

// vocabulary is what every unit may use. It uses the standard library and itself only.
var vocabulary = []string{"cursor", "errs", "id", "money"}

// domains are what the business is: each may use the vocabulary, and the domains named beside it.
var domains = map[string]string{
	// leaves: pure, or alone with their own tables
	"alert": "vault webhook audit", "asset": "identity", "audit": "", "blob": "vault", "idempotency": "", "identity": "",
	"kyb": "verification identity", "kyc": "verification identity", "limit": "audit", "link": "", "paper": "", "price": "",
	"vault": "", "verification": "", "webhook": "audit",
	// above them; every one may write events and audit entries
	"bank": "ledger prove webhook audit", "chain": "vault", "psp": "vault audit",
	"customer":    "kyb kyc verification identity alert screening link blob paper vault integration mail job webhook audit",
	"idv":         "verification customer alert vault link job webhook audit",
	"integration": "vault identity webhook audit", "ledger": "webhook audit",
	"lifecycle": "kyb kyc verification customer mail webhook audit", "mail": "vault job webhook audit",
	"monitor":    "limit alert audit",
	"offramp":    "quote asset price bank screening customer limit monitor ledger chain payout webhook audit",
	"onboarding": "kyb kyc verification customer identity link vault mail webhook audit",
	"onramp":     "quote asset price bank psp payout prove screening customer limit monitor ledger chain vault webhook audit",
	"operator":   "vault identity mail webhook audit",
	"payout":     "chain ledger prove webhook audit",
	"prove":      "ledger audit",
	"privacy":    "kyb kyc verification customer onboarding alert blob vault mail webhook audit",
	"quote":      "asset price",
	"screening":  "alert audit",
}

// others are the units around the domains. "domains" stands for all of them, "*" for everything but what only starts
// things: cli, bench and testenv.
var others = map[string]string{
	"errs": "", "id": "", "cursor": "errs", "money": "errs", // the vocabulary itself
	"config": "", "db": "", "job": "db", // job is durable work for whoever wants it: it needs the engines, and no domain
	"store": "domains db job", "storetest": "*",
	"fetch":    "",                                                                         // documents from the world: an adapter of the api
	"ticker":   "price",                                                                    // public prices: an adapter of price
	"verifier": "domains web",                                                              // the verification provider: an edge, and an adapter of idv
	"web":      "", "api": "domains web", "pages": "domains web", "console": "domains web", // edges: never store, db or each other
	"sandbox": "domains web", "app": "* /api",
	"acquirer":   "domains web", // payment service providers: an edge for their callbacks, and an adapter of psp
	"simulation": "*",
	"cli":        "domains app config bench /api", // domains for their types only
	"bench":      "* testenv",
	"testenv":    "*",
	"/api":       "", "/client": "", "/cmd": "cli", "/e2e": "* cli testenv /api /client",
}

// notForDomains are packages that would make a domain know its edge, its tables or its queue.
var notForDomains = []string{"net/http", "database/sql", "html/template", "github.com/jackc/pgx", "modernc.org/sqlite",
	"github.com/riverqueue", "github.com/pressly/goose", "github.com/spf13/cobra"}

// mayImport tells whether one unit may import another; known is false for a unit that has no row above.
func mayImport(from, to string) (may, known bool) {
	row, isDomain := domains[from]
	if !isDomain {
		if row, known = others[from]; !known {
			return false, false
		}
	}
	allowed := strings.Fields(row)
	isVocabulary := slices.Contains(vocabulary, to) && !slices.Contains(vocabulary, from) && !strings.HasPrefix(from, "/")
	_, toDomain := domains[to]
	everything := !slices.Contains([]string{"cli", "bench", "testenv"}, to) && !strings.HasPrefix(to, "/")
	switch {
	case from == to, isVocabulary, slices.Contains(allowed, to):
		return true, true
	case slices.Contains(allowed, "domains") && (toDomain || to == "job"):
		return true, true
	case slices.Contains(allowed, "*") && everything:
		return true, true
	}
	return false, true
}

// checkArrows holds the dependency arrows of the design: cmd → cli → app → everything; edges and job workers → domains,
// never store or db; store → domains and db; domains never store, db or an edge. Tests may import what they need.
func checkArrows(t *tree) (broken []violation) {
	for _, f := range t.files {
		if f.forTests() {
			continue
		}
		for _, imported := range f.imports() {
			dir, ours := strings.CutPrefix(imported, "rampa/")
			if !ours {
				continue
			}
			from, to := f.unit(), unitOf(dir)
			switch may, known := mayImport(from, to); {
			case isTestPackage(dir) && !(from == "bench" && to == "testenv"):
				broken = append(broken, violation{f.path, "imports " + imported + ", which is for tests"})
			case !known:
				broken = append(broken, violation{f.path, from + " has no row in arrows_test.go: say what it may import"})
			case !may:
				broken = append(broken, violation{f.path, from + " must not import " + to})
			}
		}
	}
	return broken
}

// checkForeignImports keeps HTTP, SQL and queues out of the domains, and everything out of the vocabulary.
func checkForeignImports(t *tree) (broken []violation) {
	for _, f := range t.files {
		if f.forTests() {
			continue
		}
		for _, imported := range f.imports() {
			first, _, _ := strings.Cut(imported, "/")
			_, isDomain := domains[f.unit()]
			forbidden := func(prefix string) bool { return imported == prefix || strings.HasPrefix(imported, prefix+"/") }
			switch {
			case isDomain && slices.ContainsFunc(notForDomains, forbidden):
				broken = append(broken, violation{f.path, "a domain must not know " + imported})
			case slices.Contains(vocabulary, f.unit()) && strings.Contains(first, "."):
				broken = append(broken, violation{f.path, "the vocabulary stands on the standard library, not on " + imported})
			}
		}
	}
	return broken
}

// engineUnits are where the engines' names may stand.
var engineUnits = []string{"db", "config", "cli", "app", "testenv", "bench", "job", "/cmd", "/e2e"}
