package asset_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/asset"
)

func TestAMatrixDeployedElsewhereHasThePairsOfTheFirstWithOtherContracts(t *testing.T) {
	t.Parallel()
	m := asset.Default()
	contracts, want := map[string]string{}, []string{}
	for i, p := range m.Everything() {
		id := p.Chain.ID
		if id != 0 {
			id = 13370
		}
		if p.Contract != "" && p.Coin.Code != "EURC" {
			contracts[p.Key()] = fmt.Sprintf("0x%040d", i)
			p.Contract = contracts[p.Key()]
		}
		want = append(want, fmt.Sprint(p.Key(), id, p.Contract, p.Decimals, p.MinPurchase))
	}
	moved := m.Deployed(13370, contracts)
	var got, views []string
	for _, p := range moved.Everything() {
		got = append(got, fmt.Sprint(p.Key(), p.Chain.ID, p.Contract, p.Decimals, p.MinPurchase))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, p := range moved.Project("", "").Pairs() {
		views = append(views, fmt.Sprint(p.Key(), p.Chain.ID, p.Contract, p.Decimals, p.MinPurchase))
		if found, ok := moved.Project("", "").Pair(p.Coin.Code, p.Chain.Code); !ok || found.Contract != p.Contract {
			t.Errorf("%s is found as %+v", p.Key(), found)
		}
	}
	if diff := cmp.Diff(want, views); diff != "" {
		t.Errorf("a project's view: -want +got:\n%s", diff)
	}
	for _, c := range moved.Chains() {
		if c.ID != 0 && c.ID != 13370 {
			t.Errorf("chain %s has still the id %d", c.Code, c.ID)
		}
	}
	for _, p := range m.Everything() {
		if _, ok := contracts[p.Key()]; ok && p.Contract == contracts[p.Key()] {
			t.Errorf("%s was moved in place", p.Key())
		}
	}
}
