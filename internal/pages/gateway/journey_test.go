package gateway

import (
	"encoding/json"
	"image"
	"image/color"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/net/html"

	"rampa/internal/onramp"
)

var (
	drawing = regexp.MustCompile(`(?s)<svg id="qr"[^>]* viewBox="0 0 (\d+) \d+".*? fill="#000" d="(M\d[^"]*)"`)
	module  = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)
)

// picture paints the page's QR code as a phone would see it: six pixels a module.
func picture(t *testing.T, page string) image.Image {
	t.Helper()
	found := drawing.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no QR code in\n%s", page)
	}
	const scale = 6
	size, _ := strconv.Atoi(found[1])
	out := image.NewGray(image.Rect(0, 0, size*scale, size*scale))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for _, m := range module.FindAllStringSubmatch(found[2], -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		for i := range scale * scale {
			out.SetGray(x*scale+i%scale, y*scale+i/scale, color.Gray{})
		}
	}
	return out
}

func TestTheQRCodeOnThePageSaysTheTransferThatIsDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scene, amount string }{{"transfer", "EUR150.5"}, {"transfer-under", "EUR50.5"}} {
		i := slices.IndexFunc(scenes(), func(s scene) bool { return s.name == c.scene })
		_, _, page := scenes()[i].page(t, "es")
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture(t, page))
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if err != nil {
			t.Fatalf("%s: no reader can read it: %v", c.scene, err)
		}
		lines := strings.Split(read.GetText(), "\n")
		if len(lines) != 11 {
			t.Fatalf("%s: %q", c.scene, lines)
		}
		lines[7] = strings.TrimRight(lines[7], "0")
		want := []string{"BCD", "002", "1", "SCT", "PFSSESM1XXX", "Fintech Payments, S.L", "ES9121000418450200051332", c.amount, "", "", "120037"}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.scene, diff)
		}
	}
}

