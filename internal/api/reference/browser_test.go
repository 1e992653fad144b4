package reference

import (
	"net/http/httptest"
	"testing"

	"rampa/api"
	"rampa/internal/web/ui/uitest"
)

func TestThePageIsAccessibleAndFitsOnAPhone(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(handler(t, api.OpenAPI))
	t.Cleanup(server.Close)
	b := uitest.NewBrowser(t)
	for _, width := range []int64{390, 1280} {
		b.Open(server.URL+"/docs", width)
		if found := b.Axe(); found != "" {
			t.Errorf("axe at %d px:\n%s", width, found)
		}
		if over := b.Eval("String(document.documentElement.scrollWidth - innerWidth)"); over != "0" {
			t.Errorf("at %d px the page is %s px too wide", width, over)
		}
	}
}
