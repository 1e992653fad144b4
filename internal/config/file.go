package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

// readFile reads a YAML file whose keys are option names; name "" gives none.
func readFile(name string) (map[string]value, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &Error{name, "cannot be read: " + err.Error()}
	}
	defer f.Close()
	var document yaml.Node
	if err := yaml.NewDecoder(f).Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{name, oneLine(err)}
	}
	if len(document.Content) == 0 { // empty, or comments only
		return nil, nil
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &Error{name, "must be a list of `name: value` lines"}
	}
	values := map[string]value{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, node := root.Content[i], root.Content[i+1]
		place := fmt.Sprintf("%s:%d: %s", name, key.Line, key.Value)
		option, known := Find(key.Value)
		if !known {
			return nil, &Error{fmt.Sprintf("%s:%d", name, key.Line),
				fmt.Sprintf("unknown key %q", key.Value) + DidYouMean(key.Value, names())}
		}
		if _, twice := values[key.Value]; twice {
			return nil, &Error{place, "stands here twice"}
		}
		text, err := scalar(option, node)
		if err != nil {
			return nil, &Error{place, err.Error()}
		}
		values[key.Value] = value{text, place}
	}
	return values, nil
}

// scalar gives the text of a value, exactly as it was written; a sequence only where the option is a list.
func scalar(o Option, node *yaml.Node) (string, error) {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null":
		return "", errors.New("has no value")
	case node.Kind == yaml.ScalarNode:
		return node.Value, nil
	case node.Kind == yaml.SequenceNode && o.Kind == List:
		var items []string
		if err := node.Decode(&items); err != nil {
			return "", errors.New("must be a list of texts")
		}
		return strings.Join(items, ","), nil
	}
	return "", errors.New("must be a single value")
}

func names() []string {
	var all []string
	for _, o := range Options() {
		all = append(all, o.Name)
	}
	return all
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
