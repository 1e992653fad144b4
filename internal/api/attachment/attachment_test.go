package attachment_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"rampa/internal/api/attachment"
	"rampa/internal/api/wire"
)

func value(t testing.TB, json string) wire.Value {
	t.Helper()
	f, err := wire.DecodeJSON([]byte(`{"file":` + json + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return f.Get("file")
}

func quoted(t testing.TB, text string) wire.Value {
	t.Helper()
	b, err := wire.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return value(t, string(b))
}

func TestBase64IsReadWithAndWithoutItsPrefix(t *testing.T) {
	t.Parallel()
	content := append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0, 0xfb, 0xff, 0x3e}, 40)...)
	plain := base64.StdEncoding.EncodeToString(content)
	var wrapped strings.Builder
	for i := 0; i < len(plain); i += 76 {
		wrapped.WriteString(plain[i:min(i+76, len(plain))] + "\r\n\t")
	}
	for _, text := range []string{plain, strings.TrimRight(plain, "="), "data:application/pdf;base64," + plain, "DATA:image/png;BASE64," + plain, "data:;base64," + plain,
		"data:application/pdf;name=a%20b.pdf;base64," + plain, wrapped.String(), "data:application/pdf;base64,\n" + wrapped.String(), "  " + plain + "\n"} {
		if f, err := attachment.Read(quoted(t, text)); err != nil || !bytes.Equal(f.Content, content) || f.Name != "" {
			t.Errorf("%.40q: %d bytes, %v", text, len(f.Content), err)
		}
	}
}

func TestWhatIsNotBase64IsNoFile(t *testing.T) {
	t.Parallel()
	for _, json := range []string{`"not base64!"`, `"JVBER i0="`, `"JVBERi0=="`, `"J===" `, `"J"`, `"=JVB"`, `"JVBERi0=JVBERi0="`, `"-_-_"`, `"data:"`, `"data:,JVBERi0="`, `"data:application/pdf,JVBE"`,
		`"data:application/pdf;base64"`, `"data:application/pdf;base64,"`, `"data:application/pdf;base64,%4a%56"`, `"file:///etc/passwd"`, `"ñandú"`, `"` + "\u202eJVBE" + `"`, `""`, `null`, `7`, `1234`, `true`, `["JVBE"]`, `{"a":"JVBE"}`} {
		if f, err := attachment.Read(value(t, json)); !errors.Is(err, attachment.ErrNotFile) || len(f.Content) > 0 {
			t.Errorf("%s: %d bytes, %v", json, len(f.Content), err)
		}
	}
	if _, err := attachment.Read(quoted(t, "data:"+strings.Repeat("x", 300)+";base64,JVBE")); !errors.Is(err, attachment.ErrNotFile) {
		t.Error("a prefix without end")
	}
}

func TestAnAddressIsToldFromBase64(t *testing.T) {
	t.Parallel()
	for json, want := range map[string]string{`"https://a.example/x.pdf"`: "https://a.example/x.pdf", `"HTTP://A"`: "HTTP://A", `"http://"`: "http://", `"ftp://a"`: "", `"http"`: "", `"httpsx://a"`: "", `"aHR0cHM6Ly8="`: "", `7`: "", `null`: ""} {
		if got := attachment.URL(value(t, json)); got != want {
			t.Errorf("%s: %q", json, got)
		}
	}
}

// FuzzRead: any text is either no file or exactly what it encodes.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"JVBERi0=", "data:image/png;base64,AAAA", "a\nb\tc=", "http://a", "====", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := wire.Marshal(text)
		if err != nil {
			return
		}
		fields, err := wire.DecodeJSON([]byte(`{"file":` + string(b) + `}`))
		if err != nil {
			return
		}
		got, err := attachment.Read(fields.Get("file"))
		if err != nil {
			return
		}
		back := strings.TrimRight(base64.StdEncoding.EncodeToString(got.Content), "=")
		if sent := strings.TrimRight(fields.Get("file").Text(), "="); len(got.Content) == 0 || len(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(sent)) < len(back) {
			t.Errorf("%q gave %q", text, got.Content)
		}
	})
}
