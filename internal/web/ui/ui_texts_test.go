package ui_test

import (
	"os"
	"testing"

	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

func TestEveryTextOfTheSharedPartsExists(t *testing.T) {
	t.Parallel()
	c, err := ui.NewCatalogue(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	uitest.Texts(t, c.Words("es"), os.DirFS("."))
}
