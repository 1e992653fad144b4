package operator_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rampa/internal/audit"
	"rampa/internal/errs"
	"rampa/internal/operator"
	"rampa/internal/operator/operatortest"
)

// desk is a service on a store in memory with a clock that tests move.
type desk struct {
	*operator.Service
	store *operatortest.Memory
	mu    sync.Mutex
	clock time.Time
}

// seal is a Sealer good enough for tests: it binds to its context and is not the plaintext.
type seal struct{}

func (seal) Seal(plaintext, context []byte) ([]byte, error) {
	return []byte(hex.EncodeToString(context) + "|" + hex.EncodeToString(plaintext)), nil
}

func (seal) Open(sealed, context []byte) ([]byte, error) {
	head, body, _ := strings.Cut(string(sealed), "|")
	if head != hex.EncodeToString(context) {
		return nil, errors.New("other context")
	}
	return hex.DecodeString(body)
}

func cheap() operator.Params { return operator.Params{Memory: 64, Passes: 1, Threads: 1} }

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{store: operatortest.NewMemory(), clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	deps := operator.Deps{Store: d.store, Sealer: seal{}, Passwords: operator.NewPasswords(cheap(), 2)}
	d.Service = operator.New(deps, operator.Defaults(), d.now)
	return d
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = d.clock.Add(by)
}

func (d *desk) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, d.now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (d *desk) enrolled(t *testing.T) operator.Credentials {
	t.Helper()
	c, err := d.CreateEnrolled(t.Context(), operator.Entrant{Email: "Ana@Rampa.test", Name: "Ana", Role: operator.Compliance}, audit.System("test"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (d *desk) actions() (all []string) {
	for _, e := range d.store.Audit() {
		all = append(all, e.Action)
	}
	return all
}

func login(password, code string) operator.Login {
	return operator.Login{Email: "ana@rampa.test", Password: password, Code: code, Address: "192.0.2.1", UserAgent: "test"}
}

func TestMemoryPassesTheSuite(t *testing.T) {
	t.Parallel()
	operatortest.Suite(t, func(*testing.T) operator.Store { return operatortest.NewMemory() })
}

func TestAnEnrolledOperatorSignsInAndOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.enrolled(t)
	grant, err := d.Login(t.Context(), login(c.Password, d.code(t, c.Secret)))
	if err != nil || grant.Next != operator.StepDone || grant.ExpiresAt != d.now().Add(8*time.Hour) {
		t.Fatal(grant, err)
	}
	who, err := d.Authenticate(t.Context(), grant.Token)
	if err != nil || !who.Session.Full || who.Operator.Email != "ana@rampa.test" || bytes.Contains(who.Session.Hash, []byte(grant.Token)) {
		t.Fatal(who, err)
	}
	if err := d.Logout(t.Context(), grant.Token, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Authenticate(t.Context(), grant.Token); !errors.Is(err, operator.ErrSession) {
		t.Fatal(err)
	}
	if err := d.Logout(t.Context(), grant.Token, "192.0.2.1"); err != nil {
		t.Fatal("a second logout is no error:", err)
	}
	if got, want := d.actions(), []string{"operator.created", "operator.login", "operator.logout"}; !slices.Equal(got, want) {
		t.Fatal(got)
	}
}

func TestEveryRefusedLoginLooksTheSame(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T, *desk, operator.Credentials) operator.Login{
		"unknown_account": func(t *testing.T, d *desk, c operator.Credentials) operator.Login {
			in := login(c.Password, d.code(t, c.Secret))
			in.Email = "nobody@rampa.test"
			return in
		},
		"password": func(t *testing.T, d *desk, c operator.Credentials) operator.Login {
			return login(c.Password+"x", d.code(t, c.Secret))
		},
		"code": func(t *testing.T, d *desk, c operator.Credentials) operator.Login {
			return login(c.Password, "000000")
		},
		"disabled": func(t *testing.T, d *desk, c operator.Credentials) operator.Login {
			if err := d.Disable(t.Context(), "ana@rampa.test", audit.System("test")); err != nil {
				t.Fatal(err)
			}
			return login(c.Password, d.code(t, c.Secret))
		},
	}
	for reason, prepare := range cases {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			in := prepare(t, d, d.enrolled(t))
			grant, err := d.Login(t.Context(), in)
			if grant != nil || !errors.Is(err, operator.ErrLogin) || err.Error() != operator.ErrLogin.Error() {
				t.Fatal(grant, err)
			}
			entries := d.store.Audit()
			last := entries[len(entries)-1]
			if last.Action != "operator.login_failed" || last.Detail["reason"] != reason || last.Actor.Address != "192.0.2.1" {
				t.Fatal(last)
			}
		})
	}
}

func TestACodeWorksOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.enrolled(t)
	code := d.code(t, c.Secret)
	if _, err := d.Login(t.Context(), login(c.Password, code)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Login(t.Context(), login(c.Password, code)); !errors.Is(err, operator.ErrLogin) {
		t.Fatal("the same code again:", err)
	}
	d.pass(30 * time.Second)
	if _, err := d.Login(t.Context(), login(c.Password, code)); !errors.Is(err, operator.ErrLogin) {
		t.Fatal("the same code a step later:", err)
	}
	if _, err := d.Login(t.Context(), login(c.Password, d.code(t, c.Secret))); err != nil {
		t.Fatal("the next code:", err)
	}
}

func TestTwoLoginsAtOnceCannotShareACode(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.enrolled(t)
	in := login(c.Password, d.code(t, c.Secret))
	var won int
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 4 {
		wg.Go(func() {
			if _, err := d.Login(context.Background(), in); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Fatalf("%d logins won", won)
	}
}

func TestClocksMayBeOneStepOff(t *testing.T) {
	t.Parallel()
	for offset, ok := range map[time.Duration]bool{-time.Minute: false, -30 * time.Second: true, 30 * time.Second: true, time.Minute: false} {
		d := newDesk(t)
		c := d.enrolled(t)
		code, _ := totp.GenerateCode(c.Secret, d.now().Add(offset))
		_, err := d.Login(t.Context(), login(c.Password, " "+code[:3]+" "+code[3:]))
		if (err == nil) != ok {
			t.Errorf("%v: %v", offset, err)
		}
	}
}

func TestAnAccountLocksAfterFiveFailuresAndLongerEachTime(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"ana@rampa.test", "nobody@rampa.test"} {
		d := newDesk(t)
		c := d.enrolled(t)
		n := 0
		try := func(password, code string) error {
			in := login(password, code)
			n++
			in.Email, in.Address = email, fmt.Sprintf("192.0.2.%d", n) // each from elsewhere: the account's own lock
			_, err := d.Login(t.Context(), in)
			return err
		}
		for i := range 5 {
			if err := try("wrong", ""); !errors.Is(err, operator.ErrLogin) {
				t.Fatal(email, i, err)
			}
		}
		for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 32 * time.Minute, time.Hour, time.Hour} {
			d.pass(wait - time.Second)
			if err := try(c.Password, d.code(t, c.Secret)); !errors.Is(err, operator.ErrLocked) || err.(*errs.Error).Message != operator.ErrLogin.Message {
				t.Fatal(email, "before the end of", wait, err)
			}
			d.pass(time.Second)
			if err := try("wrong", ""); !errors.Is(err, operator.ErrLogin) {
				t.Fatal(email, "after", wait, err)
			}
		}
		d.pass(time.Hour)
		if err := try(c.Password, d.code(t, c.Secret)); (err == nil) != (email == "ana@rampa.test") {
			t.Fatal(email, err)
		}
	}
}

func TestAnAddressLocksWhateverAccountsItTries(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.enrolled(t)
	for i := range 5 {
		in := login("wrong", "")
		in.Email = fmt.Sprintf("guess%d@rampa.test", i)
		if _, err := d.Login(t.Context(), in); !errors.Is(err, operator.ErrLogin) {
			t.Fatal(err)
		}
	}
	if _, err := d.Login(t.Context(), login(c.Password, d.code(t, c.Secret))); !errors.Is(err, operator.ErrLocked) {
		t.Fatal(err)
	}
	elsewhere := login(c.Password, d.code(t, c.Secret))
	elsewhere.Address = "192.0.2.2"
	if _, err := d.Login(t.Context(), elsewhere); err != nil {
		t.Fatal("another address is free:", err)
	}
	if !slices.Contains(d.actions(), "operator.locked") {
		t.Fatal(d.actions())
	}
}

