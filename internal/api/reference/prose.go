package reference

import "strings"

// block is a paragraph (one item) or a list of a description.
type block struct {
	List  bool
	Items [][]span
}

// span is a run of text: plain, code, strong or a link.
type span struct {
	Kind string
	Text string
	Href string
}

// prose reads the little of CommonMark that descriptions use: paragraphs, lists with "- ", code, strong and links.
func prose(s string) []block {
	var out []block
	for part := range strings.SplitSeq(strings.TrimSpace(s), "\n\n") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if !strings.HasPrefix(part, "- ") {
			out = append(out, block{Items: [][]span{spans(strings.Join(strings.Fields(part), " "))}})
			continue
		}
		list := block{List: true}
		for item := range strings.SplitSeq("\n"+part, "\n- ") {
			if item = strings.Join(strings.Fields(item), " "); item != "" {
				list.Items = append(list.Items, spans(item))
			}
		}
		out = append(out, list)
	}
	return out
}

func spans(s string) []span {
	var out []span
	for s != "" {
		at := strings.IndexAny(s, "`*[")
		if at < 0 {
			return append(out, span{Text: s})
		}
		found, rest, ok := marked(s[at:])
		if !ok { // a lone sign is only itself
			at++
			out, s = append(out, span{Text: s[:at]}), s[at:]
			continue
		}
		if at > 0 {
			out = append(out, span{Text: s[:at]})
		}
		out, s = append(out, found), rest
	}
	return out
}

// marked reads the span that s starts with.
func marked(s string) (found span, rest string, ok bool) {
	if inner, after, ok := enclosed(s, "`", "`"); ok {
		return span{Kind: "code", Text: inner}, after, true
	}
	if inner, after, ok := enclosed(s, "**", "**"); ok {
		return span{Kind: "strong", Text: inner}, after, true
	}
	if label, after, ok := enclosed(s, "[", "]"); ok {
		if href, after, ok := enclosed(after, "(", ")"); ok {
			return span{Kind: "link", Text: label, Href: href}, after, true
		}
	}
	return span{}, s, false
}

func enclosed(s, opening, closing string) (inner, after string, ok bool) {
	rest, ok := strings.CutPrefix(s, opening)
	if !ok {
		return "", "", false
	}
	inner, after, ok = strings.Cut(rest, closing)
	return inner, after, ok && inner != ""
}
