package repotest

// exception lets one place break one rule. A reason is an argument, not an excuse; an exception that nothing needs any
// more fails the test.
type exception struct{ rule, where, reason string }

var exceptions = []exception{
	{"tags", "internal/kyb/codec.go", "the one place that writes a company's file as JSON for storage; the file's own structs have no tags"},
	{"tags", "internal/kyc/codec.go", "the same for a person's file"},
	{"tags", "internal/kyb/rule/rule.go", "the decoder of the requirements file: these structs are that file"},
	{"tags", "internal/kyb/rule/source.go", "the decoder of the requirements file: these structs are that file"},
	{"tags", "internal/onramp/policy.go", "the decoder of the policy file: these structs are that file"},
	{"tags", "internal/payout/rules.go", "the decoder of the rules file: these structs are that file"},
	{"package sizes", "internal/onramp", "one state machine whose steps share moves that nobody else may make; what payers do is to leave it next"},
	{"package sizes", "internal/app", "the wiring of everything: it grows by each domain, and decides nothing"},
	{"globals", "internal/integration/service.go", "a cached token must age by the wall clock, or a sandbox clock that stands still would keep a revoked one alive"},
	{"foreign imports", "internal/mail/compose.go", "letters are made here, and their HTML part needs contextual escaping; no page is rendered"},
}
