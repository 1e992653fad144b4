// Package command is what every command stands on: the process that it runs in, its flags and where their values come from,
// help, errors and exit codes, output as text or JSON, and the Backend that it calls. It must not know any single command,
// nor how anything is done.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"rampa/internal/config"
	"rampa/internal/errs"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // the command line itself is wrong
)

// Process is what a command may touch of the process that it runs in.
type Process struct {
	Args    []string  // without the program's name
	Stdin   io.Reader // nil: nobody can answer a question
	Stdout  io.Writer
	Stderr  io.Writer
	Environ []string         // as os.Environ gives it
	Signals <-chan os.Signal // the first drains, the second ends at once
	Exit    func(code int)   // ends the process at once
	Version Version
	Backend Backend
	// Executable is the program's file, for commands that start servers. "" where there is none: in a test it would be the
	// test itself, which would start itself for ever.
	Executable string
}

// Program is one run of the command line.
type Program struct {
	Process
	root *cobra.Command
}

// New makes the program of a process. The commands are made for it, and given to its Run.
func New(p Process) *Program { return &Program{Process: p} }

// Run runs the command that the arguments name and gives the exit code: 0, 1 for a failure, 2 for a wrong command line.
func (p *Program) Run(ctx context.Context, commands ...*cobra.Command) int {
	p.root = p.rootCommand(commands)
	ctx, stop := p.interruptible(ctx)
	defer stop()
	err := p.unknownCommand()
	if err == nil {
		err = p.root.ExecuteContext(ctx)
	}
	return p.report(err)
}

// interruptible gives a context that ends at the first signal; the second signal ends the process.
func (p *Program) interruptible(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	finished := make(chan struct{})
	go func() {
		select {
		case <-p.Signals:
		case <-finished:
			return
		}
		cancel()
		select {
		case s := <-p.Signals:
			code := exitFailed
			if number, ok := s.(syscall.Signal); ok {
				code = 128 + int(number) // as a shell tells it
			}
			p.Exit(code)
		case <-finished:
		}
	}()
	return ctx, func() { cancel(); close(finished) }
}

// usageError is a wrong command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// Usagef makes the error of a wrong command line: it exits 2.
func Usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// Refusal is several reasons, each a line of its own.
type Refusal struct{ Reasons error }

// Error gives all of them.
func (r Refusal) Error() string { return r.Reasons.Error() }

// report prints an error and gives the exit code.
func (p *Program) report(err error) int {
	if err == nil {
		return exitOK
	}
	if several, ok := errors.AsType[Refusal](err); ok {
		for line := range strings.Lines(several.Error()) {
			fmt.Fprintln(p.Stderr, "rampa: "+strings.TrimSpace(line))
		}
		return exitFailed
	}
	fmt.Fprintln(p.Stderr, "rampa: "+oneLine(err))
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if wrong, ok := errors.AsType[*config.Error](err); ok && wrong.FromFlag() {
		return exitUsage
	}
	return exitFailed
}

// oneLine is what a person at the command line should read: the message of a typed error, the whole text of another.
func oneLine(err error) string {
	text := err.Error()
	if typed, ok := errors.AsType[*errs.Error](err); ok && typed.Kind != errs.Internal && typed.Message != "" {
		text = typed.Message
	}
	return strings.Join(strings.Fields(text), " ")
}

// Version is which program this is.
type Version struct {
	Number string // v1.2.3, v1.2.3-4-gabcdef0, or dev
	Commit string
	Date   string // of the commit, RFC 3339
}

// String is the version as people say it.
func (v Version) String() string {
	if v.Number == "" {
		return "dev"
	}
	return v.Number
}
