package integration

import (
	"net"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// AllowsURL reports whether people may be sent back to a URL: https, without credentials, and below an entry of the
// integration's allow-list where that is not empty. A sandbox takes plain http and loopback addresses as well.
func (i *Integration) AllowsURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Contains(raw, `\`) { // browsers read \ as /
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

// below compares origin and path as a browser resolves it: /shop holds /shop and /shop/x, not /shopping or /shop/../x,
// however the dots are written. A slash that is written %2F is refused: servers do not agree on what it means.
func below(u *url.URL, entry string) bool {
	e, err := url.Parse(entry)
	if err != nil || !strings.EqualFold(e.Scheme, u.Scheme) || !strings.EqualFold(e.Hostname(), u.Hostname()) || port(e) != port(u) {
		return false
	}
	if strings.Contains(strings.ToUpper(u.EscapedPath()), "%2F") {
		return false
	}
	base, at := strings.TrimSuffix(e.Path, "/"), path.Clean("/"+u.Path)
	return at == base || strings.HasPrefix(at, base+"/")
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)]
}

func private(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || !strings.Contains(host, ".") && net.ParseIP(host) == nil {
		return true
	}
	a, err := netip.ParseAddr(host)
	a = a.Unmap()
	return err == nil && (a.IsLoopback() || a.IsPrivate() || a.IsUnspecified() || a.IsLinkLocalUnicast())
}
