package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// client is an integration's program.
type client struct {
	t     testing.TB
	s     *server
	http  *http.Client
	token string
}

// answer is what a call was answered.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (s *server) client() *client {
	s.Helper()
	c := &client{t: s.T, s: s, http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	s.Cleanup(c.http.CloseIdleConnections)
	c.authenticate()
	return c
}

// authenticate gets a token: tokens follow the clock, so it is done again after each leap.
func (c *client) authenticate() {
	c.t.Helper()
	var data struct{ Token string }
	c.call("POST", "/authenticate", map[string]string{"api_key": c.s.APIKey, "api_secret": c.s.APISecret}).data(&data)
	c.token = data.Token
	c.s.secret("token", data.Token)
}

// try sends a call; an error means that no answer came.
func (c *client) try(method, path string, body any, headers ...string) (answer, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		content = bytes.NewReader(encoded)
	}
	r, err := http.NewRequest(method, c.s.BaseURL+path, content)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Auth", c.token)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{c.t, response.StatusCode, response.Header, text}, err
}

func (c *client) call(method, path string, body any, headers ...string) answer {
	c.t.Helper()
	a, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v\n%s", method, path, err, c.s.log.tail())
	}
	return a
}

// data wants success, and reads what is inside.
func (a answer) data(into any) {
	a.t.Helper()
	envelope := struct {
		Status string
		Data   any
	}{Data: into}
	if err := json.Unmarshal(a.body, &envelope); err != nil || a.status != http.StatusOK || envelope.Status != "ok" {
		a.t.Fatalf("%d %s (%v)", a.status, a.body, err)
	}
}

// company is a registered company.
type company struct {
	ID       int64
	UUID     string
	Link     string `json:"kyb_link"`
	Password string
}

func (c *client) register(email, name string) (registered company) {
	c.t.Helper()
	c.call("POST", "/register/company", map[string]string{"email": email, "company_name": name}).data(&registered)
	c.s.secret("KYB password", registered.Password)
	return registered
}

func (c *client) renew(id int64) (renewed company) {
	c.t.Helper()
	c.call("POST", "/register/company/"+strconv.FormatInt(id, 10)+"/link", nil).data(&renewed)
	c.s.secret("KYB password", renewed.Password)
	return renewed
}

// standing is what /kyc/check tells.
type standing struct {
	Status       string `json:"kyc_status"`
	Stage        string
	Reasons      []string
	Tier         int
	Requirements []struct{ Code, Field string }
}

func (c *client) check(id int64) (st standing) {
	c.t.Helper()
	c.call("GET", "/kyc/check?user_id="+strconv.FormatInt(id, 10), nil).data(&st)
	return st
}

// want checks where a company stands.
func (c *client) want(id int64, status, stage string) standing {
	c.t.Helper()
	st := c.check(id)
	if st.Status != status || st.Stage != stage {
		c.t.Fatalf("company %d is %s/%s, want %s/%s", id, st.Status, st.Stage, status, stage)
	}
	return st
}

// advance moves the sandbox's clock and gets a token of the new time.
func (c *client) advance(by time.Duration) {
	c.t.Helper()
	var data struct{ Now string }
	c.call("POST", "/sandbox/clock", map[string]string{"advance": by.String()}).data(&data)
	c.authenticate()
}

func unmarshal(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}
