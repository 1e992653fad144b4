// Package fetch gets documents from addresses that strangers name. It speaks to public addresses only, as they are at the
// moment of dialling, takes a bounded amount in a bounded time, and tells the other side nothing of us. It must not know
// who asks, what the documents are, or what becomes of them.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"code.dny.dev/ssrf"

	"rampa/internal/errs"
)

const (
	// MaxBytes is the size of the biggest document taken.
	MaxBytes = 10 << 20
	// longest is what all of it may take: names, dialling, redirects and reading.
	longest      = 10 * time.Second
	maxRedirects = 3
	maxHeader    = 64 << 10
	agent        = "Mozilla/5.0 (compatible; document-fetch)"
)

// ErrFetch is every reason why there is no document: the caller's answer must not tell an address that is forbidden from one
// where nobody answers.
var ErrFetch = errs.New(errs.Invalid, "url_not_fetched", "The document cannot be fetched from this address.")

// The reasons, as causes of ErrFetch: for tests and logs of our own, never for the wire.
var (
	errAddress   = errors.New("fetch: the address is not one of the public internet")
	errURL       = errors.New("fetch: not an http or https address without credentials, at a name or number of the public internet")
	errPort      = errors.New("fetch: this port is not for documents")
	errRedirects = errors.New("fetch: too many redirects, or one from https to http")
	errStatus    = errors.New("fetch: the answer is not 200")
	errSize      = errors.New("fetch: too large")
)

// Config is what a Client may need beyond its defaults. The zero Config is the one for use; the rest is for tests.
type Config struct {
	Resolver *net.Resolver  // nil: the system's, in Go
	Allowed  []netip.Prefix // addresses that may be dialled although they are not public
	Roots    *x509.CertPool // nil: the system's
	Longest  time.Duration  // 0: ten seconds
}

// Client gets documents. It is safe for concurrent use.
type Client struct {
	http    *http.Client
	longest time.Duration
}

// New makes a Client. It follows no proxy of the environment, keeps no cookies and no connections, and inflates nothing.
func New(c Config) *Client {
	g := &guard{ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(only4(c.Allowed)...), ssrf.WithAllowedV6Prefixes(only6(c.Allowed)...))}
	if c.Resolver == nil {
		c.Resolver = &net.Resolver{PreferGo: true}
	}
	if c.Longest == 0 {
		c.Longest = longest
	}
	dialer := &net.Dialer{Resolver: c.Resolver, Control: g.control, KeepAlive: -1}
	transport := &http.Transport{
		DialContext:            absolute(dialer),
		TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		Protocols:              http1(),
	}
	return &Client{http: &http.Client{Transport: transport, CheckRedirect: g.redirect}, longest: c.Longest}
}

func http1() *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	return &p
}

// absolute dials names as they stand: without the search domains of this machine's own network.
func absolute(d *net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if _, err := netip.ParseAddr(host); err != nil && host[len(host)-1] != '.' {
			host += "."
		}
		return d.DialContext(ctx, network, net.JoinHostPort(host, port))
	}
}

// Get fetches a document of at most MaxBytes. Errors: ErrFetch; the context's own when the caller has gone.
func (c *Client) Get(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err == nil {
		err = check(u)
	}
	if err != nil {
		return nil, ErrFetch.Because(bare(err))
	}
	limited, cancel := context.WithTimeout(ctx, c.longest)
	defer cancel()
	content, err := c.get(limited, u)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, ErrFetch.Because(bare(err))
	}
	return content, nil
}

func (c *Client) get(ctx context.Context, u *url.URL) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", agent)
	request.Header.Set("Accept", "application/pdf, image/jpeg, image/png, image/webp, */*;q=0.1")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode != http.StatusOK:
		return nil, errStatus
	case response.ContentLength > MaxBytes:
		return nil, errSize
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, MaxBytes+1))
	if err == nil && len(content) > MaxBytes {
		err = errSize
	}
	return content, err
}

// bare takes the address out of an error: it may hold a signature that opens the document.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
