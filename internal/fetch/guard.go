package fetch

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"
)

// guard decides where a request may go: by the address as written before anything is looked up, again at each redirect,
// and by what is really dialled.
type guard struct{ addresses *ssrf.Guardian }

// control looks at each address just before it is dialled: what a name stood for earlier does not matter.
func (g *guard) control(network, address string, conn syscall.RawConn) error {
	if err := g.addresses.Safe(network, address, conn); err != nil {
		return errAddress
	}
	return nil
}

// redirect checks each next address as the first one was.
func (g *guard) redirect(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects || via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return errRedirects
	}
	next.Header.Del("Referer") // the address before may hold a signature
	return check(next.URL)
}

// check refuses what is not the address of a document on the public internet, by its form alone, and puts international
// names into their ASCII form. What a name stands for is seen when it is dialled.
func check(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || u.User != nil {
		return errURL
	}
	if !allowedPort(u) {
		return errPort
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" || ip.Is4In6() {
			return errURL
		}
		return nil
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || !isName(ascii) {
		return errURL
	}
	if port := u.Port(); port != "" {
		ascii += ":" + port
	}
	u.Host = ascii
	return nil
}

// isName reports whether host is a name with a dot that no resolver would read as a number: 0x7f.1, 127.1, 017700000001.
func isName(host string) bool {
	if len(host) > 253 || !strings.Contains(host, ".") {
		return false
	}
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	last := labels[len(labels)-1]
	isNumber := strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") && strings.Trim(last[2:], "0123456789abcdef") == ""
	return !isNumber
}

// otherServices are ports above 1023 that the Fetch standard blocks too: what listens there might take a request for
// something else.
var otherServices = []int{1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}

// allowedPort takes the two of the web, and those above 1023 that have no other known use.
func allowedPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || port > 65535 || slices.Contains(otherServices, port) {
		return false
	}
	return port == 80 || port == 443 || port > 1023
}

func only4(all []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(all), func(p netip.Prefix) bool { return !p.Addr().Is4() })
}

func only6(all []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(all), func(p netip.Prefix) bool { return p.Addr().Is4() })
}
