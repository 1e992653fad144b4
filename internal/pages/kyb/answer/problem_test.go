package answer

import "testing"

func TestARequirementLeadsToItsInput(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"company.tax_id": "tax_id", "people.0.birth_date": "people[0][birth_date]", "registered_address.city": "registered_address[city]",
		"documents.identity_document.x": "documents[identity_document.x]", "activity.activity": "activity", "people.1.through": "people[1][through]",
	} {
		if got := inputOf(field); got != want {
			t.Errorf("%s: %s", field, got)
		}
	}
}
