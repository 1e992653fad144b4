// Package config is the one description of how a Rampa process is set up: every option with its name, default and check,
// and how flags, environment, secret files and a YAML file become one Config. It must not know what the options do:
// package app reads the Config and wires the process.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"
)

// Mode is what a configuration is for: it decides some defaults and what is refused.
type Mode string

// The modes.
const (
	Sandbox    Mode = "sandbox"
	Production Mode = "production"
	Tool       Mode = "tool" // a command that opens the storage of either and ends
)

// Config is the whole configuration of a process, checked option by option. Make it with Load.
type Config struct {
	Mode    Mode
	HTTP    HTTP
	Storage Storage
	Keys    Keys
	Limits  Limits
	Mail    Mail
	Emails  Emails
	IDV     IDV
	Rules   Rules
	Market  Market
	Legal   Legal
	Log     Log

	// Timezone is where days, months and quarters of limits end.
	Timezone *time.Location
	// Credentials is where the sandbox writes its credentials; see CredentialsFile.
	Credentials string

	given map[string]string // option name → its text, for Summary
}

// HTTP is the listening side.
type HTTP struct {
	Listen         string         // host:port; port 0 picks one
	PublicURL      string         // base of the links that people get, without a slash at the end; "" = as listened on
	TrustedProxies []netip.Prefix // peers whose X-Forwarded-For is believed
	DrainTimeout   time.Duration  // how long requests may take to end after SIGTERM
	RPCListen      string         // host:port of the sandbox chain's JSON-RPC; "" = loopback, the port of the last time
}

// Storage is where things are kept.
type Storage struct {
	Data      string // folder of the SQLite database, documents and sandbox keys
	Ephemeral bool   // keep nothing after the process; sandbox only
	DB        Database
}

// Keys are the secrets that everything encrypted stands on.
type Keys struct {
	Master Secret // base64 of 32 bytes; see MasterKey
}

// Limits protect the API.
type Limits struct {
	Rate         int           // requests per second and integration; 0 = no limit
	Burst        int           // how many may come at once
	AuthFailures int           // failed authentications per minute, by key and by address; 0 = no limit
	TokenLife    time.Duration // how long a token of the API lives
}

// Mail is how letters leave.
type Mail struct {
	SMTP Secret // smtp://user:password@host:587 or smtps://…:465; "" = letters stay in the outbox
	From string // RFC 5322 address
}

// Emails is the operator's word over the built-in list of disposable e-mail domains: lower-case domains.
type Emails struct {
	Allow []string
	Deny  []string
}

// IDV is the verification provider that checks people's files; without one the operators review all of them.
type IDV struct {
	URL    string // where cases are sent
	Secret Secret // shared with it: 32 bytes or more, "whsec_" and base64 for bytes that are no text
}

// Rules are files of rules that take the place of the built-in ones; "" = built in.
type Rules struct {
	Limits     string // what customers may move, by tier
	Monitoring string // what is looked for in their transactions
	Wallets    string // addresses that no coins go to
}

// Market are files about coins and their prices; "" = built in.
type Market struct {
	Assets string // coins, chains, payment methods and fees
	Chains string // which chains coins are sent on, by which nodes; a sandbox has its own
	Prices string // sources of prices, and when they are trusted; a sandbox invents prices without it
}

// Legal is the texts that companies accept.
type Legal struct {
	Dir     string // folder with terms and privacy texts; "" = the built-in ones
	Version string // recorded with each acceptance
}

// Log is how the process tells what it does.
type Log struct {
	Level  string // debug, info, warn or error
	Format string // text or json
}

// CredentialsFile is where the sandbox writes its credentials; "" = nowhere (ephemeral, and no file was asked for).
func (c *Config) CredentialsFile() string {
	switch {
	case c.Credentials != "":
		return c.Credentials
	case c.Storage.Ephemeral:
		return ""
	}
	return filepath.Join(c.Storage.Data, "credentials.json")
}

// CheckServe tells what forbids a production start, every reason on a line of its own; nil when nothing does.
func (c *Config) CheckServe() error {
	var problems []error
	refuse := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if c.Keys.Master == "" {
		refuse("master-key is missing: make one with `openssl rand -base64 32` and give its file in RAMPA_MASTER_KEY_FILE")
	}
	host, _, _ := net.SplitHostPort(c.HTTP.Listen) // checked when loaded
	switch public, _ := url.Parse(c.HTTP.PublicURL); {
	case c.HTTP.PublicURL == "" && !isLoopback(host):
		refuse("public-url is missing: people outside get links that begin with it, such as https://pay.example.com")
	case c.HTTP.PublicURL != "" && public.Scheme != "https" && !isLoopback(public.Hostname()):
		refuse("public-url must begin with https: passwords and documents travel over it")
	}
	if provider, _ := url.Parse(c.IDV.URL); c.IDV.URL != "" && provider.Scheme != "https" && !isLoopback(provider.Hostname()) {
		refuse("idv-url must begin with https: it is sent personal data")
	}
	if c.Mail.SMTP != "" && c.Mail.From == "" {
		refuse("mail-from is missing: letters sent through smtp-url need a sender")
	}
	return errors.Join(problems...)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
