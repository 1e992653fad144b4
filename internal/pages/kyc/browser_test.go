package kyc

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/device"

	"rampa/internal/kyc"
	"rampa/internal/web/ui"
	"rampa/internal/web/ui/uitest"
)

var shots = flag.String("shots", "", "write pictures of every page into this folder, at 390 and 1280 px")

// policy is that of the real server: nothing inline, nothing from elsewhere.
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// serve puts the static files and the headers of the real server around a form.
func serve(t *testing.T, form http.Handler) *httptest.Server {
	shared, err := ui.New(ui.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", shared.Static())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		form.ServeHTTP(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// serveScenes serves each scene at /scene/<name>/<language>.
func serveScenes(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			_, header, body := s.page(t, lang)
			mux.HandleFunc("GET /scene/"+s.name+"/"+lang, func(out http.ResponseWriter, _ *http.Request) {
				out.Header().Set("Content-Type", header.Get("Content-Type"))
				out.Write([]byte(body))
			})
		}
	}
	return serve(t, mux)
}

func TestAxeFindsNothingSeriousOnAnyPageOnAPhone(t *testing.T) {
	t.Parallel()
	server, b := serveScenes(t), uitest.NewBrowser(t)
	for _, s := range scenes() {
		for _, lang := range ui.Languages {
			b.Open(server.URL+"/scene/"+s.name+"/"+lang, 390)
			if found := b.Axe(); found != "" {
				t.Errorf("%s in %s:\n%s", s.name, lang, found)
			}
		}
	}
}

func TestPicturesOfEveryPage(t *testing.T) {
	if *shots == "" {
		return // only when asked for: there is nothing to compare them with but eyes
	}
	server, b := serveScenes(t), uitest.NewBrowser(t)
	for _, s := range scenes() {
		for _, width := range []int64{390, 1280} {
			b.Open(server.URL+"/scene/"+s.name+"/es", width)
			suffix := map[int64]string{390: "phone", 1280: "desk"}[width]
			b.Shot(filepath.Join(*shots, s.name+"-"+suffix+".png"))
		}
	}
}

// camera are the flags with which Chromium has a camera that shows a moving picture, and asks nobody for leave.
var camera = []string{"use-fake-device-for-media-stream", "use-fake-ui-for-media-stream"}

func TestTheCameraLeadsThroughThePicturesAndFillsTheInputs(t *testing.T) {
	t.Parallel()
	m := complete()
	m.form.Documents = m.form.Documents[:2] // the paper's two sides
	server, b := serve(t, newHandler(t, m)), uitest.NewBrowser(t, camera...)
	b.Open(server.URL+base+"/selfie?lang=en", 390)
	press := func(button string) {
		t.Helper()
		b.WaitFor(`!document.querySelector("[data-camera=` + button + `]").hidden && !document.querySelector("[data-camera=` + button + `]").disabled`)
		b.Eval(`document.querySelector("[data-camera=` + button + `]").click(); ""`)
	}
	press("start")
	for i, want := range []string{"Your face", "Turn your head to your left", "Smile", "Look up"} {
		b.WaitFor(`document.querySelector(".camera-ask").textContent === "` + want + `" && document.querySelector("video").videoWidth > 0`)
		if i == 1 {
			if found := b.Axe(); found != "" {
				t.Errorf("with the camera open:\n%s", found)
			}
			if *shots != "" {
				b.Shot(filepath.Join(*shots, "camera-phone.png"))
			}
		}
		press("shoot")
	}
	b.WaitFor(`document.activeElement.textContent === "Save and continue"`)
	if n := b.Eval(`String(document.querySelectorAll(".shot canvas").length)`); n != "4" {
		t.Errorf("%s pictures are shown", n)
	}
	if found := b.Axe(); found != "" {
		t.Errorf("with the pictures taken:\n%s", found)
	}
	if *shots != "" {
		b.Shot(filepath.Join(*shots, "camera-done-phone.png"))
	}
	b.Press("\r")
	b.WaitFor(`location.pathname.endsWith("/check")`)
	held := map[string]string{}
	for _, d := range m.form.Documents {
		held[d.Item] = d.Type
	}
	for _, item := range kyc.Items(m.form.Record.Person) {
		if held[item.Code] == "" {
			t.Errorf("%s was not sent", item.Code)
		}
	}
	if held["liveness_capture.smile"] != "image/jpeg" {
		t.Errorf("%v", held)
	}
}

