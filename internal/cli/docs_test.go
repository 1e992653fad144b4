package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	shellBlock = regexp.MustCompile("(?ms)^```(?:sh|bash|console)\n(.*?)^```")
	makeTarget = regexp.MustCompile(`(?m)^([a-z-]+):`)
	// A word that ends the part of a line that is our command.
	commandEnd = regexp.MustCompile(`^(\||>|>>|&|&&|;|#.*|2>.*|\))$`)
)

// TestCommandsInTheDocumentationExist runs nothing: it asks the help of every rampa command, and looks up make targets.
func TestCommandsInTheDocumentationExist(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
			for line := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", " ")) {
				if problem := checkLine(t, line, string(makefile)); problem != "" {
					t.Errorf("%s: %s: %s", filepath.Base(page), strings.TrimSpace(line), problem)
				}
				checked++
			}
		}
	}
	if checked == 0 {
		t.Error("the documentation shows no command")
	}
}

// checkLine tells what is wrong with one line of shell, if it is ours.
func checkLine(t *testing.T, line, makefile string) string {
	t.Helper()
	words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "$ "))
	for len(words) > 0 && (strings.HasPrefix(words[0], "RAMPA_") || words[0] == "sudo") {
		words = words[1:]
	}
	for i, word := range words {
		if commandEnd.MatchString(word) {
			words = words[:i]
			break
		}
	}
	switch {
	case len(words) > 1 && words[0] == "make":
		for _, target := range makeTarget.FindAllStringSubmatch(makefile, -1) {
			if target[1] == words[1] {
				return ""
			}
		}
		return "no such make target"
	case len(words) > 2 && words[0] == "go" && words[1] == "run":
		words = words[2:]
		if !strings.HasSuffix(words[0], "cmd/rampa") {
			return ""
		}
	case len(words) == 0 || filepath.Base(words[0]) != "rampa":
		return ""
	}
	return checkCommand(t, words[1:])
}

// checkCommand tells whether a command and its flags exist.
func checkCommand(t *testing.T, words []string) string {
	t.Helper()
	var command, flags []string
	for _, word := range words {
		if strings.HasPrefix(word, "--") {
			name, _, _ := strings.Cut(word, "=")
			flags = append(flags, name)
		} else if len(flags) == 0 {
			command = append(command, word)
		}
	}
	got := run(t, &fake{}, append(command, "--help"))
	if got.code != 0 {
		return strings.TrimSpace(got.stderr)
	}
	for _, flag := range flags {
		if flag != "--help" && !strings.Contains(got.stdout, "\n  "+flag+" ") {
			return "no flag " + flag
		}
	}
	return ""
}

func TestTheDocumentationTestBites(t *testing.T) {
	t.Parallel()
	const makefile = "run: ## it\n\tgo run .\n"
	for line, good := range map[string]bool{
		"make run":     true,
		"$ make build": false,
		"rampa sandbox --listen 127.0.0.1:0 --ephemeral &": true,
		"rampa sandbx":                    false,
		"bin/rampa sandbox --lisen x":     false,
		"go run ./cmd/rampa sandbox":      true,
		"go run ./cmd/rampa sandbx":       false,
		"go run honnef.co/go/tools/x ./y": true,
		`rampa integration create --name "Remesas del Sur" --json | jq .api_key`: true,
		"RAMPA_JSON=1 rampa version > version.json":                              true,
		"curl -s http://127.0.0.1:8080/api --lisen":                              true,
	} {
		if problem := checkLine(t, line, makefile); (problem == "") != good {
			t.Errorf("%s: %q", line, problem)
		}
	}
}
