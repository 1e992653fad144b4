package config

import (
	"strings"
)

// Kind is the form of an option's value.
type Kind int

// The kinds of value.
const (
	Text Kind = iota
	Switch
	Number
	List   // comma-separated, or a sequence in the YAML file
	Hidden // a secret: also read from the file named by RAMPA_<NAME>_FILE, never printed
	Masked // a DSN: read as a secret, printed without its password
)

// Option is one thing to configure: the flag --Name, the variable RAMPA_NAME and the key Name of the file.
type Option struct {
	Name    string
	Value   string // what stands for the value in help: HOST:PORT
	Help    string // one line
	Group   string // heading in help
	Kind    Kind
	Default string
	Sandbox string // the default outside production, where it differs
	Only    Mode   // the one mode that has it; "" = all

	set func(c *Config, text string) error
}

// Env is the option's environment variable.
func (o Option) Env() string { return EnvName(o.Name) }

// In reports whether a mode has the option.
func (o Option) In(mode Mode) bool { return o.Only == "" || o.Only == mode || mode == Tool }

// IsSecret reports whether the option may also be given as a file.
func (o Option) IsSecret() bool { return o.Kind == Hidden || o.Kind == Masked }

// DefaultIn is the option's default in a mode.
func (o Option) DefaultIn(mode Mode) string {
	if mode != Production && o.Sandbox != "" {
		return o.Sandbox
	}
	return o.Default
}

// EnvName is the environment variable of a flag: RAMPA_DRAIN_TIMEOUT for drain-timeout.
func EnvName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Options are all options, in the order in which help and `rampa config` show them.
func Options() []Option {
	return concat(httpOptions(), storageOptions(), limitOptions(), mailOptions(), providerOptions(), ruleOptions(), marketOptions(), legalOptions(), generalOptions())
}

