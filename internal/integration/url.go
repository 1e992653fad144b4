package integration

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// AllowsURL reports whether people may be sent back to a URL: https, without credentials, and below an entry of the
// integration's allow-list where that is not empty. A sandbox takes plain http and loopback addresses as well.
func (i *Integration) AllowsURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	if u.Scheme != "https" && (i.Mode != Sandbox || u.Scheme != "http") {
		return false
	}
	if len(i.AllowedURLs) == 0 {
		return i.Mode == Sandbox || !private(u.Hostname())
	}
	for _, entry := range i.AllowedURLs {
		if below(u, entry) {
			return true
		}
	}
	return false
}

// below compares origin and path: /shop holds /shop and /shop/x, not /shopping.
func below(u *url.URL, entry string) bool {
	e, err := url.Parse(entry)
	if err != nil || !strings.EqualFold(e.Scheme, u.Scheme) || !strings.EqualFold(e.Hostname(), u.Hostname()) || port(e) != port(u) {
		return false
	}
	base, path := strings.TrimSuffix(e.Path, "/"), u.JoinPath().Path // JoinPath resolves dot segments
	return path == base || strings.HasPrefix(path, base+"/")
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)]
}

func private(host string) bool {
	if strings.EqualFold(host, "localhost") || !strings.Contains(host, ".") && net.ParseIP(host) == nil {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsUnspecified() || a.IsLinkLocalUnicast())
}
