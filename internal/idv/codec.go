package idv

import (
	"encoding/json"
	"fmt"
	"time"
)

// storedEvidence is Evidence as sealed: the names of its fields are the stored ones, and never change. It has the fields of
// Evidence in their order, so that the compiler refuses one that was forgotten here.
type storedEvidence struct {
	Outcome           Outcome
	Reasons           []string
	Checks            Checks
	DocumentExpiresAt string
	ReceivedAt        time.Time
}

func evidenceContext(caseID string) []byte { return []byte("idv_cases/" + caseID) }

// seal encrypts the evidence of a case, bound to its row.
func (s *Service) seal(caseID string, e Evidence) ([]byte, error) {
	plain, err := json.Marshal(storedEvidence(e))
	if err != nil {
		return nil, fmt.Errorf("encode evidence: %w", err)
	}
	return s.Sealer.Seal(plain, evidenceContext(caseID))
}

// unseal fills in the evidence of a case.
func (s *Service) unseal(c *Case) error {
	if len(c.Sealed) == 0 {
		return nil
	}
	plain, err := s.Sealer.Open(c.Sealed, evidenceContext(c.ID))
	if err != nil {
		return err
	}
	var e storedEvidence
	if err := json.Unmarshal(plain, &e); err != nil {
		return fmt.Errorf("decode evidence: %w", err)
	}
	c.Evidence = (*Evidence)(&e)
	return nil
}