func TestEveryStepOfThePayerIsDoneOnceAndLeadsOn(t *testing.T) {
	t.Parallel()
	choosing := with(func(m *memory, _ *onramp.Payment) { m.guided() })
	for _, c := range []struct {
		name, path string
		memory     func() *memory
		post       url.Values
		to         string
		did        []string
	}{
		{name: "wallet", path: home + "/wallet", memory: choosing, post: url.Values{"wallet": {" " + wallet + "\n"}, "kind": {"hosted"}, "provider": {"Kraken"}, "own": {"yes"}}, to: home, did: []string{"wallet " + wallet + " hosted Kraken"}},
		{name: "method", path: home + "/pay", memory: choosing, post: url.Values{"method": {"psd2"}, "terms": {"yes"}}, to: "/gateway/psd2?token=" + token, did: []string{"method psd2", "agree " + terms + " 203.0.113.9"}},
		{name: "sent", path: home + "/sent", memory: with(transfer), post: url.Values{}, to: home, did: []string{"announce"}},
		{name: "bank", path: home + "/bank", memory: with(transfer), post: url.Values{}, to: home, did: []string{"pay-from-bank"}},
		{name: "accept", path: home + "/price", memory: paused(onramp.PriceMoved), post: url.Values{"answer": {"accept"}}, to: home, did: []string{"accept"}},
		{name: "refuse", path: home + "/price", memory: paused(onramp.PriceMoved), post: url.Values{"answer": {"refuse"}}, to: home, did: []string{"refuse"}},
		{name: "prove", path: home + "/proof", memory: paused(onramp.ProofNeeded), post: url.Values{"signature": {"0xab"}}, to: home, did: []string{"prove 0xab"}},
		{name: "another method's address", path: "/gateway/psd2?token=" + token, memory: newMemory, to: "/gateway/card?token=" + token},
		{name: "guided, not decided yet", path: "/gateway/card?token=" + token, memory: choosing, to: home},
		{name: "over", path: "/gateway/card?token=" + token, memory: with(sentCoins), to: home},
		{name: "receipt of nothing", path: home + "/receipt", memory: newMemory, to: home},
		{name: "moved on meanwhile", path: home + "/price", memory: func() *memory { m := newMemory(); m.fails = onramp.ErrMove; return m }, post: url.Values{"answer": {"accept"}}, to: home, did: []string{"accept"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := c.memory()
			b := payer(t, m)
			w := b.get
			if c.post != nil {
				w = func(path string) *httptest.ResponseRecorder { return b.post(path, c.post) }
			}
			got := w(c.path)
			if got.Code != http.StatusSeeOther || got.Header().Get("Location") != c.to {
				t.Errorf("%d to %q, want %q\n%s", got.Code, got.Header().Get("Location"), c.to, got.Body)
			}
			if diff := cmp.Diff(c.did, m.did); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFormsOfOtherSitesDoNothing(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/wallet", "/pay", "/sent", "/bank", "/price", "/proof"} {
		m := newMemory()
		r := httptest.NewRequest("POST", home+path, strings.NewReader("answer=accept"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if w := payer(t, m).send(r); w.Code != http.StatusForbidden || len(m.did) > 0 {
			t.Errorf("%s: %d, done %v", path, w.Code, m.did)
		}
	}
}

func TestEventsTellAChangeThatCameBeforeThey(t *testing.T) {
	t.Parallel()
	m := newMemory()
	seen := mark(&m.visit.Payment)
	m.paid()
	w := payer(t, m).get(home + "/events?seen=" + seen)
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/event-stream" || !strings.Contains(w.Body.String(), "event: changed\ndata: payment_received\n\n") {
		t.Errorf("%d %v\n%s", w.Code, w.Header(), w.Body)
	}
}

func TestStreamsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	s := &streams{open: map[string]int{}}
	for range liveMost {
		if !s.enter("a") {
			t.Fatal("refused too early")
		}
	}
	if s.enter("a") || !s.enter("b") {
		t.Error("one address is not bounded, or another is")
	}
	for range liveMost {
		s.leave("a")
	}
	if s.leave("b"); len(s.open) != 0 || !s.enter("a") {
		t.Errorf("left behind: %v", s.open)
	}
}

// shape gives the elements and the names of their attributes: what a string must never change.
func shape(t *testing.T, page string) (elements []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			names := []string{n.Data}
			for _, a := range n.Attr {
				names = append(names, a.Key)
			}
			elements = append(elements, strings.Join(names, " "))
		}
	}
	return elements
}

func TestNaughtyStringsAreOnlyText(t *testing.T) {
	t.Parallel()
	list := []string{`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, "{{.}}", "</textarea><b>", "javascript:alert(1)", "\u202eevil", "\x00a"}
	if b, err := os.ReadFile("../../../../shared/vectors/naughty-strings.json"); err == nil { // beside the repository; elsewhere ours must do
		var more []string
		if err := json.Unmarshal(b, &more); err != nil {
			t.Fatal(err)
		}
		list = append(list, more...)
	}
	byBank, typed := with(transfer)(), with(func(m *memory, _ *onramp.Payment) { m.guided() })()
	paying, typing := payer(t, byBank), payer(t, typed)
	pages := func(s string) []string {
		c := byBank.visit.Payment.Concept
		c.Account.Holder, c.Reference, byBank.visit.Brand.Name, byBank.visit.ChainName, byBank.visit.QR = s, s, "x"+s, s, ""
		again := typing.post(home+"/wallet", url.Values{"wallet": {"x" + s}, "provider": {"x" + s}, "kind": {"hosted"}})
		return []string{paying.get("/gateway/transfer?token=" + token).Body.String(), paying.get(home).Body.String(), again.Body.String()}
	}
	plain := pages("plain")
	for _, s := range list {
		for i, page := range pages(s) {
			if diff := cmp.Diff(shape(t, plain[i]), shape(t, page)); diff != "" {
				t.Errorf("page %d changes with %q:\n%s", i, s, diff)
			}
		}
	}
}
