package api

import (
	"context"

	"rampa/internal/api/wire"
)

// HandleTest adds a route that only validates, behind the same middleware as any other: for rules of calls to come.
func (a *API) HandleTest(path string, rules wire.Rules) {
	echo := func(context.Context, *request) (any, error) { return wire.Done(), nil }
	a.paths.Handle("/api"+path, a.methods([]route{post(path, wire.Business, rules, echo)}))
}