// TestOnAPhoneAFileCanBeChosenToo: there the input opens the camera; a second button brings what is there already.
func TestOnAPhoneAFileCanBeChosenToo(t *testing.T) {
	t.Parallel()
	m := nothing()
	server, b := serve(t, newHandler(t, m)), uitest.NewBrowser(t, "touch-events")
	b.Do(chromedp.Emulate(device.IPhone13))
	b.Do(chromedp.Navigate(server.URL + base + "/identity?lang=en"))
	b.WaitFor(`document.getElementById("document_front-file") !== null`)
	if found := b.Axe(); found != "" {
		t.Errorf("%s", found)
	}
	file := filepath.Join(t.TempDir(), "my card.jpg")
	if err := os.WriteFile(file, []byte(jpg(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Do(chromedp.SetUploadFiles("#document_front-file", []string{file}), chromedp.SetUploadFiles("#document_back", []string{file}))
	b.WaitFor(`document.querySelector(".chosen").textContent === "my card.jpg"`)
	b.Eval(`document.querySelector("#step-identity > .actions .button").click(); ""`)
	b.WaitFor(`location.pathname.endsWith("/selfie")`)
	if n := len(m.form.Documents); n != 2 || m.form.Documents[0].Name != "my card.jpg" {
		t.Errorf("%d documents", n)
	}
}

func TestWithoutLeaveTheCameraSaysSoAndTheInputsStay(t *testing.T) {
	t.Parallel()
	server, b := serve(t, newHandler(t, nothing())), uitest.NewBrowser(t, "use-fake-device-for-media-stream", "deny-permission-prompts")
	b.Open(server.URL+base+"/selfie?lang=en", 390)
	b.WaitFor(`!document.getElementById("camera").hidden`)
	b.Eval(`document.querySelector("[data-camera=start]").click(); ""`)
	b.WaitFor(`!document.querySelector("[data-camera=refused]").hidden`)
	if said := b.Eval(`document.querySelector("[data-camera=refused]").textContent`); !strings.Contains(said, "choose the pictures below") {
		t.Error(said)
	}
	if found := b.Axe(); found != "" {
		t.Errorf("refused:\n%s", found)
	}
}

func TestTheFormCanBeFilledInWithAKeyboardAlone(t *testing.T) {
	t.Parallel()
	m := newMemory()
	server, b := serve(t, newHandler(t, m)), uitest.NewBrowser(t)
	b.Open(server.URL+base+"?lang=en", 390)
	focus := func() string {
		return b.Eval(`(document.activeElement.id || document.activeElement.textContent || document.activeElement.tagName).trim()`)
	}
	tab := func(want string) {
		t.Helper()
		for range 40 {
			b.Press("\t")
			if strings.HasPrefix(focus(), want) {
				return
			}
		}
		t.Fatalf("Tab never reaches %q", want)
	}
	b.Press("\t")
	if got := focus(); got != "Skip to the content" {
		t.Fatalf("Tab begins at %q", got)
	}
	tab("Start")
	b.Press("\r")
	b.WaitFor(`location.pathname.endsWith("/personal")`)
	tab("last_name2")
	tab("nationality")
	b.Press("Spain")
	tab("Save and continue")
	b.Press("\r")
	b.WaitFor(`document.activeElement.id === "error-summary"`)
	tab("phone")
	b.Press("612345678")
	tab("Save and finish later")
	b.Press("\r")
	b.WaitFor(`location.search === "?saved"`)
	if p := m.form.Record.Person.Person; p.Nationality != "ES" || p.Phone != "+34612345678" || p.Name != "Mara" {
		t.Fatalf("%+v", p)
	}
}