func TestParallelGuessesCannotOutrunTheLock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.enrolled(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			in := login("wrong", "")
			in.Address = fmt.Sprintf("192.0.2.%d", i)
			_, _ = d.Login(context.Background(), in)
		})
	}
	wg.Wait()
	if n := strings.Count(strings.Join(d.actions(), " "), "operator.login_failed"); n != 5 {
		t.Fatalf("%d guesses were looked at", n)
	}
}

func TestFailuresAreForgottenAfterADayAndBySuccess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.enrolled(t)
	fail := func(n int) {
		for range n {
			if _, err := d.Login(t.Context(), login("wrong", "")); !errors.Is(err, operator.ErrLogin) {
				t.Fatal(err)
			}
		}
	}
	fail(4)
	d.pass(25 * time.Hour)
	fail(4)
	if _, err := d.Login(t.Context(), login(c.Password, d.code(t, c.Secret))); err != nil {
		t.Fatal(err)
	}
	fail(4)
}

func TestSessionsEndByAgeIdlenessAndDisabling(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T) (*desk, string) {
		d := newDesk(t)
		c := d.enrolled(t)
		grant, err := d.Login(t.Context(), login(c.Password, d.code(t, c.Secret)))
		if err != nil {
			t.Fatal(err)
		}
		return d, grant.Token
	}
	alive := func(d *desk, token string) bool {
		_, err := d.Authenticate(context.Background(), token)
		return err == nil
	}
	t.Run("idle for half an hour", func(t *testing.T) {
		t.Parallel()
		d, token := open(t)
		d.pass(29 * time.Minute)
		if !alive(d, token) {
			t.Fatal("29 minutes idle")
		}
		d.pass(29 * time.Minute)
		if !alive(d, token) {
			t.Fatal("use keeps a session alive")
		}
		d.pass(30 * time.Minute)
		if alive(d, token) {
			t.Fatal("30 minutes idle")
		}
	})
	t.Run("eight hours in use", func(t *testing.T) {
		t.Parallel()
		d, token := open(t)
		for range 8*3 - 1 {
			d.pass(20 * time.Minute)
			if !alive(d, token) {
				t.Fatal("ended early")
			}
		}
		d.pass(20 * time.Minute)
		if alive(d, token) {
			t.Fatal("older than eight hours")
		}
	})
	t.Run("the account is disabled", func(t *testing.T) {
		t.Parallel()
		d, token := open(t)
		if err := d.Disable(t.Context(), "ana@rampa.test", audit.System("test")); err != nil {
			t.Fatal(err)
		}
		if alive(d, token) {
			t.Fatal("still alive")
		}
	})
}