// Find gives the option of a name.
func Find(name string) (Option, bool) {
	for _, o := range Options() {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

func concat(groups ...[]Option) []Option {
	var all []Option
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

func httpOptions() []Option {
	const group = "HTTP"
	return []Option{
		{Name: "listen", Value: "HOST:PORT", Group: group, Default: "127.0.0.1:8080",
			Help: "address to listen on; port 0 picks one",
			set:  func(c *Config, s string) (err error) { c.HTTP.Listen, err = parseListen(s); return }},
		{Name: "public-url", Value: "URL", Group: group,
			Help: "base of the links people get, as seen from outside (default: as listened on)",
			set:  func(c *Config, s string) (err error) { c.HTTP.PublicURL, err = parsePublicURL(s); return }},
		{Name: "trusted-proxies", Value: "CIDR,…", Group: group, Kind: List,
			Help: "reverse proxies whose X-Forwarded-For is believed (default: none)",
			set:  func(c *Config, s string) (err error) { c.HTTP.TrustedProxies, err = ParseNetworks(s); return }},
		{Name: "drain-timeout", Value: "DURATION", Group: group, Default: "20s",
			Help: "how long running requests may take to end after SIGTERM",
			set:  func(c *Config, s string) (err error) { c.HTTP.DrainTimeout, err = parseDuration(s); return }},
	}
}

func storageOptions() []Option {
	const group = "Storage"
	return []Option{
		{Name: "data", Value: "DIR", Group: group, Default: "./rampa-data",
			Help: "folder of the database, the documents and the sandbox's keys",
			set:  func(c *Config, s string) error { c.Storage.Data = s; return nil }},
		{Name: "ephemeral", Group: group, Kind: Switch, Only: Sandbox,
			Help: "keep nothing once it ends",
			set:  func(c *Config, s string) (err error) { c.Storage.Ephemeral, err = parseSwitch(s); return }},
		{Name: "rpc-listen", Value: "HOST:PORT", Group: group, Only: Sandbox,
			Help: "address of the sandbox chain's JSON-RPC (default: loopback, the port of the last time)",
			set: func(c *Config, s string) (err error) {
				if s != "" {
					c.HTTP.RPCListen, err = parseListen(s)
				}
				return err
			}},
		{Name: "db", Value: "DATABASE", Group: group, Kind: Masked, Default: "sqlite",
			Help: "sqlite (in the data folder), sqlite:PATH or postgres://…",
			set:  func(c *Config, s string) error { c.Storage.DB = Database(s); return c.Storage.DB.Check() }},
		{Name: "master-key", Value: "BASE64", Group: group, Kind: Hidden,
			Help: "32 bytes in base64 that encrypt secrets and documents; better as RAMPA_MASTER_KEY_FILE",
			set: func(c *Config, s string) error {
				c.Keys.Master = Secret(s)
				_, err := decodeKey(s)
				return err
			}},
		{Name: "credentials", Value: "FILE", Group: group, Only: Sandbox,
			Help: "where to write the credentials as JSON (default: credentials.json in the data folder)",
			set:  func(c *Config, s string) error { c.Credentials = s; return nil }},
	}
}

func limitOptions() []Option {
	const group = "Limits"
	return []Option{
		{Name: "rate-limit", Value: "N", Group: group, Kind: Number, Default: "100", Sandbox: "0",
			Help: "API requests per second and integration; 0 = no limit",
			set:  func(c *Config, s string) (err error) { c.Limits.Rate, err = parseNumber(s); return }},
		{Name: "rate-burst", Value: "N", Group: group, Kind: Number, Default: "500",
			Help: "how many of them may come at once",
			set:  func(c *Config, s string) (err error) { c.Limits.Burst, err = parseNumber(s); return }},
		{Name: "auth-failures", Value: "N", Group: group, Kind: Number, Default: "10", Sandbox: "0",
			Help: "failed authentications per minute, by key and by address, before they are slowed; 0 = no limit",
			set:  func(c *Config, s string) (err error) { c.Limits.AuthFailures, err = parseNumber(s); return }},
		{Name: "token-life", Value: "DURATION", Group: group, Default: "24h",
			Help: "how long a token of the API lives",
			set:  func(c *Config, s string) (err error) { c.Limits.TokenLife, err = parseDuration(s); return }},
	}
}

func mailOptions() []Option {
	const group = "Mail"
	return []Option{
		{Name: "smtp-url", Value: "URL", Group: group, Kind: Hidden,
			Help: "smtp://user:password@host:587 or smtps://…:465 (default: letters stay in the outbox)",
			set:  func(c *Config, s string) error { c.Mail.SMTP = Secret(s); return checkSMTP(s) }},
		{Name: "mail-from", Value: "ADDRESS", Group: group,
			Help: "sender of the letters, such as \"Rampa <no-reply@example.com>\"",
			set:  func(c *Config, s string) error { c.Mail.From = s; return checkAddress(s) }},
		{Name: "email-allow", Value: "DOMAIN,…", Group: group, Kind: List,
			Help: "e-mail domains to accept although they are listed as disposable; @FILE reads one a line",
			set:  func(c *Config, s string) (err error) { c.Emails.Allow, err = parseDomains(s); return }},
		{Name: "email-deny", Value: "DOMAIN,…", Group: group, Kind: List,
			Help: "further e-mail domains to refuse; @FILE reads one a line",
			set:  func(c *Config, s string) (err error) { c.Emails.Deny, err = parseDomains(s); return }},
	}
}

func providerOptions() []Option {
	const group = "Verification provider"
	return []Option{
		{Name: "idv-url", Value: "URL", Group: group,
			Help: "where people's files are sent to be checked (default: operators review them)",
			set:  func(c *Config, s string) (err error) { c.IDV.URL = s; return checkProvider(s) }},
		{Name: "idv-secret", Value: "SECRET", Group: group, Kind: Hidden,
			Help: "shared with the provider, 32 bytes or more, to sign messages both ways",
			set: func(c *Config, s string) error {
				c.IDV.Secret = Secret(s)
				_, err := decodeShared(s)
				return err
			}},
	}
}

func ruleOptions() []Option {
	const group = "Limits and monitoring"
	return []Option{
		{Name: "limit-rules", Value: "FILE", Group: group,
			Help: "what customers may move, by tier (default: the built-in rules)",
			set:  func(c *Config, s string) error { c.Rules.Limits = s; return checkFile(s) }},
		{Name: "monitoring-rules", Value: "FILE", Group: group,
			Help: "what is looked for in their transactions (default: the built-in rules)",
			set:  func(c *Config, s string) error { c.Rules.Monitoring = s; return checkFile(s) }},
		{Name: "blocked-wallets", Value: "FILE", Group: group,
			Help: "addresses that no coins are sent to, one a line (default: none; in a sandbox, a few to try)",
			set:  func(c *Config, s string) error { c.Rules.Wallets = s; return checkFile(s) }},
	}
}

func marketOptions() []Option {
	const group = "Assets and prices"
	return []Option{
		{Name: "assets", Value: "FILE", Group: group,
			Help: "coins, chains, payment methods and fees (default: the built-in matrix)",
			set:  func(c *Config, s string) error { c.Market.Assets = s; return checkFile(s) }},
		{Name: "chains", Value: "FILE", Group: group,
			Help: "the chains that coins are sent on: nodes, keys, fees (default: none; a sandbox has its own)",
			set:  func(c *Config, s string) error { c.Market.Chains = s; return checkFile(s) }},
		{Name: "prices", Value: "FILE", Group: group,
			Help: "where prices come from and when they are trusted (default: the built-in sources; in a sandbox, invented prices)",
			set:  func(c *Config, s string) error { c.Market.Prices = s; return checkFile(s) }},
	}
}

func legalOptions() []Option {
	const group = "Legal texts"
	return []Option{
		{Name: "legal-dir", Value: "DIR", Group: group,
			Help: "folder with your terms and privacy texts (default: the built-in ones)",
			set:  func(c *Config, s string) error { c.Legal.Dir = s; return checkFolder(s) }},
		{Name: "legal-version", Value: "TEXT", Group: group, Default: "1",
			Help: "version of these texts, recorded with each acceptance",
			set:  func(c *Config, s string) error { c.Legal.Version = s; return nil }},
	}
}

func generalOptions() []Option {
	const group = "General"
	return []Option{
		{Name: "timezone", Value: "ZONE", Group: group, Default: "Europe/Madrid",
			Help: "where days, months and quarters end",
			set:  func(c *Config, s string) (err error) { c.Timezone, err = parseZone(s); return }},
		{Name: "log-level", Value: "LEVEL", Group: group, Default: "info",
			Help: "debug, info, warn or error",
			set: func(c *Config, s string) error {
				c.Log.Level = s
				return oneOf(s, "debug", "info", "warn", "error")
			}},
		{Name: "log-format", Value: "FORMAT", Group: group, Default: "json", Sandbox: "text",
			Help: "text or json",
			set:  func(c *Config, s string) error { c.Log.Format = s; return oneOf(s, "text", "json") }},
	}
}
