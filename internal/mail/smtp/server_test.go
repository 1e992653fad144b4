package smtp_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a small SMTP server: enough of RFC 5321, 3207 and 4954 to be delivered to, and scripted to refuse.
type server struct {
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool
	offers   []string          // extensions
	answers  map[string]string // by verb, instead of the good one
	implicit bool
	silent   bool // takes connections and says nothing

	mu    sync.Mutex
	mails []received
}

type received struct {
	from, to, data, user, password string
	encrypted                      bool
}

func startServer(t *testing.T, change func(*server)) *server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, _ := x509.ParseCertificate(der)
	s := &server{roots: x509.NewCertPool(), offers: []string{"STARTTLS", "AUTH PLAIN", "8BITMIME", "SMTPUTF8"}, answers: map[string]string{}}
	s.roots.AddCert(cert)
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	change(s)
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.listener.Close() })
	go func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *server) received() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

func (s *server) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if s.silent {
		conn.Read(make([]byte, 1))
		return
	}
	var now received
	if s.implicit {
		conn, now.encrypted = tls.Server(conn, s.tls), true
	}
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb, rest, _ := strings.Cut(line, " ")
		if answer, ok := s.answers[strings.ToUpper(verb)]; ok {
			say(answer)
			continue
		}
		switch strings.ToUpper(verb) {
		case "EHLO":
			lines := append([]string{"test"}, s.offers...)
			for i, l := range lines {
				if now.encrypted && l == "STARTTLS" {
					l = "NOOP"
				}
				sep := "-"
				if i == len(lines)-1 {
					sep = " "
				}
				say("250" + sep + l)
			}
		case "STARTTLS":
			say("220 go")
			conn, now.encrypted = tls.Server(conn, s.tls), true
			in = bufio.NewReader(conn)
		case "AUTH":
			raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			if parts := strings.Split(string(raw), "\x00"); len(parts) == 3 {
				now.user, now.password = parts[1], parts[2]
			}
			say("235 ok")
		case "MAIL":
			now.from = rest
			say("250 ok")
		case "RCPT":
			now.to = rest
			say("250 ok")
		case "DATA":
			say("354 go on")
			var data strings.Builder
			for {
				l, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				data.WriteString(strings.TrimPrefix(l, "."))
			}
			now.data = data.String()
			s.mu.Lock()
			s.mails = append(s.mails, now)
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what?")
		}
	}
}
