// Package repotest holds tests about the repository itself: who imports whom, how big things may grow, what may not be
// written at all. It is a package of tests only and must not know what the code does: it parses, it runs nothing.
//
// A rule that must be broken somewhere gets a line with its reason in exceptions_test.go.
package repotest
