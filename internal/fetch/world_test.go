package fetch_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"rampa/internal/fetch"
)

// The loopback network stands for the world: one address of it is "public", the others are what must not be dialled.
const public, private = "127.0.0.2", "127.0.0.1"

// canary listens at private and counts who comes.
type canary struct {
	port string
	seen atomic.Int64
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{}
	l, err := net.Listen("tcp", private+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, c.port, _ = net.SplitHostPort(l.Addr().String())
	c.count(l)
	if six, err := net.Listen("tcp", "[::1]:"+c.port); err == nil {
		t.Cleanup(func() { six.Close() })
		c.count(six)
	}
	return c
}

func (c *canary) count(l net.Listener) {
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.seen.Add(1)
			conn.Close()
		}
	}()
}

func (c *canary) wantNobody(t *testing.T) {
	t.Helper()
	if n := c.seen.Load(); n != 0 {
		t.Errorf("%d connections to an address that is not public", n)
	}
}

// site serves at the public address.
func site(t *testing.T, h http.HandlerFunc) (base string) {
	t.Helper()
	s := newSite(t, h)
	s.Start()
	return "http://" + s.Listener.Addr().String()
}

// secureSite is site with a certificate for example.com, a name that names should lead to the public address.
func secureSite(t *testing.T, h http.HandlerFunc) (port string, roots *x509.CertPool) {
	t.Helper()
	s := newSite(t, h)
	s.StartTLS()
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	_, port, _ = net.SplitHostPort(s.Listener.Addr().String())
	return port, roots
}

func newSite(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	l, err := net.Listen("tcp", public+":0")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.Listener.Close()
	s.Listener = l
	t.Cleanup(s.Close)
	return s
}

func client(c fetch.Config) *fetch.Client {
	c.Allowed = append(c.Allowed, netip.MustParsePrefix(public+"/32"))
	return fetch.New(c)
}

// names is a name server of fixed answers. An address list is given out one a question, the last one for ever: so a name
// can change what it stands for between two looks.
type names struct {
	mu      sync.Mutex
	answers map[string][]string
	asked   map[string]int
}

func resolver(t *testing.T, answers map[string][]string) *net.Resolver {
	t.Helper()
	n := &names{answers: answers, asked: map[string]int{}}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go n.serve(conn)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (n *names) serve(conn net.PacketConn) {
	buffer := make([]byte, 1500)
	for {
		size, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var question dnsmessage.Message
		if question.Unpack(buffer[:size]) != nil || len(question.Questions) != 1 {
			continue
		}
		packed, err := n.answer(question).Pack()
		if err == nil {
			_, _ = conn.WriteTo(packed, from)
		}
	}
}

func (n *names) answer(asked dnsmessage.Message) *dnsmessage.Message {
	q := asked.Questions[0]
	out := &dnsmessage.Message{Header: dnsmessage.Header{ID: asked.ID, Response: true, RecursionAvailable: true}, Questions: asked.Questions}
	for _, address := range n.next(strings.TrimSuffix(q.Name.String(), "."), q.Type) {
		ip := netip.MustParseAddr(address)
		header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
		switch {
		case q.Type == dnsmessage.TypeA && ip.Is4():
			out.Answers = append(out.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
		case q.Type == dnsmessage.TypeAAAA && ip.Is6():
			out.Answers = append(out.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
		}
	}
	return out
}

// next gives the addresses of a name for this question; "a+b" answers both at once.
func (n *names) next(name string, kind dnsmessage.Type) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.answers[strings.ToLower(name)]
	if len(list) == 0 {
		return nil
	}
	key := fmt.Sprint(name, kind)
	i := min(n.asked[key], len(list)-1)
	n.asked[key]++
	return strings.Split(list[i], "+")
}

// short bounds the tests of slow servers.
const short = 300 * time.Millisecond
