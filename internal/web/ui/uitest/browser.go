package uitest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// pageTimeout is long because CI shares two cores among everything.
const pageTimeout = 60 * time.Second

// Browser is a headless Chromium. Each Tab may be used by one goroutine.
type Browser struct {
	t   *testing.T
	ctx context.Context
}

// NewBrowser starts Chromium, with flags of its own where a test needs them; it ends with the test.
func NewBrowser(t *testing.T, flags ...string) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "es-ES"))
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() { cancel(); stop() })
	b := &Browser{t: t, ctx: ctx}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return b
}

// Do runs actions in the browser's tab, bounded in time.
func (b *Browser) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// Open shows an address in a window of a width and the height of a phone or of a desk.
func (b *Browser) Open(url string, width int64) {
	b.t.Helper()
	b.Do(chromedp.EmulateViewport(width, 844), chromedp.Navigate(url))
}

// Eval runs a script that may give a promise, and gives its text.
func (b *Browser) Eval(script string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageTimeout)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

// WaitFor waits until a condition holds on a page that has loaded. It asks again when the page changes under it.
func (b *Browser) WaitFor(condition string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageTimeout)
	defer cancel()
	for ctx.Err() == nil {
		// Each question waits in the browser for a frame or two, so this does not spin.
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](
			`new Promise(done => setTimeout(() => done(document.readyState === "complete" && (`+condition+`)), 25))`, chromedp.EvalAwaitPromise))
		if err == nil && holds {
			return
		}
	}
	b.t.Fatalf("never came true: %s", condition)
}

// Press presses a key as a keyboard does: "\t", "\r", or a text.
func (b *Browser) Press(keys string) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys))
}

// Shot writes a picture of the whole page.
func (b *Browser) Shot(file string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, pageTimeout)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// audit runs axe-core and the check that nothing runs over the side of the screen.
const audit = `(async () => {
	const result = await axe.run(document, {resultTypes: ["violations"]});
	const lines = result.violations.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => v.impact + " " + v.id + ": " + v.nodes.map(n => n.html.slice(0, 200) + " | " + (n.any[0] ? n.any[0].message : "")).join("\n    "));
	const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
	if (wide > 0) lines.push("runs over the side by " + wide + " px");
	return lines.join("\n");
})()`

// Axe gives the serious and critical violations on the open page; "" when there are none.
func (b *Browser) Axe() string {
	b.t.Helper()
	source, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	b.Eval(source + "; ''")
	return b.Eval(audit)
}

// axe gives the source of axe-core from the lock file's package, installed when it is not there yet.
var axe = sync.OnceValues(func() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	dir := filepath.Join(filepath.Dir(here), "axe")
	file := filepath.Join(dir, "node_modules", "axe-core", "axe.min.js")
	if b, err := os.ReadFile(file); err == nil {
		return string(b), nil
	}
	// Installed aside and renamed, because several packages' tests may come here at once.
	aside, err := os.MkdirTemp("", "axe")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(aside)
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(aside, name), b, 0o600)
		}
		if err != nil {
			return "", err
		}
	}
	npm := exec.Command("npm", "ci", "--no-audit", "--no-fund")
	npm.Dir = aside
	var out bytes.Buffer
	npm.Stdout, npm.Stderr = &out, &out
	if err := npm.Run(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, strings.TrimSpace(out.String()))
	}
	b, err := os.ReadFile(filepath.Join(aside, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	temporary := file + ".new"
	if err := os.WriteFile(temporary, b, 0o644); err != nil {
		return "", err
	}
	return string(b), os.Rename(temporary, file)
})
