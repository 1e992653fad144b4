package e2e

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// browser is a person's Chromium, with cookies of its own: another browser is another device.
type browser struct {
	t     testing.TB
	ctx   context.Context
	width int64
}

// newBrowser starts Chromium with a window of a width, and with flags of its own. Without scripts it runs none of the pages'
// JavaScript.
func newBrowser(t testing.TB, width int64, scripts bool, flags ...string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("lang", "en-GB"))
	if !scripts {
		options = append(options, chromedp.Flag("blink-settings", "scriptEnabled=false"))
	}
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &browser{t, ctx, width}
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 844)); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return b
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%v\nat %s", err, b.where())
	}
}

// where tells the page for a failure's message.
func (b *browser) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience/6)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 1500)`))
	return at
}

// open goes to an address and waits for an element there.
func (b *browser) open(url, until string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url), chromedp.WaitVisible(until))
}

// eval gives the text that an expression has on the page.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return text
}

func (b *browser) has(selector string) bool {
	b.t.Helper()
	return b.eval(`document.querySelector(`+strconv.Quote(selector)+`) !== null`) == "true"
}

// text is what an element shows.
func (b *browser) text(selector string) string {
	b.t.Helper()
	return b.eval(`document.querySelector(` + strconv.Quote(selector) + `).innerText`)
}

// click presses something and waits until something else is seen. Pages that run over the side are found on the way.
func (b *browser) click(selector, until string) {
	b.t.Helper()
	b.do(chromedp.Click(selector), chromedp.WaitVisible(until))
	if over := b.eval(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); over != "0" {
		b.t.Errorf("%s runs over the side by %s px", b.eval(`location.pathname`), over)
	}
}

// fill enters values into the inputs of a form, by their names.
func (b *browser) fill(form string, values map[string]string) {
	b.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		input := `#` + form + ` [name="` + name + `"]`
		if !b.has(input) {
			b.t.Fatalf("no input %s\nat %s", input, b.where())
		}
		switch kind := b.eval(`document.querySelector(` + strconv.Quote(input) + `).type`); kind {
		case "radio":
			b.do(chromedp.Click(input + `[value="` + values[name] + `"]`))
		case "checkbox":
			b.do(chromedp.Click(input))
		case "password":
			b.do(chromedp.SendKeys(input, values[name])) // key by key, as a person types
		default:
			b.do(chromedp.SetValue(input, values[name]))
		}
	}
}

// save fills a step in, sends it, and waits for what comes next.
func (b *browser) save(step string, values map[string]string, until string) {
	b.t.Helper()
	b.fill("step-"+step, values)
	b.click(`#step-`+step+` .actions button[value="save"]`, until)
}

// unlock enters the password of a company's form.
func (b *browser) unlock(c company, until string) {
	b.t.Helper()
	b.open(c.Link, "#step-password")
	b.fill("step-password", map[string]string{"password": c.Password})
	b.click("#step-password button", until)
}

// people adds two people and two companies with the page's buttons, and says who owns what through whom.
func (b *browser) people() {
	b.t.Helper()
	add := func(what, until string) { b.click(`#step-people button[value="add_`+what+`"]`, `[name="`+until+`"]`) }
	b.fill("step-people", row("people", 0, representative))
	add("person", rowInput("people", 1, "first_name"))
	b.fill("step-people", row("people", 1, owner))
	add("entity", rowInput("entities", 0, "legal_name"))
	b.fill("step-people", row("entities", 0, holding))
	add("entity", rowInput("entities", 1, "legal_name"))
	b.fill("step-people", row("entities", 1, parent))
	id := func(n int) string {
		return b.eval(`document.querySelector('[name="` + rowInput("entities", n, "id") + `"]').value`)
	}
	b.save("people", map[string]string{rowInput("entities", 1, "through"): id(0), rowInput("people", 1, "through"): id(1)}, "#step-documents")
}

// documents chooses a file for each paper that is not optional.
func (b *browser) documents(p papers) {
	b.t.Helper()
	paths := p.write(b.t)
	const papers = `[...document.querySelectorAll("li.paper")].filter(p => !p.querySelector(".optional")).map(p => p.querySelector("input[type=file]").id)`
	n, _ := strconv.Atoi(b.eval(papers + ".length"))
	if n < 5 {
		b.t.Fatalf("only %d papers are asked for\nat %s", n, b.where())
	}
	for i := range n {
		id := b.eval(papers + "[" + strconv.Itoa(i) + "]")
		b.do(chromedp.SetUploadFiles(`[id="`+id+`"]`, []string{paths[i%3]}))
	}
	b.click(`#step-documents .actions button[value="save"]`, "#step-check")
}

// sign goes from the last look to the signature and submits.
func (b *browser) sign() {
	b.t.Helper()
	b.click("#step-check button", "#step-declaration")
	b.fill("step-declaration", map[string]string{"truthful": "yes", "terms": "yes", "signature": "Ana Ruiz"})
	b.do(chromedp.Click(`#step-declaration [name="person_id"]`))
	b.click(`#step-declaration .actions button`, `#status[data-stage="submitted"]`)
}
