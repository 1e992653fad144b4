package legal

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestTheEmbeddedTextsAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts, err := Read(Config{}, []string{"es", "en", "pt"})
	if err != nil {
		t.Fatal(err)
	}
	if texts.Version != EmbeddedVersion {
		t.Errorf("version %q", texts.Version)
	}
	for _, name := range []string{"terms", "privacy"} {
		first, _ := texts.Text(name, "es")
		for _, lang := range []string{"en", "pt"} {
			text, ok := texts.Text(name, lang)
			if !ok || len(text.Blocks) != len(first.Blocks) {
				t.Errorf("%s in %s has %d blocks, %d in Spanish", name, lang, len(text.Blocks), len(first.Blocks))
			}
		}
	}
}

func TestATextIsTitleHeadingsListsAndParagraphs(t *testing.T) {
	t.Parallel()
	got := parse("# T\r\n\r\n## H\n\npara\nwrapped\n\n- one\n- two\n")
	want := Text{Title: "T", Blocks: []Block{{Heading: "H"}, {Text: "para\nwrapped"}, {Items: []string{"one", "two"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestATextWithoutTitleOrBodyIsRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "text", "# only a title"} {
		own := fstest.MapFS{"terms.es.txt": {Data: []byte(bad)}}
		if _, err := Read(Config{Dir: own}, []string{"es"}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
