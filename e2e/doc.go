// Package e2e is the proof from outside: it builds the program, starts it in processes of its own, and goes through named
// scenarios over HTTP and in a real browser, on both engines. It has tests only, and must not know how anything inside works.
package e2e
