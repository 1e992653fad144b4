package app

import (
	"rampa/internal/asset"
	"rampa/internal/audit"
	"rampa/internal/prove"
	"rampa/internal/store/proof"
)

// newProver makes what proves the books, with the scales of the installation's own matrix where it has one.
func newProver(w *world, s *storage, chain *audit.Chain) (*prove.Service, error) {
	matrix, err := ownRules(w.cfg.Market.Assets, asset.Load)
	if err != nil {
		return nil, err
	}
	if matrix == nil {
		matrix = asset.Default()
	}
	return prove.New(prove.Config{Store: proof.New(s.db), Audit: chain, Assets: matrix.Assets(), Log: w.log, Now: w.now}), nil
}
