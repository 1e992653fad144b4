package link_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"
	"time"

	"rampa/internal/link"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func keys(secret string) link.Keys {
	return link.Keys{MAC: func(purpose string, data []byte) []byte {
		h := hmac.New(sha256.New, []byte(secret+purpose))
		h.Write(data)
		return h.Sum(nil)
	}}
}

func TestTheSecretOfALinkOpensItAndNoOther(t *testing.T) {
	t.Parallel()
	k := keys("a")
	l, other := link.New(1, 1, now), link.New(1, 1, now)
	secret := k.Secret(&l)
	if !regexp.MustCompile(`^[a-z2-7]{26}$`).MatchString(secret) {
		t.Fatalf("the secret is %q", secret)
	}
	uuid, got := link.Split(link.Address(l.UUID, secret))
	if uuid != l.UUID || got != secret || secret != k.Secret(&l) {
		t.Errorf("the address reads as %q and %q", uuid, got)
	}
	if !k.Admits(&l, secret, now) {
		t.Error("the secret does not open its link")
	}
	for name, wrong := range map[string]bool{
		"another link's secret": k.Admits(&other, secret, now),
		"no secret":             k.Admits(&l, "", now),
		"a part of it":          k.Admits(&l, secret[:25], now),
		"another key's secret":  keys("b").Admits(&l, secret, now),
		"a password":            k.Opens(&l, secret),
	} {
		if wrong {
			t.Errorf("%s opens the link", name)
		}
	}
}

func TestALinkWithPasswordOpensByItAloneAndTheSessionEnds(t *testing.T) {
	t.Parallel()
	k := keys("a")
	l := link.New(1, 1, now)
	unprotected := k.Secret(&l)
	password := k.Protect(&l)
	if !regexp.MustCompile(`^[0-9A-Za-z]{12}$`).MatchString(password) || !k.Opens(&l, password) || k.Opens(&l, password+"x") {
		t.Errorf("the password %q does not hold", password)
	}
	if k.Admits(&l, unprotected, now) || k.Secret(&l) != "" {
		t.Error("a link with password opens by an address")
	}
	session := k.Session(&l, now)
	if !k.Admits(&l, session, now.Add(12*time.Hour-time.Second)) || k.Admits(&l, session, now.Add(12*time.Hour)) {
		t.Error("a session lasts twelve hours")
	}
	k.Protect(&l)
	if k.Admits(&l, session, now) {
		t.Error("a session outlives its password")
	}
}

func TestWrongPasswordsLockForLongerAndLonger(t *testing.T) {
	t.Parallel()
	l := link.New(1, 1, now)
	var locks []time.Duration
	for range 13 {
		if l.Refuse(now); !l.LockedUntil.IsZero() {
			locks = append(locks, l.LockedUntil.Sub(now))
		}
	}
	if len(locks) != 9 || locks[0] != 15*time.Minute || locks[1] != 30*time.Minute || locks[8] != 24*time.Hour {
		t.Errorf("the locks are %v", locks)
	}
}

func TestALinkDiesAfterNinetyDaysOrWhenItIsReplaced(t *testing.T) {
	t.Parallel()
	l := link.New(1, 1, now)
	if l.Dead(now.Add(90*24*time.Hour-time.Second)) || !l.Dead(now.Add(90*24*time.Hour)) {
		t.Error("a link lives ninety days")
	}
	if l.EndedAt = now; !l.Dead(now) {
		t.Error("an ended link is not dead")
	}
}

func TestALetterIsKeptWithoutTheSecretsOfItsLinks(t *testing.T) {
	t.Parallel()
	k := keys("a")
	l := link.New(1, 1, now)
	address := "https://pay.example/kyc/" + link.Address(l.UUID, k.Secret(&l))
	letter := "Open " + address + ".\n<a href=\"" + address + "\">here</a> or https://pay.example/kyb/" + l.UUID + " or " + l.UUID + "-2026"
	kept := link.Hide(letter)
	if strings.Contains(kept, k.Secret(&l)) || strings.Count(kept, l.UUID) != 4 {
		t.Errorf("kept: %s", kept)
	}
	if got := k.Reveal(kept); got != letter {
		t.Errorf("revealed: %s", got)
	}
}
