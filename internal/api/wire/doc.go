// Package wire is the partner's bytes: how a request body becomes named fields, how those fields are validated with
// Laravel's rules and messages, and which bytes an answer or an error has. The quirks of the contract (two error
// regimes, Laravel's 422, its trimming, its numbers) live here and nowhere else. It knows no route, no domain and no
// database: handlers hand it requests, rule sets and plain values.
package wire
