package ui

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Form is what a form shows: values as stored or as typed, and what is wrong with them. Templates ask it for fields.
type Form struct {
	words    Words
	values   url.Values
	errors   map[string]string
	list     []ErrorLink
	ReadOnly bool // every field is shown but cannot be changed
}

// NewForm makes a form over values.
func NewForm(words Words, values url.Values) *Form {
	return &Form{words: words, values: values, errors: map[string]string{}}
}

// Fail adds a message for a field; "" = the form as a whole. The first message of a field is the one shown at it.
func (f *Form) Fail(name, message string) {
	link := ErrorLink{Message: message}
	if name != "" {
		link.Href = "#" + FieldID(name)
		if _, seen := f.errors[name]; !seen {
			f.errors[name] = message
		}
	}
	f.list = append(f.list, link)
}

// Explain replaces the text at the field alone, where the summary's line says more (which person, for instance).
func (f *Form) Explain(name, message string) { f.errors[name] = message }

// Errors gives the lines of the error summary.
func (f *Form) Errors() []ErrorLink { return f.list }

// Failed reports whether anything is wrong.
func (f *Form) Failed() bool { return len(f.list) > 0 }

// Value gives a value as stored or typed.
func (f *Form) Value(name string) string { return f.values.Get(name) }

// Option is a choice of a select or of radio buttons.
type Option struct {
	Value    string
	Label    string
	Hint     string
	ID       string
	Selected bool
}

// Field is one input with its label, hint and error. Kind: input, area, select, radios, checks, check or file.
type Field struct {
	Kind         string
	ID           string
	Name         string
	Label        string
	Hint         string
	Error        string
	Value        string
	Type         string
	Autocomplete string
	InputMode    string
	Width        string // in characters: 5, 10, 20; "" = full
	Suffix       string
	Accept       string
	Max          string // longest text
	Optional     bool
	Checked      bool
	ReadOnly     bool
	Large        bool // the label is the page's own question
	Span         bool // both columns of a grid
	Options      []Option
}

// DescribedBy lists the ids that explain the field to a screen reader.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

var idReplacer = strings.NewReplacer("[", "-", "]", "", ".", "-")

// FieldID gives the id of the input with a name: "people[0][pep]" → "people-0-pep".
func FieldID(name string) string { return idReplacer.Replace(name) }

func (f *Form) field(kind, name, key string, options []string) Field {
	field := Field{Kind: kind, ID: FieldID(name), Name: name, Value: f.values.Get(name), Error: f.errors[name], Type: "text", ReadOnly: f.ReadOnly}
	field.Label = f.words.T(key + ".label")
	if f.words.Has(key + ".hint") {
		field.Hint = f.words.T(key + ".hint")
	}
	for _, option := range options {
		field.set(option)
	}
	return field
}

// set understands "optional", "large", "span", "readonly" and "name=value" of the Field's texts.
func (f *Field) set(option string) {
	name, value, _ := strings.Cut(option, "=")
	switch name {
	case "optional":
		f.Optional = true
	case "large":
		f.Large = true
	case "span":
		f.Span = true
	case "readonly":
		f.ReadOnly = true
	case "type":
		f.Type = value
	case "autocomplete":
		f.Autocomplete = value
	case "inputmode":
		f.InputMode = value
	case "width":
		f.Width = value
	case "suffix":
		f.Suffix = value
	case "max":
		f.Max = value
	case "accept":
		f.Accept = value
	case "hint":
		f.Hint = value
	case "label":
		f.Label = value
	}
}

// Input is a one-line field: label key+".label", hint key+".hint" when it exists. Options: "type=date", "optional",
// "autocomplete=…", "inputmode=…", "width=10", "suffix=%", "max=100", "hint=…", "label=…", "readonly".
func (f *Form) Input(name, key string, options ...string) Field {
	return f.field("input", name, key, options)
}

// Area is a field of several lines.
func (f *Form) Area(name, key string, options ...string) Field {
	return f.field("area", name, key, options)
}

// Check is a single checkbox with the value "yes".
func (f *Form) Check(name, key string, options ...string) Field {
	field := f.field("check", name, key, options)
	field.Checked = field.Value != ""
	return field
}

// File is a field for one or more files.
func (f *Form) File(name, key string, options ...string) Field {
	return f.field("file", name, key, options)
}

// Select is a list to choose one from.
func (f *Form) Select(name, key string, choices []Option, options ...string) Field {
	return f.field("select", name, key, options).among(choices)
}

// Radios is a short list to choose one from.
func (f *Form) Radios(name, key string, choices []Option, options ...string) Field {
	return f.field("radios", name, key, options).among(choices)
}

// Checks is a short list to choose any number from.
func (f *Form) Checks(name, key string, choices []Option, options ...string) Field {
	field := f.field("checks", name, key, options).among(choices)
	for i := range field.Options {
		field.Options[i].Selected = slices.Contains(f.values[name], field.Options[i].Value)
	}
	return field
}

// among gives the field its choices, each with an id, the chosen one marked.
func (f Field) among(choices []Option) Field {
	f.Options = make([]Option, len(choices))
	for i, choice := range choices {
		choice.Selected = choice.Value == f.Value && f.Value != ""
		choice.ID = f.ID
		if i > 0 {
			choice.ID += "-" + strconv.Itoa(i+1)
		}
		f.Options[i] = choice
	}
	return f
}

// Has reports whether a value is there, were it empty.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// FailAt adds a line to the error summary that leads to another page.
func (f *Form) FailAt(link ErrorLink) { f.list = append(f.list, link) }
