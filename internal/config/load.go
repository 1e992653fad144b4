package config

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

const envPrefix = "RAMPA_"

// Sources are where a configuration comes from, the strongest first.
type Sources struct {
	Flags   map[string]string // only those given
	Environ []string          // as os.Environ gives it
	File    string            // --config; "" = the file named by RAMPA_CONFIG, or none

	// Strict refuses RAMPA_ variables that mean nothing; a process that serves is strict.
	Strict bool
	// Known are flags of commands that are no options: their variables are not unknown.
	Known []string
}

// Error is a configuration that cannot be used: one line that names the place.
type Error struct {
	Place   string // --listen, RAMPA_LISTEN, rampa.yaml: listen
	Problem string
}

// Error gives the line.
func (e *Error) Error() string { return e.Place + ": " + e.Problem }

// FromFlag reports whether the command line itself is wrong.
func (e *Error) FromFlag() bool { return strings.HasPrefix(e.Place, "--") }

// value is an option's text and where it was found.
type value struct{ text, place string }

// Load builds the configuration of a mode from flags, environment, file and defaults, the first that names an option
// winning, and checks each value. What only a production start needs is checked by CheckServe.
func Load(mode Mode, from Sources) (*Config, error) {
	env := environment(from.Environ)
	if from.Strict {
		if unknown := UnknownVariables(from.Environ, from.Known); len(unknown) > 0 {
			return nil, &Error{unknown[0], "unknown configuration" + DidYouMean(unknown[0], variables(from.Known))}
		}
	}
	file := from.File
	if file == "" {
		file = env[EnvName("config")]
	}
	inFile, err := readFile(file)
	if err != nil {
		return nil, err
	}
	c := &Config{Mode: mode, given: map[string]string{}}
	for _, option := range Options() {
		v, err := option.find(from.Flags, env, inFile)
		if err != nil {
			return nil, err
		}
		if err := c.apply(option, v); err != nil {
			return nil, err
		}
	}
	return c, c.checkTogether()
}

// apply sets one option, or its default.
func (c *Config) apply(o Option, v value) error {
	if v.place == "" {
		v.text = o.DefaultIn(c.Mode)
	} else if !o.In(c.Mode) {
		return &Error{v.place, "only the " + string(o.Only) + " has it"}
	}
	c.given[o.Name] = v.text
	if err := o.set(c, v.text); err != nil {
		place := v.place
		if place == "" {
			place = o.Name
		}
		return &Error{place, err.Error()}
	}
	return nil
}

// find looks an option up where it may stand, the strongest place first. An empty variable counts as none: that is how
// compose files and shells pass "not set".
func (o Option) find(flags, env map[string]string, file map[string]value) (value, error) {
	if text, ok := flags[o.Name]; ok {
		return value{text, "--" + o.Name}, nil
	}
	direct, path := env[o.Env()], env[o.Env()+"_FILE"]
	switch {
	case o.IsSecret() && direct != "" && path != "":
		return value{}, &Error{o.Env(), "set either this or " + o.Env() + "_FILE, not both"}
	case o.IsSecret() && path != "":
		content, err := os.ReadFile(path)
		if err != nil {
			return value{}, &Error{o.Env() + "_FILE", err.Error()}
		}
		return value{strings.TrimSpace(string(content)), o.Env() + "_FILE"}, nil
	case direct != "":
		return value{direct, o.Env()}, nil
	}
	return file[o.Name], nil
}

func (c *Config) checkTogether() error {
	if c.Storage.Ephemeral && c.given["data"] != c.defaultOf("data") {
		return &Error{"ephemeral", "keeps nothing, so it does not go with data: choose one"}
	}
	if (c.IDV.URL == "") != (c.IDV.Secret == "") {
		return &Error{"idv-url", "goes with idv-secret: give both or none"}
	}
	return nil
}

func (c *Config) defaultOf(name string) string {
	option, _ := Find(name)
	return option.DefaultIn(c.Mode)
}

// UnknownVariables are the RAMPA_ variables of an environment that configure nothing, sorted.
func UnknownVariables(environ, known []string) []string {
	valid := variables(known)
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(environment(environ))) {
		if !slices.Contains(valid, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// variables are all variables that mean something: of the options, of their files, and of known flags.
func variables(known []string) []string {
	names := []string{EnvName("config")}
	for _, o := range Options() {
		names = append(names, o.Env())
		if o.IsSecret() {
			names = append(names, o.Env()+"_FILE")
		}
	}
	for _, flag := range known {
		names = append(names, EnvName(flag))
	}
	return names
}

func environment(environ []string) map[string]string {
	env := map[string]string{}
	for _, entry := range environ {
		if name, text, _ := strings.Cut(entry, "="); strings.HasPrefix(name, envPrefix) {
			env[name] = text
		}
	}
	return env
}

// DidYouMean is the end of a message about an unknown name: the nearest known one as a question, or nothing.
func DidYouMean(name string, known []string) string {
	if nearest := Nearest(name, known); nearest != "" {
		return fmt.Sprintf(": did you mean %s?", nearest)
	}
	return ""
}
