// Package smtp brings messages out over SMTP (RFC 5321), encrypted by STARTTLS (RFC 3207) or from the first byte
// (RFC 8314). It knows how a mail looks on the wire and nothing of what it tells or when it is due.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"rampa/internal/mail"
)

// Security says how the connection is encrypted.
type Security string

// The ways to encrypt. Plain is for a relay on the same host.
const (
	StartTLS Security = "starttls" // required: a server without it is refused
	TLS      Security = "tls"      // from the first byte, port 465
	Plain    Security = "plain"    // only to a loopback address
)

// Config says which server to use and who writes.
type Config struct {
	Address  string // host:port
	Security Security
	User     string // "" = no authentication
	Password string
	From     string        // "Rampa <no-reply@rampa.example>"
	Timeout  time.Duration // of a whole delivery; 0 = 30 s
	TLS      *tls.Config   // nil: the system's roots and the host's name
	Now      func() time.Time
}

// Sender is a mail.Sender over SMTP. Each message has its own connection.
type Sender struct {
	config Config
	host   string
	from   *netmail.Address
}

// New checks the configuration; it does not connect.
func New(c Config) (*Sender, error) {
	host, _, err := net.SplitHostPort(c.Address)
	if err != nil {
		return nil, fmt.Errorf("smtp address %q: want host:port", c.Address)
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("smtp sender %q: %w", c.From, err)
	}
	switch c.Security {
	case StartTLS, TLS:
	case Plain:
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, fmt.Errorf("smtp without encryption is for a relay on this host, not for %s", host)
		}
	default:
		return nil, fmt.Errorf("smtp security %q: want starttls, tls or plain", c.Security)
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.TLS == nil {
		c.TLS = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	}
	return &Sender{config: c, host: host, from: from}, nil
}

// Send delivers one message to the server. A refusal for good (5xx) is marked as permanent.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	to, err := recipient(m.To)
	if err != nil {
		return mail.Permanent(err)
	}
	body, err := s.encode(m, to)
	if err != nil {
		return mail.Permanent(err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	client, err := s.dial(ctx)
	if err != nil {
		return judge(err)
	}
	defer client.Close()
	if err := s.deliver(client, to, body); err != nil {
		return judge(err)
	}
	return nil
}

func (s *Sender) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.config.Address)
	if err != nil {
		return nil, err
	}
	// One deadline for all that follows: net/smtp itself never gives up.
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	if s.config.Security == TLS {
		conn = tls.Client(conn, s.config.TLS)
	}
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := s.prepare(client); err != nil {
		client.Close()
		return nil, err
	}
	return client, nil
}

func (s *Sender) prepare(client *smtp.Client) error {
	if err := client.Hello(domain(s.from.Address)); err != nil {
		return err
	}
	if s.config.Security == StartTLS {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return errors.New("the server offers no STARTTLS")
		}
		if err := client.StartTLS(s.config.TLS); err != nil {
			return err
		}
	}
	if s.config.User == "" {
		return nil
	}
	return client.Auth(smtp.PlainAuth("", s.config.User, s.config.Password, s.host))
}

func (s *Sender) deliver(client *smtp.Client, to string, body []byte) error {
	if err := client.Mail(s.from.Address); err != nil {
		return err
	}
	if err := client.Rcpt(to); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	// The server has taken the message: whatever happens to the farewell, it is sent.
	_ = client.Quit()
	return nil
}

// judge marks refusals for good. The server's words may repeat the address, which has no place in the outbox's errors.
func judge(err error) error {
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		short := fmt.Errorf("the server answered %d", reply.Code)
		if reply.Code >= 500 && reply.Code != 530 && reply.Code != 535 { // 530, 535: our credentials, which can be mended
			return mail.Permanent(short)
		}
		return short
	}
	return err
}

// recipient gives an address as the wire wants it: one mailbox, its domain in ASCII.
func recipient(address string) (string, error) {
	a, err := netmail.ParseAddress(address)
	if err != nil || a.Name != "" || strings.ContainsAny(a.Address, "\r\n\x00") {
		return "", errors.New("the recipient is not an e-mail address")
	}
	at := strings.LastIndexByte(a.Address, '@')
	ascii, err := idna.Lookup.ToASCII(a.Address[at+1:])
	if err != nil {
		return "", errors.New("the recipient's domain is not a domain name")
	}
	return a.Address[:at+1] + ascii, nil
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
