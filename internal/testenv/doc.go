// Package testenv gives tests and benchmarks what they need around the code under test: a private PostgreSQL server.
// It knows how to start such things and nothing of Rampa's own behaviour.
package testenv
