package integration

import (
	"net/netip"
	"testing"
)

func TestPeopleAreSentBackToAllowedAddressesOnly(t *testing.T) {
	t.Parallel()
	open := &Integration{Mode: Production}
	sandbox := &Integration{Mode: Sandbox}
	shop := &Integration{Mode: Production, AllowedURLs: []string{"https://shop.example/back", "https://other.example:8443/"}}
	play := &Integration{Mode: Sandbox, AllowedURLs: []string{"http://localhost:3000/"}}
	for _, c := range []struct {
		i    *Integration
		url  string
		want bool
	}{
		{open, "https://anywhere.example/x?y=1#z", true},
		{open, "HTTPS://anywhere.example", true},
		{open, "http://anywhere.example/", false},
		{open, "ftp://anywhere.example/", false},
		{open, "javascript:alert(1)", false},
		{open, "JavaScript://anywhere.example/%0aalert(1)", false},
		{open, "data:text/html,x", false},
		{open, "//anywhere.example/", false},
		{open, "/relative", false},
		{open, "https:anywhere.example", false},
		{open, "https:///anywhere.example", false},
		{open, "https://:443/", false},
		{open, "https://user@anywhere.example/", false},
		{open, "https://shop.example:pw@anywhere.example/", false},
		{open, "https://shop.example\\@anywhere.example/", false},
		{open, "https://anywhere.example/\\x", false},
		{open, " https://anywhere.example/", false},
		{open, "https://anywhere.example/\n", false},
		{open, "https://localhost/", false},
		{open, "https://LOCALHOST./", false},
		{open, "https://x.localhost/", false},
		{open, "https://intranet/", false},
		{open, "https://127.0.0.1/", false},
		{open, "https://10.1.2.3/", false},
		{open, "https://169.254.1.1/", false},
		{open, "https://[::1]/", false},
		{open, "https://[::ffff:127.0.0.1]/", false},
		{open, "https://[fd00::1]/", false},
		{open, "https://2130706433/", false},
		{open, "https://0.0.0.0/", false},
		{open, "https://203.0.113.9/", true},
		{sandbox, "http://localhost:3000/done", true},
		{sandbox, "https://127.0.0.1/", true},
		{sandbox, "ftp://localhost/", false},
		{play, "http://localhost:3000/x", true},
		{play, "http://localhost/x", false},
		{play, "https://localhost:3000/x", false},
		{shop, "https://shop.example/back", true},
		{shop, "https://shop.example/back/", true},
		{shop, "https://shop.example/back?ok=1", true},
		{shop, "https://SHOP.example:443/back/order", true},
		{shop, "https://shop.example/back/./order", true},
		{shop, "https://shop.example/backdoor", false},
		{shop, "https://shop.example/", false},
		{shop, "https://shop.example", false},
		{shop, "https://shop.example/BACK", false},
		{shop, "https://shop.example/back/../x", false},
		{shop, "https://shop.example/back/%2e%2e/x", false},
		{shop, "https://shop.example/back/.%2E/x", false},
		{shop, "https://shop.example/back/..%2fx", false},
		{shop, "https://shop.example/back%2Fx", false},
		{shop, "https://shop.example/back/..\\x", false},
		{shop, "https://shop.example/x/../back/y", true},
		{shop, "https://shop.example:444/back", false},
		{shop, "https://shop.example.evil.example/back", false},
		{shop, "https://evil.example/https://shop.example/back", false},
		{shop, "https://other.example:8443/deep/er", true},
		{shop, "https://other.example:8443", true},
		{shop, "https://other.example/deep", false},
	} {
		if got := c.i.AllowsURL(c.url); got != c.want {
			t.Errorf("%s integration with %v: %q allowed: %v, want %v", c.i.Mode, c.i.AllowedURLs, c.url, got, c.want)
		}
	}
}

func TestCredentialsAreAdmittedFromAllowedAddressesOnly(t *testing.T) {
	t.Parallel()
	prefix := netip.MustParsePrefix
	for _, c := range []struct {
		list []netip.Prefix
		from string
		want bool
	}{
		{nil, "198.51.100.1", true},
		{nil, "2001:db8::1", true},
		{[]netip.Prefix{prefix("192.0.2.7/32")}, "192.0.2.7", true},
		{[]netip.Prefix{prefix("192.0.2.7/32")}, "192.0.2.8", false},
		{[]netip.Prefix{prefix("192.0.2.0/24")}, "192.0.2.255", true},
		{[]netip.Prefix{prefix("192.0.2.0/24")}, "::ffff:192.0.2.1", true},
		{[]netip.Prefix{prefix("192.0.2.0/24")}, "::ffff:192.0.3.1", false},
		{[]netip.Prefix{prefix("192.0.2.0/24")}, "2001:db8::1", false},
		{[]netip.Prefix{prefix("192.0.2.0/24"), prefix("2001:db8::/32")}, "2001:db8:9::1", true},
		{[]netip.Prefix{prefix("2001:db8::/32")}, "2001:db9::1", false},
	} {
		i := Integration{AllowedIPs: c.list}
		if got := i.Admits(netip.MustParseAddr(c.from)); got != c.want {
			t.Errorf("%v admits %s: %v, want %v", c.list, c.from, got, c.want)
		}
	}
	if i := (Integration{AllowedIPs: []netip.Prefix{prefix("0.0.0.0/0")}}); i.Admits(netip.Addr{}) {
		t.Error("nobody's address was admitted")
	}
}