func TestAFirstLoginAsksForAPasswordAndAnAuthenticator(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	oneTime, err := d.Create(t.Context(), operator.Entrant{Email: "ana@rampa.test", Name: "Ana", Role: operator.Admin}, audit.System("cli"))
	if err != nil {
		t.Fatal(err)
	}
	grant, err := d.Login(t.Context(), login(oneTime, ""))
	if err != nil || grant.Next != operator.StepPassword {
		t.Fatal(grant, err)
	}
	token := grant.Token
	if who, err := d.Authenticate(t.Context(), token); err != nil || who.Session.Full {
		t.Fatal("a first login must not open the console", err)
	}
	if _, err := d.Enrolment(t.Context(), token); !errors.Is(err, operator.ErrStep) {
		t.Fatal("the password comes first:", err)
	}
	for password, code := range map[string]string{
		"short": "password_short", strings.Repeat("x", 129): "password_long", "aaaaaaaaaaaaaaa": "password_weak",
		"ana@rampa.test1": "password_weak", "MyPassword1234": "password_weak", oneTime: "password_same",
	} {
		if err := d.ChoosePassword(t.Context(), token, password, ""); errs.CodeOf(err) != code {
			t.Errorf("%q: %v", password, err)
		}
	}
	if err := d.ChoosePassword(t.Context(), token, "tres gatos en la luna", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if err := d.ChoosePassword(t.Context(), token, "cuatro gatos en la luna", ""); !errors.Is(err, operator.ErrStep) {
		t.Fatal("once only:", err)
	}
	e, err := d.Enrolment(t.Context(), token)
	if err != nil || !strings.HasPrefix(e.URL, "otpauth://totp/Rampa:ana@rampa.test?") || len(e.QR) < 21 || len(e.QR) != len(e.QR[0]) || !e.QR[0][0] {
		t.Fatal(e, err)
	}
	again, err := d.Enrolment(t.Context(), token)
	if err != nil || again.Secret != e.Secret {
		t.Fatal("a reload shows the same secret", err)
	}
	if _, err := d.ConfirmCode(t.Context(), token, "000000", ""); !errors.Is(err, operator.ErrCode) {
		t.Fatal(err)
	}
	code := d.code(t, e.Secret)
	full, err := d.ConfirmCode(t.Context(), token, code, "192.0.2.1")
	if err != nil || full.Next != operator.StepDone || full.Token == token {
		t.Fatal(full, err)
	}
	if _, err := d.Authenticate(t.Context(), token); !errors.Is(err, operator.ErrSession) {
		t.Fatal("the first session has ended:", err)
	}
	if _, err := d.Login(t.Context(), login("tres gatos en la luna", code)); !errors.Is(err, operator.ErrLogin) {
		t.Fatal("the code of the enrolment is used up:", err)
	}
	want := []string{"operator.created", "operator.first_login", "operator.password_chosen", "operator.enrolled", "operator.login_failed"}
	if got := d.actions(); !slices.Equal(got, want) {
		t.Fatal(got)
	}
	found, _ := d.store.OperatorByEmail(t.Context(), "ana@rampa.test")
	if bytes.Contains(found.Secret, []byte(e.Secret)) {
		t.Fatal("the secret is kept in the clear")
	}
}

func TestAOneTimePasswordExpires(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	oneTime, err := d.Create(t.Context(), operator.Entrant{Email: "ana@rampa.test", Name: "Ana", Role: operator.Admin}, audit.System("cli"))
	if err != nil {
		t.Fatal(err)
	}
	d.pass(7 * 24 * time.Hour)
	if _, err := d.Login(t.Context(), login(oneTime, "")); !errors.Is(err, operator.ErrLogin) {
		t.Fatal(err)
	}
	fresh, err := d.Reset(t.Context(), "ana@rampa.test", audit.System("cli"))
	if err != nil {
		t.Fatal(err)
	}
	if grant, err := d.Login(t.Context(), login(fresh, "")); err != nil || grant.Next != operator.StepPassword {
		t.Fatal(grant, err)
	}
}

func TestCreateRefusesWhatMakesNoAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.enrolled(t)
	for code, e := range map[string]operator.Entrant{
		"email_invalid":   {Email: "ana", Name: "Ana", Role: operator.Admin},
		"name_required":   {Email: "b@rampa.test", Name: " ", Role: operator.Admin},
		"role_unknown":    {Email: "b@rampa.test", Name: "B", Role: "root"},
		"operator_exists": {Email: "ANA@rampa.test", Name: "Ana", Role: operator.Viewer},
	} {
		if _, err := d.Create(t.Context(), e, audit.System("cli")); errs.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestAHashOfOldParametersIsRenewedAtLogin(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.enrolled(t)
	dearer := operator.NewPasswords(operator.Params{Memory: 128, Passes: 2, Threads: 1}, 2)
	service := operator.New(operator.Deps{Store: d.store, Sealer: seal{}, Passwords: dearer}, operator.Defaults(), d.now)
	if _, err := service.Login(t.Context(), login(c.Password, d.code(t, c.Secret))); err != nil {
		t.Fatal(err)
	}
	o, _ := d.store.OperatorByEmail(t.Context(), "ana@rampa.test")
	if !strings.Contains(o.PasswordHash, "$m=128,t=2,p=1$") {
		t.Fatal(o.PasswordHash)
	}
	if ok, err := dearer.Verify(t.Context(), c.Password, o.PasswordHash); !ok || err != nil {
		t.Fatal(ok, err)
	}
}

func TestCodesFollowTheirOwnClock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	config := operator.Defaults()
	wall := d.now().Add(-90 * 24 * time.Hour)
	config.CodeClock = func() time.Time { return wall }
	service := operator.New(operator.Deps{Store: d.store, Sealer: seal{}, Passwords: operator.NewPasswords(cheap(), 2)}, config, d.now)
	c := d.enrolled(t)
	code, _ := totp.GenerateCode(c.Secret, wall)
	if _, err := service.Login(t.Context(), login(c.Password, code)); err != nil {
		t.Fatal(err)
	}
}
