package config

import (
	"encoding/json"
	"strconv"

	"gopkg.in/yaml.v3"
)

// Setting is one option as it is in force, without secrets.
type Setting struct {
	Name  string
	Value any // string, bool, int or []string
}

// Summary is the configuration in force, in the order of Options, without secrets.
func (c *Config) Summary() []Setting {
	var settings []Setting
	for _, o := range Options() {
		if o.In(c.Mode) {
			settings = append(settings, Setting{o.Name, o.shown(c.given[o.Name])})
		}
	}
	return settings
}

// shown is a checked text in its own type, masked where it must be.
func (o Option) shown(text string) any {
	switch o.Kind {
	case Switch:
		on, _ := parseSwitch(text)
		return on
	case Number:
		n, _ := strconv.Atoi(text)
		return n
	case List:
		return append([]string{}, split(text)...)
	case Hidden:
		return Secret(text).String()
	case Masked:
		return Database(text).String()
	}
	return text
}

// YAML writes the configuration in force as a file that --config would read, but for its secrets.
func (c *Config) YAML() ([]byte, error) {
	root := yaml.Node{Kind: yaml.MappingNode}
	for _, s := range c.Summary() {
		var key, node yaml.Node
		key.SetString(s.Name)
		if err := node.Encode(s.Value); err != nil {
			return nil, err
		}
		root.Content = append(root.Content, &key, &node)
	}
	return yaml.Marshal(&root)
}

// JSON writes the configuration in force as one object.
func (c *Config) JSON() ([]byte, error) {
	object := map[string]any{}
	for _, s := range c.Summary() {
		object[s.Name] = s.Value
	}
	return json.MarshalIndent(object, "", "  ")
}
