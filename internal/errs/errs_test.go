package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"rampa/internal/errs"
)

var errGone = errs.New(errs.NotFound, "gone", "It is gone.")

func TestAnErrorIsFoundByItsCodeWhateverItsCause(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("read: %w", errGone.Because(io.ErrUnexpectedEOF))
	if !errors.Is(err, errGone) || !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errs.New(errs.NotFound, "other", "")) {
		t.Error("the wrapped error is not what it is")
	}
	if errors.Is(errGone, io.ErrUnexpectedEOF) {
		t.Error("Because changed the original")
	}
	if got := err.Error(); got != "read: gone: It is gone.: unexpected EOF" {
		t.Error(got)
	}
}

func TestWhatIsUntypedIsInternal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		kind errs.Kind
		code string
	}{
		{nil, errs.Internal, "unexpected_error"},
		{io.EOF, errs.Internal, "unexpected_error"},
		{errs.Newf(errs.Locked, "locked", "for %d s", 5), errs.Locked, "locked"},
		{fmt.Errorf("x: %w", errGone), errs.NotFound, "gone"},
		{errors.Join(io.EOF, errGone), errs.NotFound, "gone"},
	} {
		if errs.KindOf(c.err) != c.kind || errs.CodeOf(c.err) != c.code {
			t.Errorf("%v: kind %d, code %s", c.err, errs.KindOf(c.err), errs.CodeOf(c.err))
		}
	}
}
