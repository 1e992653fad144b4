package fetch_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rampa/internal/fetch"
)

// notPublic are addresses that are nobody's on the internet, or not for a request of ours.
var notPublic = []string{
	"0.0.0.0", "0.0.0.1", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.0.0.53", "127.1.2.3", "127.255.255.255",
	"169.254.0.1", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.17.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.88.99.1",
	"192.168.0.1", "192.168.1.254", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
	"255.255.255.255",
	"::", "::1", "::2", "::127.0.0.1", "::7f00:1", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "64:ff9b:1:fffe::7f00:1",
	"100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2001:db8:ffff::1",
	"2002:7f00:1::", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:101::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "8000::1", "fc00::1",
	"fd00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::a9fe:a9fe", "fec0::1", "ff00::1", "ff02::1", "ff02::fb", "ff05::2", "ff0e::1",
}

// disguised are other ways of writing such an address, and of writing something else than an address.
var disguised = []string{
	// numbers as the C library reads them
	"http://2130706433:P/", "http://017700000001:P/", "http://0x7f000001:P/", "http://0x7F.0x0.0x0.0x1:P/", "http://0177.0.0.1:P/", "http://0177.0.0.01:P/", "http://127.1:P/",
	"http://127.0.1:P/", "http://0x7f.1:P/", "http://0177.1:P/", "http://127.0x1:P/", "http://00000127.0.0.1:P/", "http://127.0.0.0x1:P/", "http://0:P/", "http://0x0:P/", "http://00:P/",
	"http://1:P/", "http://4294967295:P/", "http://4294967296:P/", "http://2852039166:P/", "http://0xa9fea9fe:P/", "http://0xA9.0xFE.0xA9.0xFE:P/", "http://169.254.43518:P/", "http://3232235521:P/",
	"http://127.0.0.1.:P/", "http://127.0.0.1..:P/", "http://127.1.:P/", "http://2130706433.:P/", "http://0x7f000001.:P/", "http://127.0.0.1%00:P/", "http://127.0.0.256:P/", "http://127.0.0:P/",
	"http://127.0.0.1.1:P/", "http://+127.0.0.1:P/", "http://-127.0.0.1:P/", "http://127。0。0。1:P/", "http://127．0．0．1:P/", "http://127｡0｡0｡1:P/", "http://１２７.０.０.１:P/", "http://①②⑦.⓪.⓪.①:P/",
	"http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:P/", "http://0x7f.0.0.1:P/", "http://0b1111111.0.0.1:P/", "http://127.000.000.001:P/", "http://127.0.0.01:P/", "http://1e3.0.0.1:P/",
	// IPv6 in disguise
	"http://[::ffff:127.0.0.1]:P/", "http://[::ffff:7f00:1]:P/", "http://[0:0:0:0:0:ffff:127.0.0.1]:P/", "http://[::FFFF:169.254.169.254]:P/", "http://[::ffff:10.0.0.1]:P/", "http://[::ffff:8.8.8.8]:P/",
	"http://[::1%25lo]:P/", "http://[fe80::1%25eth0]:P/", "http://[fe80::1%25lo]:P/", "http://[::1%25]:P/", "http://[0000:0000:0000:0000:0000:0000:0000:0001]:P/", "http://[::0001]:P/", "http://[::]:P/",
	"http://[64:ff9b::127.0.0.1]:P/", "http://[::127.0.0.1]:P/", "http://[1::1::1]:P/", "http://[::1]x:P/", "http://[::1:P/", "http://::1:P/", "http://[127.0.0.1]:P/", "http://[]:P/", "http://[::ffff:0x7f.1]:P/",
	"http://[v1.127.0.0.1]:P/", "http://[localhost]:P/",
	// names of this machine and of its network
	"http://localhost:P/", "http://LOCALHOST:P/", "http://localhost.:P/", "http://ip6-localhost:P/", "http://ip6-loopback:P/", "http://LocalHost%2e:P/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:P/", "http://ｌｏｃａｌｈｏｓｔ:P/",
	"http://intranet:P/", "http://metadata:P/", "http://db:P/", "http://kubernetes:P/", "http://rampa:P/", "http://.:P/", "http://..:P/", "http://:P/", "http:///", "http://%20:P/", "http://a..b:P/", "http://.a.b:P/",
	"http://xn--:P/", "http://xn--a.b:P/", "http://a_b!.example:P/", "http://*.example:P/", "http://exa mple.org:P/", "http://exa%00mple.org:P/", "http://exa\tmple.org:P/", "http://exa\r\nmple.org:P/",
	"http://" + strings.Repeat("a", 64) + ".example:P/", "http://" + strings.Repeat("a.", 130) + "example:P/",
	// credentials, which a parser less strict takes for the host, or the host for them
	"http://user@127.0.0.1:P/", "http://user:pw@127.0.0.1:P/", "http://@127.0.0.1:P/", "http://:@127.0.0.1:P/", "http://public.example@127.0.0.1:P/", "http://127.0.0.1:P@public.example/",
	"http://127.0.0.1:P\\@public.example/", "http://public.example\\@127.0.0.1:P/", "http://public.example#@127.0.0.1:P/", "http://public.example%40127.0.0.1:P/", "http://127.0.0.1:P%23@public.example/",
	"http://a:b@public.example/", "https://token@public.example/x.pdf", "http://[::1]@public.example/", "http://public.example:80@127.0.0.1:P/", "http://public.example:@127.0.0.1:P/",
	// other schemes, other forms
	"file:///etc/passwd", "file://127.0.0.1/etc/passwd", "ftp://127.0.0.1:P/", "gopher://127.0.0.1:P/_GET", "dict://127.0.0.1:P/", "ldap://127.0.0.1:P/", "ws://127.0.0.1:P/", "wss://127.0.0.1:P/",
	"jar:http://127.0.0.1:P/!/", "data:application/pdf;base64,JVBERi0=", "javascript:alert(1)", "unix:///var/run/docker.sock", "unix://127.0.0.1:P/", "http+unix://x/", "tftp://127.0.0.1:P/", "netdoc:///etc/passwd",
	"about:blank", "blob:http://127.0.0.1:P/", "mailto:a@b.example", "HTTP:127.0.0.1:P/", "http:127.0.0.1:P", "http:/127.0.0.1:P/", "http:\\\\127.0.0.1:P/", "//127.0.0.1:P/", "127.0.0.1:P", "/etc/passwd", "",
	" http://127.0.0.1:P/", "\nhttp://127.0.0.1:P/", "http://127.0.0.1 :P/", "h\tttp://127.0.0.1:P/", "http ://127.0.0.1:P/", "http://127.0.0.1:P/\r\nX: y", "https//127.0.0.1:P/", "httpx://127.0.0.1:P/",
	// ports
	"http://public.example:22/", "http://public.example:25/", "http://public.example:0/", "http://public.example:1/", "http://public.example:21/", "http://public.example:110/", "http://public.example:143/",
	"http://public.example:445/", "http://public.example:587/", "http://public.example:993/", "http://public.example:2049/", "http://public.example:5060/", "http://public.example:6000/", "http://public.example:6667/",
	"http://public.example:10080/", "http://public.example:65536/", "http://public.example:99999999999/", "http://public.example:-1/", "http://public.example:/", "http://public.example:8o/", "http://public.example:80:80/",
	"http://127.0.0.1:٨٠/", "http://public.example:0x50/", "http://public.example:+80/",
}

