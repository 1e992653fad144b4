package identity

import (
	"errors"
	"testing"
)

func TestEmailsCompareByKey(t *testing.T) {
	t.Parallel()
	key, err := NormalizeEmail(" José(work)@EXÄMPLE。com ")
	if err != nil || key != "josé@xn--exmple-cua.com" {
		t.Errorf("got %q, %v", key, err)
	}
	key, err = NormalizeEmail("a@b..com")
	if problem := (*Problem)(nil); key != "" || !errors.As(err, &problem) || problem.Code != CodeFormat {
		t.Errorf("got %q, %v", key, err)
	}
	if !ValidEmail("a@localhost") || ValidEmail("a@b..com") {
		t.Error("ValidEmail is wrong")
	}
}

func TestDisposableIsTheEmbeddedListAndTheOperators(t *testing.T) {
	t.Parallel()
	d := NewDisposable([]string{"yopmail.com"}, []string{"example.com"})
	if !d.Is("a@x.mailinator.com") || !d.Is("example.com") || d.Is("yopmail.com") || DisposableListVersion == "" {
		t.Error("the lists are not used")
	}
}
