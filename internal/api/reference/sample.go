package reference

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"
)

// token is a run of a JSON example with the class that colours it.
type token struct{ Class, Text string }

// pretty writes a node as indented JSON, keys in the file's order.
func pretty(n *yaml.Node) string {
	var out strings.Builder
	writeJSON(&out, n, "")
	return out.String()
}

func writeJSON(out *strings.Builder, n *yaml.Node, indent string) {
	inner := indent + "  "
	switch n.Kind {
	case yaml.MappingNode:
		if len(n.Content) == 0 {
			out.WriteString("{}")
			return
		}
		separator := "{\n"
		for key, value := range pairs(n) {
			out.WriteString(separator + inner + quote(key) + ": ")
			writeJSON(out, value, inner)
			separator = ",\n"
		}
		out.WriteString("\n" + indent + "}")
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			out.WriteString("[]")
			return
		}
		separator := "[\n"
		for _, value := range n.Content {
			out.WriteString(separator + inner)
			writeJSON(out, value, inner)
			separator = ",\n"
		}
		out.WriteString("\n" + indent + "]")
	default:
		switch n.ShortTag() {
		case "!!int", "!!float", "!!bool", "!!null":
			out.WriteString(n.Value)
		default:
			out.WriteString(quote(n.Value))
		}
	}
}

func quote(s string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSpace(out.String())
}

// tokens cuts JSON into coloured runs.
func tokens(s string) []token {
	var out []token
	for s != "" {
		n, class := 0, ""
		switch c := s[0]; {
		case c == '"':
			n = stringEnd(s)
			class = "string"
			if strings.HasPrefix(s[n:], ":") {
				class = "key"
			}
		case c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z':
			n = strings.IndexAny(s, ",\n]} ")
			class = "value"
		default:
			n = strings.IndexAny(s[1:], `"-0123456789abcdefghijklmnopqrstuvwxyz`) + 1
			if n == 0 {
				n = len(s)
			}
		}
		if n < 1 {
			n = len(s)
		}
		out, s = append(out, token{class, s[:n]}), s[n:]
	}
	return out
}

// stringEnd gives the length of the JSON string at the start of s.
func stringEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// curl writes the call as a command for a shell in which $TOKEN holds the token.
func curl(server string, o *operation, parameters []*yaml.Node, body *yaml.Node) string {
	path, query := o.Path, url.Values{}
	for _, p := range parameters {
		example := text(p, "example")
		switch {
		case text(p, "in") == "path":
			path = strings.ReplaceAll(path, "{"+text(p, "name")+"}", example)
		case text(p, "in") == "query" && example != "":
			query.Set(text(p, "name"), example)
		}
	}
	target := server + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	command := "curl -sS "
	if o.Method == "POST" && body == nil {
		command += "-X POST "
	}
	command += shellQuote(target)
	if !o.Public {
		command += " \\\n  -H \"auth: $TOKEN\""
	}
	if body != nil {
		command += " \\\n  -H 'Content-Type: application/json' \\\n  -d " + shellQuote(pretty(body))
	}
	return command
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
