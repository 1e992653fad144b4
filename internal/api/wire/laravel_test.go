package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rampa/internal/api/wire"
)

// laravelCase is one case of the reference: rules in order, a body, and the exact 422 body or null.
type laravelCase struct {
	Rules  orderedRules    `json:"rules"`
	Body   string          `json:"body"`  // the body as text, or
	Input  json.RawMessage `json:"input"` // the body as JSON
	Output json.RawMessage `json:"output"`
}

// orderedRules reads an object of rules in the order it is written.
type orderedRules wire.Rules

func (r *orderedRules) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		rules, err := d.Token()
		if err != nil {
			return err
		}
		*r = append(*r, [2]string{name.(string), rules.(string)})
	}
	return nil
}

func readCases(t *testing.T, path string) []laravelCase {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []laravelCase
	if err := json.Unmarshal(content, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// answer is what the API answers to a body: "null" when the rules are kept.
func answer(t *testing.T, rules wire.Rules, body []byte) string {
	t.Helper()
	f, err := wire.DecodeJSON(body)
	if err != nil {
		t.Fatalf("decode %s: %v", body, err)
	}
	return checked(t, rules, f)
}

func checked(t *testing.T, rules wire.Rules, f wire.Fields) string {
	t.Helper()
	invalid := wire.MustRules(rules).Check(f)
	if invalid == nil {
		return "null"
	}
	out, err := wire.Marshal(invalid)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// compact writes the reference's body as we write ours.
func compact(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestThe70CasesOfLaravelGiveTheExactBody(t *testing.T) {
	t.Parallel()
	cases := readCases(t, "testdata/laravel-422.json")
	if len(cases) != 70 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		if bytes.Contains(c.Input, []byte(`\u0000`)) { // the one deliberate difference: no NUL anywhere
			if _, err := wire.DecodeJSON(c.Input); !errors.Is(err, wire.ErrMalformed) {
				t.Errorf("%s: %v, want malformed", c.Input, err)
			}
			continue
		}
		got := answer(t, wire.Rules(c.Rules), c.Input)
		if want := compact(t, c.Output); got != want {
			t.Errorf("%v\n%s\n%s", c.Rules, c.Input, cmp.Diff(want, got))
		}
	}
}

func TestRandomBodiesGiveWhatLaravelAnswers(t *testing.T) {
	t.Parallel()
	cases := readCases(t, "testdata/laravel-more.json")
	if len(cases) < 1000 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		got := answer(t, wire.Rules(c.Rules), []byte(c.Body))
		if want := compact(t, c.Output); got != want {
			t.Errorf("%v\n%s\n%s", c.Rules, c.Body, cmp.Diff(want, got))
		}
	}
}
