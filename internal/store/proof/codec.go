package proof

import (
	"encoding/json"

	"rampa/internal/prove"
)

// report is what is kept of a run besides its columns.
type report struct {
	Entries  int64   `json:"entries"`
	Accounts int64   `json:"accounts"`
	Froze    bool    `json:"froze,omitempty"`
	Accepted bool    `json:"accepted,omitempty"`
	Checks   []check `json:"checks"`
}

type check struct {
	Name     string       `json:"name"`
	Status   prove.Status `json:"status"`
	Summary  string       `json:"summary"`
	Found    int64        `json:"found,omitempty"`
	Findings []finding    `json:"findings,omitempty"`
}

type finding struct {
	Subject string `json:"subject"`
	Off     string `json:"off,omitempty"`
	Text    string `json:"text"`
}

func encode(r prove.Report) (string, error) {
	out := report{Entries: r.Entries, Accounts: r.Accounts, Froze: r.Froze, Accepted: r.Accepted, Checks: []check{}}
	for _, c := range r.Checks {
		kept := check{Name: c.Name, Status: c.Status, Summary: c.Summary, Found: c.Found}
		for _, f := range c.Findings {
			kept.Findings = append(kept.Findings, finding(f))
		}
		out.Checks = append(out.Checks, kept)
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func decode(text string, r *prove.Report) error {
	var in report
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return err
	}
	r.Entries, r.Accounts, r.Froze, r.Accepted = in.Entries, in.Accounts, in.Froze, in.Accepted
	for _, c := range in.Checks {
		kept := prove.Check{Name: c.Name, Status: c.Status, Summary: c.Summary, Found: c.Found}
		for _, f := range c.Findings {
			kept.Findings = append(kept.Findings, prove.Finding(f))
		}
		r.Checks = append(r.Checks, kept)
	}
	return nil
}
