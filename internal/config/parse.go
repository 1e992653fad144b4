package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // time zones on machines that have none
)

func parseListen(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", errors.New("must be HOST:PORT, such as 127.0.0.1:8080")
	}
	return text, nil
}

func parsePublicURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" ||
		u.Fragment != "" {
		return "", errors.New("must be a bare address such as https://pay.example.com")
	}
	return strings.TrimRight(text, "/"), nil
}

// ParseNetworks reads a comma-separated list of networks; an address alone is the network of itself.
func ParseNetworks(text string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, item := range split(text) {
		prefix, err := netip.ParsePrefix(item)
		if address, errAddress := netip.ParseAddr(item); errAddress == nil {
			prefix, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is not a network such as 10.0.0.0/8", item)
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a time such as 90s, 20m or 24h")
	}
	return d, nil
}

func parseNumber(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, errors.New("must be a whole number, 0 or more")
	}
	return int(n), nil
}

func parseSwitch(text string) (bool, error) {
	if text == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, errors.New("must be true or false")
	}
	return on, nil
}

func parseZone(text string) (*time.Location, error) {
	zone, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		return nil, errors.New("must be a time zone such as Europe/Madrid")
	}
	return zone, nil
}

// parseDomains reads domains; an item @FILE stands for the lines of a file, in which # begins a comment.
func parseDomains(text string) ([]string, error) {
	var domains []string
	for _, item := range split(text) {
		name, isFile := strings.CutPrefix(item, "@")
		if !isFile {
			domains = append(domains, item)
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(content)) {
			line, _, _ = strings.Cut(line, "#")
			domains = append(domains, strings.TrimSpace(line))
		}
	}
	domains = slices.DeleteFunc(domains, func(s string) bool { return s == "" })
	for i, domain := range domains {
		if strings.ContainsAny(domain, "@/ \t") || !strings.Contains(domain, ".") {
			return nil, fmt.Errorf("%q is not a domain such as example.com", domain)
		}
		domains[i] = strings.ToLower(strings.TrimSuffix(domain, "."))
	}
	return domains, nil
}

func checkProvider(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New("must be an address such as https://idv.example.com/cases")
	}
	return nil
}

func checkSMTP(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("must be smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	return nil
}

func checkAddress(text string) error {
	if text == "" {
		return nil
	}
	if _, err := mail.ParseAddress(text); err != nil {
		return errors.New("must be an e-mail address, with or without a name")
	}
	return nil
}

// checkFile refuses a file that cannot be read; what it holds is checked by whoever reads it.
func checkFile(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return errors.Join(errors.New("is not a file"), err)
	}
	return nil
}

func checkFolder(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("is not a folder")
	}
	return nil
}

func oneOf(text string, words ...string) error {
	if slices.Contains(words, text) {
		return nil
	}
	return fmt.Errorf("must be %s or %s", strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
}

// split gives the items of a comma-separated list, trimmed, without empty ones.
func split(text string) []string {
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return slices.DeleteFunc(items, func(s string) bool { return s == "" })
}