// TestNoAddressThatIsNotPublicIsEverDialled, however it is written: as itself, in disguise, behind a name.
func TestNoAddressThatIsNotPublicIsEverDialled(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	var all []string
	answers := map[string][]string{}
	for i, address := range notPublic {
		host := address
		if strings.Contains(address, ":") {
			host = "[" + address + "]"
		}
		name := fmt.Sprintf("n%d.example", i)
		answers[name] = []string{address}
		all = append(all, "http://"+host+":P/", "https://"+host+":P/document.pdf", "http://"+name+":P/", "https://"+strings.ToUpper(name)+".:P/")
	}
	answers["both.example"] = []string{"127.0.0.1+::1+10.0.0.1"}
	all = append(append(all, disguised...), "http://both.example:P/", "http://nobody.example:P/", "http://bücher.example:P/")
	answers["xn--bcher-kva.example"] = []string{"127.0.0.1"}
	get := fetch.New(fetch.Config{Resolver: resolver(t, answers)})
	for _, address := range all {
		content, err := get.Get(t.Context(), strings.ReplaceAll(address, ":P", ":"+c.port))
		if !errors.Is(err, fetch.ErrFetch) || content != nil {
			t.Errorf("%q: %d bytes, %v", address, len(content), err)
		}
	}
	c.wantNobody(t)
	if len(all) < 400 {
		t.Errorf("%d addresses only", len(all))
	}
	t.Logf("%d addresses", len(all))
}

// TestTheErrorSaysNothingOfTheAddress: it may hold a signature, and the other side's text is not for ours.
func TestTheErrorSaysNothingOfTheAddress(t *testing.T) {
	t.Parallel()
	get := fetch.New(fetch.Config{Resolver: resolver(t, nil)})
	for _, address := range []string{"http://secret.example/?sig=secret", "http://127.0.0.1:9/secret", "http://secret@public.example/", "http://[secret/", "ht!tp://secret"} {
		_, err := get.Get(t.Context(), address)
		if cause := errors.Unwrap(err); err == nil || strings.Contains(err.Error(), "secret/") || cause != nil && strings.Contains(cause.Error(), "sig=") {
			t.Errorf("%v (%v)", err, cause)
		}
	}
}
