package list_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"rampa/internal/screening/list"
)

func sample(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func read(t testing.TB, text string, companions ...string) *list.List {
	t.Helper()
	var more []io.Reader
	for _, c := range companions {
		more = append(more, strings.NewReader(c))
	}
	l, err := list.Read(strings.NewReader(text), more...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func day(year, month, day int) list.Birth {
	return list.Birth{Year: year, ToYear: year, Month: month, Day: day}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var nicanor = list.Entry{ID: "7001", Kind: list.Person, Names: []list.Name{{Text: "Nicanor SAMPLE MOROS"}, {Text: "EL EJEMPLO", Weak: true}},
	Births:    []list.Birth{day(1962, 11, 23), {Year: 1961, ToYear: 1961, Circa: true}, {Year: 1960, ToYear: 1963}},
	Countries: []string{"VE", "KP"}, Programs: []string{"VENEZUELA", "SDNT"}}

func TestTheXMLOfOFACIsRead(t *testing.T) {
	t.Parallel()
	want := &list.List{Format: list.OFACXML, PublishedAt: time.Date(2026, 1, 25, 0, 0, 0, 0, time.UTC), Entries: []list.Entry{
		{ID: "36", Kind: list.Organisation, Names: []list.Name{{Text: "EXAMPLAIR AIRLINES"}, {Text: "EXAMPL-AIR"}}, Countries: []string{"CU"}, Programs: []string{"CUBA"}},
		nicanor,
		{ID: "900", Kind: list.Craft, Names: []list.Name{{Text: "SAMPLE STAR"}}, Countries: []string{"LR"}},
	}}
	text := sample(t, "ofac.xml")
	for name, variant := range map[string]string{
		"as it is":           text,
		"with a BOM":         "\uFEFF" + text,
		"without namespaces": strings.NewReplacer(` xmlns="http://tempuri.org/sdnList.xsd"`, "").Replace(text),
		"with a prefix":      strings.NewReplacer("<sdn", "<o:sdn", "</sdn", "</o:sdn", `xmlns="`, `xmlns:o="`).Replace(text),
		"on one line":        strings.Join(strings.Split(text, "\n"), ""),
		"from Windows":       strings.ReplaceAll(text, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			same(t, read(t, variant), want)
		})
	}
}

func TestTheCSVOfOFACIsRead(t *testing.T) {
	t.Parallel()
	sdn := `36,"EXAMPLAIR AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"a.k.a. 'EXA'."` + "\r\n" +
		`7001,"SAMPLE MOROS, Nicanor","individual","VENEZUELA] [SDNT","President",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 23 Nov 1962; alt. DOB circa 1961; POB Caracas, Venezuela; citizen Venezuela; nationality Korea, North; Gender Male; a.k.a. 'EL EJEMPLO'."` + "\r\n" +
		`900,"SAMPLE STAR","vessel",-0- ,-0- ,"D5FF5","Crude Oil Tanker",-0- ,-0- ,"Liberia",-0- ,-0- ` + "\r\n\x1a"
	got := read(t, sdn)
	want := &list.List{Format: list.OFACCSV, Entries: []list.Entry{
		{ID: "36", Kind: list.Organisation, Names: []list.Name{{Text: "EXAMPLAIR AIRLINES"}, {Text: "EXA", Weak: true}}, Programs: []string{"CUBA"}},
		{ID: "7001", Kind: list.Person, Names: nicanor.Names, Births: nicanor.Births[:2], Countries: []string{"VE", "KP"}, Programs: nicanor.Programs},
		{ID: "900", Kind: list.Craft, Names: []list.Name{{Text: "SAMPLE STAR"}}, Countries: []string{"LR"}},
	}}
	same(t, got, want)

	alt := `36,12,"aka","EXAMPL-AIR",-0- ` + "\r\n" + `7001,13,"fka","EJEMPLO, Nico",-0- ` + "\r\n"
	add := `36,25,-0- ,"Havana","Cuba",-0- ` + "\r\n"
	want.Entries[0].Names = []list.Name{{Text: "EXAMPLAIR AIRLINES"}, {Text: "EXAMPL-AIR"}, {Text: "EXA", Weak: true}}
	want.Entries[0].Countries = []string{"CU"}
	want.Entries[1].Names = []list.Name{nicanor.Names[0], {Text: "Nico EJEMPLO"}, nicanor.Names[1]}
	same(t, read(t, sdn, alt, add), want)
	same(t, read(t, sdn, add, alt), want)
}

func TestTheListOfTheEUIsRead(t *testing.T) {
	t.Parallel()
	same(t, read(t, sample(t, "eu.xml")), &list.List{Format: list.EUXML, PublishedAt: time.Date(2026, 1, 20, 10, 57, 3, 0, time.UTC), Entries: []list.Entry{
		{ID: "EU.27.28", Kind: list.Person, Names: []list.Name{{Text: "Sadun Al-Sample"}, {Text: "Abu Sample", Weak: true}, {Text: "Садун Сэмпл"}},
			Births: []list.Birth{day(1937, 4, 28), {Year: 1935, ToYear: 1939, Circa: true}}, Countries: []string{"IQ"}, Programs: []string{"IRQ"}},
		{ID: "EU.3.1", Kind: list.Organisation, Names: []list.Name{{Text: "Sample Shipping & Trading"}}, Countries: []string{"SY"}},
	}})
}

func TestTheListOfTheUNIsRead(t *testing.T) {
	t.Parallel()
	same(t, read(t, sample(t, "un.xml")), &list.List{Format: list.UNXML, PublishedAt: time.Date(2026, 1, 15, 9, 11, 3, 223e6, time.UTC), Entries: []list.Entry{
		{ID: "KPi.933", Kind: list.Person, Names: []list.Name{{Text: "RI SAM PYO"}, {Text: "리삼표"}, {Text: "Yi Sam-pyo"}, {Text: "Lee Sampyo"}, {Text: "Sampi", Weak: true}},
			Births: []list.Birth{day(1964, 7, 17), {Year: 1960, ToYear: 1965}, {Year: 1963, ToYear: 1963, Circa: true}}, Countries: []string{"KP", "CN"}, Programs: []string{"DPRK"}},
		{ID: "110403", Kind: list.Organisation, Names: []list.Name{{Text: "SAMPLE GENERAL TRADING CORPORATION"}, {Text: "SGTC"}}, Countries: []string{"KP"}},
	}})
}

func TestASimpleCSVIsReadInAnyOrderAndEncoding(t *testing.T) {
	t.Parallel()
	text := "name,aliases,type,birth_date,country,program,list_id\n" +
		"José Muñoz,Pepe Muñoz;El Niño,person,1970-05-01,ES,TEST,p1\n" +
		"\"Acme, S.A.\",,company,,Panama,TEST,c1\n" +
		"Ministra Ejemplo,,pep,1960,ES|FR,,p2\n"
	want := []list.Entry{
		{ID: "p1", Kind: list.Person, Names: []list.Name{{Text: "José Muñoz"}, {Text: "Pepe Muñoz"}, {Text: "El Niño"}}, Births: []list.Birth{day(1970, 5, 1)}, Countries: []string{"ES"}, Programs: []string{"TEST"}},
		{ID: "c1", Kind: list.Organisation, Names: []list.Name{{Text: "Acme, S.A."}}, Countries: []string{"PA"}, Programs: []string{"TEST"}},
		{ID: "p2", Kind: list.Person, Category: list.PEP, Names: []list.Name{{Text: "Ministra Ejemplo"}}, Births: []list.Birth{{Year: 1960, ToYear: 1960}}, Countries: []string{"ES", "FR"}},
	}
	latin, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, variant := range map[string]string{
		"as it is": text, "with a BOM": "\uFEFF" + text, "from Windows": strings.ReplaceAll(text, "\n", "\r\n"), "in Windows-1252": latin, "in UTF-16": wide,
		"without a last line end": strings.TrimSuffix(text, "\n"),
		"with other columns": "Birth Date,ID,Full Name,Alias,Kind,Countries,Programs\n1970-05-01,p1,José Muñoz,Pepe Muñoz|El Niño,individual,Spain,TEST\n" +
			",c1,\"Acme, S.A.\",,organisation,PA,TEST\n1960,p2,Ministra Ejemplo,,PEP,Spain;France,\n",
		"with tabs": strings.NewReplacer(`"Acme, S.A."`, "Acme, S.A.", ",", "\t", "Acme\t S", "Acme, S").Replace(text),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := read(t, variant)
			same(t, got.Entries, want)
			same(t, got.Format, list.CSV)
		})
	}
}

func TestXMLInOtherEncodingsIsRead(t *testing.T) {
	t.Parallel()
	text := `<?xml version="1.0" encoding="ISO-8859-1"?><CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>Íñigo Peña</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>`
	latin, err := charmap.ISO8859_1.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(strings.Replace(text, "ISO-8859-1", "utf-16", 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, variant := range []string{latin, wide, "\uFEFF" + text} {
		if got := read(t, variant).Entries[0].Names[0].Text; got != "Íñigo Peña" {
			t.Errorf("got %q", got)
		}
	}
}

func TestADamagedListIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	ofac := sample(t, "ofac.xml")
	for name, c := range map[string]struct{ text, want string }{
		"cut in the middle":     {ofac[:len(ofac)/2], "the file ends in the middle"},
		"a tag that is wrong":   {strings.Replace(ofac, "</akaList>", "</akalist>", 1), "line 21, <akaList>: element <akaList> closed by </akalist>"},
		"an entity of its own":  {strings.Replace(ofac, "&amp;", "&bomb;", 1), "line 34, <title>: invalid character entity &bomb;"},
		"a document type":       {strings.Replace(ofac, "<sdnList", `<!DOCTYPE x [<!ENTITY bomb SYSTEM "file:///etc/passwd">]><sdnList`, 1), "line 2, the document: a document type is not allowed"},
		"an entry without name": {strings.Replace(ofac, "<lastName>SAMPLE STAR</lastName>", "", 1), "line 88, <sdnEntry>: an entry without a name"},
		"another list":          {`<rss version="2.0"></rss>`, "line 1, <rss>: no list of OFAC"},
		"the advanced format":   {`<Sanctions xmlns="x"></Sanctions>`, "take sdn.xml"},
		"no entries":            {`<sdnList></sdnList>`, "it has no entries"},
		"something after":       {ofac + "<sdnList/>", "something follows the end"},
		"an empty file":         {" \n", "the file is empty"},
		"a packed file":         {"PK\x03\x04xxxxxxxx", "unpack it first"},
		"a picture":             {"\x89PNG\x00\x00", "it is not a text"},
		"a strange encoding":    {`<?xml version="1.0" encoding="klingon"?><export/>`, `its encoding "klingon" is not known`},
		"wrong UTF-8":           {"<export>\n<sanctionEntity><nameAlias wholeName=\"\xff\"/></sanctionEntity></export>", "line 2"},
		"a CSV without names":   {"a,b\n1,2\n", `line 1: the header has no column "name"`},
		"a CSV of no kind":      {"name,type\nAna,ghost\n", `line 2, column "type": "ghost" is neither person`},
		"a CSV with a bad date": {"name,birth_date\nAna,1970\nEva,yesterday\n", `line 3, column "birth_date": "yesterday" is no date of birth`},
		"a quote left open":     {"name,type\n\"Ana,person\nEva,person\n", "a quote is not closed"},
		"a row too long":        {"name,type\nAna,person,x\n", "line 2: it has 3 fields, the header has 2"},
		"a nameless row":        {"name,type\n,person\n", `line 2, column "name": an entry without a name`},
		"a companion alone":     {"36,12,\"aka\",\"X\",-0- \n", "a companion of OFAC's sdn.csv"},
		"a short row":           {"36,\"A\",-0- ,\"C\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n37,\"B\"\n", "line 2: a row of sdn.csv has 12 columns"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := list.Read(strings.NewReader(c.text))
			if !errors.Is(err, list.Unreadable) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestAnEntryNeverGrowsWithoutBound(t *testing.T) {
	t.Parallel()
	deep := "<export><sanctionEntity>" + strings.Repeat("<a>", 10_000)
	wide := "<export><sanctionEntity>" + strings.Repeat("<nameAlias/>", 60_000) + "</sanctionEntity></export>"
	long := "<export><sanctionEntity><remark>" + strings.Repeat("x", 5<<20) + "</remark></sanctionEntity></export>"
	for _, text := range []string{deep, wide, long} {
		if _, err := list.Read(strings.NewReader(text)); !errors.Is(err, list.Unreadable) {
			t.Error(err)
		}
	}
}

func TestDatesOfBirthAreReadAsListsWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"23 Nov 1962": "1962-11-23", "1962-11-23": "1962-11-23", "1962-11-23T00:00:00": "1962-11-23", "23/11/1962": "1962-11-23", "23.11.1962": "1962-11-23", "11/23/1962": "1962-11-23",
		"19621123": "1962-11-23", "Nov 1962": "1962-11", "1962-11": "1962-11", "1962": "1962", "circa 1962": "~1962", "c. 1962": "~1962", "1960 to 1965": "1960/1965",
		"between 1960 and 1965": "1960/1965", "1960-1965": "1960/1965", "1950s": "1950/1959", "31/02/1962": "1962-02", "00/00/1962": "1962", "1 de enero de 1960": "1960-01-01",
		"approximately 1970": "~1970", "": "", "unknown": "", "0000": "", "12": "", "99999": "",
	} {
		b, ok := list.ParseBirth(text)
		if got := b.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %s %v, want %s", text, got, ok, want)
		}
	}
}

func TestCountriesAreReadByCodeAndName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ES": "ES", "es": "ES", "Spain": "ES", "Korea, North": "KP", "Democratic People's Republic of Korea": "KP", "SYRIAN ARAB REPUBLIC": "SY", "Burma": "MM", "Côte d’Ivoire": "CI",
		"Iran (Islamic Republic of)": "IR", "The Gambia": "GM", "United Kingdom": "GB", "Bosnia & Herzegovina": "BA", "Russia": "RU", "Venezuela": "VE", "Türkiye": "TR", "Yugoslavia": "", "00": "", "": "",
		"Congo, Democratic Republic of the": "CD", "Region: Gaza": "PS", "Hong Kong": "HK", "North Macedonia": "MK", "Trinidad and Tobago": "TT", "Curaçao": "CW",
	} {
		if got := list.Country(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestIdsAreTheirOwnAndLast(t *testing.T) {
	t.Parallel()
	text := "name,list_id\nAna,7\nEva,7\nRut,\nMar,\n"
	first, second := read(t, text).Entries, read(t, text).Entries
	seen := map[string]bool{}
	for i, e := range first {
		if seen[e.ID] || e.ID == "" || e.ID != second[i].ID {
			t.Errorf("%+v", e)
		}
		seen[e.ID] = true
	}
}

func TestEntriesAreStoredAsTheyAre(t *testing.T) {
	t.Parallel()
	entries := read(t, sample(t, "un.xml")).Entries
	body, err := list.Encode(entries)
	if err != nil {
		t.Fatal(err)
	}
	got, err := list.Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, entries)
	for _, damaged := range [][]byte{nil, body[:len(body)/2], []byte("x")} {
		if _, err := list.Decode(damaged); err == nil {
			t.Error("a damaged body is read")
		}
	}
}

// FuzzRead holds every reader to: an answer or a refusal, never a panic, and never an entry that the matcher cannot take.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"ofac.xml", "eu.xml", "un.xml"} {
		f.Add([]byte(sample(f, name)))
	}
	f.Add([]byte("name,aliases,type,birth_date,country,program,list_id\nJos\xe9,A|B,person,1970-05-01,ES,T,1\n"))
	f.Add([]byte("36,\"A, B\",\"individual\",\"C] [D\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"alt. DOB 1961; a.k.a. 'X'.\"\r\n\x1a"))
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00A\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := list.Read(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, list.Unreadable) {
				t.Fatal(err)
			}
			return
		}
		if len(l.Entries) == 0 {
			t.Fatal("an empty list")
		}
		for _, e := range l.Entries {
			if e.ID == "" || len(e.Names) == 0 || e.Names[0].Text == "" {
				t.Fatalf("%+v", e)
			}
			for _, b := range e.Births {
				if b.Year < 1800 || b.ToYear < b.Year || b.ToYear > 2200 {
					t.Fatalf("%+v", b)
				}
			}
		}
	})
}

// FuzzParseBirth holds the reader of dates to dates that exist.
func FuzzParseBirth(f *testing.F) {
	for _, s := range []string{"23 Nov 1962", "1960 to 1965", "29/02/1961", "~1950s", "20200230"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if b, ok := list.ParseBirth(s); ok && (b.Month > 12 || b.Day > 31 || b.Day > 0 && b.Month == 0 || b.ToYear < b.Year) {
			t.Fatalf("%q: %+v", s, b)
		}
	})
}
