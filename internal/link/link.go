// Package link is the ways into hosted forms: an address that dies, and what its bearer must know beside it. A company's
// link has a password, asked once a session, with a growing lock; a person's link carries a secret in its address. It knows
// neither pages nor storage, and of the customer only the number.
package link

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"

	"rampa/internal/id"
)

const (
	// Life is how long a link lives.
	Life = 90 * 24 * time.Hour
	// ReminderBefore is how long before its end an unfinished file is reminded of.
	ReminderBefore = 7 * 24 * time.Hour

	passwordLength = 12
	secretBytes    = 16
	freeTries      = 5 // wrong passwords before the first lock
	firstLock      = 15 * time.Minute
	longestLock    = 24 * time.Hour
	sessionLife    = 12 * time.Hour
)

// Link is one way into one customer's form.
type Link struct {
	UUID          string
	CustomerID    int64
	IntegrationID int64
	PasswordMAC   []byte // empty: the secret of the address is enough
	CreatedAt     time.Time
	ExpiresAt     time.Time
	EndedAt       time.Time // zero while alive; replaced by a newer link or swept after expiry
	Failures      int       // wrong passwords in a row
	LockedUntil   time.Time
	Reminded      bool // the "about to expire" mail was written, or is not needed
}

// New makes a link that lives from now.
func New(customerID, integrationID int64, now time.Time) Link {
	return Link{UUID: id.UUID(now), CustomerID: customerID, IntegrationID: integrationID, PasswordMAC: []byte{}, CreatedAt: now, ExpiresAt: now.Add(Life)}
}

// Dead reports whether a link leads nowhere any more.
func (l *Link) Dead(now time.Time) bool { return !l.EndedAt.IsZero() || !now.Before(l.ExpiresAt) }

// Refuse counts a wrong password. From the fifth in a row on the link is locked, for longer with each further one.
func (l *Link) Refuse(now time.Time) {
	l.Failures++
	if l.Failures >= freeTries {
		l.LockedUntil = now.Add(min(firstLock<<min(l.Failures-freeTries, 10), longestLock))
	}
}

// Address is what stands behind the form's path: the UUID, and with a secret both.
func Address(uuid, secret string) string {
	if secret == "" {
		return uuid
	}
	return uuid + "-" + secret
}

// Split reads an Address. The secret is "" where there is none; nothing is checked.
func Split(address string) (uuid, secret string) {
	const length = len("00000000-0000-0000-0000-000000000000")
	if len(address) <= length || address[length] != '-' {
		return address, ""
	}
	return address[:length], address[length+1:]
}

var (
	withSecret = regexp.MustCompile(`\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[a-z2-7]{26}\b`)
	hidden     = regexp.MustCompile(`\b([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-hidden\b`)
)

// Hide takes the secrets out of the addresses in a text that is to be kept: a letter. Keys.Reveal puts them back.
func Hide(text string) string { return withSecret.ReplaceAllString(text, "$1-hidden") }

// Reveal undoes Hide where a text leaves for the bearer of its links.
func (k Keys) Reveal(text string) string {
	return hidden.ReplaceAllStringFunc(text, func(address string) string {
		uuid, _ := Split(address)
		return Address(uuid, k.Secret(&Link{UUID: uuid}))
	})
}

// Keys makes and checks what the bearers of links must know. MAC is keyed by a secret outside the database, so that a copy
// of the database opens no form.
type Keys struct {
	MAC func(purpose string, data []byte) []byte
}

// Secret is what the address of a link without password carries: 26 characters a–z and 2–7, always the same for a link.
func (k Keys) Secret(l *Link) string {
	if len(l.PasswordMAC) > 0 {
		return ""
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(k.MAC("form link", []byte(l.UUID))[:secretBytes]))
}

// Protect gives a link a password of 12 characters [0-9A-Za-z], which is kept nowhere.
func (k Keys) Protect(l *Link) (password string) {
	password = id.Alphanumeric(passwordLength)
	l.PasswordMAC = k.passwordMAC(l.UUID, password)
	return password
}

// passwordMAC binds the hash to its link: with 71 bits of entropy behind it, a slow hash would add nothing but the time.
func (k Keys) passwordMAC(linkUUID, password string) []byte {
	return k.MAC("kyb password", []byte(linkUUID+"\x00"+password))
}

// Opens tells whether a password is the link's.
func (k Keys) Opens(l *Link, password string) bool {
	return len(l.PasswordMAC) > 0 && hmac.Equal(l.PasswordMAC, k.passwordMAC(l.UUID, password))
}

// Session is what an opened link is remembered by: "<expiry>.<mac>". It dies with its time, its link, and its password.
func (k Keys) Session(l *Link, now time.Time) string {
	expiry := strconv.FormatInt(now.Add(sessionLife).Unix(), 36)
	return expiry + "." + base64.RawURLEncoding.EncodeToString(k.sessionMAC(l, expiry))
}

func (k Keys) sessionMAC(l *Link, expiry string) []byte {
	return k.MAC("kyb session", []byte(l.UUID+"\x00"+expiry+"\x00"+string(l.PasswordMAC)))
}

// Admits tells whether session is one of an open link, or the secret of a link without password.
func (k Keys) Admits(l *Link, session string, now time.Time) bool {
	if len(l.PasswordMAC) == 0 {
		return hmac.Equal([]byte(session), []byte(k.Secret(l)))
	}
	expiry, mac, ok := strings.Cut(session, ".")
	if !ok {
		return false
	}
	until, err := strconv.ParseInt(expiry, 36, 64)
	got, err2 := base64.RawURLEncoding.DecodeString(mac)
	return err == nil && err2 == nil && now.Unix() < until && hmac.Equal(got, k.sessionMAC(l, expiry))
}
