// Package verifier is the edge to a verification provider that speaks HTTP: it sends cases, serves the pictures of a case
// under addresses that die, and takes the provider's callback. Every message is signed both ways. It decides nothing:
// package idv does.
package verifier

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"rampa/internal/errs"
	"rampa/internal/idv"
)

// ProviderName is the name of the provider behind this edge in stored cases.
const ProviderName = "remote"

const (
	sendTimeout  = 20 * time.Second
	maxAnswer    = 64 << 10
	documentLife = time.Hour // how long the provider may fetch the pictures after a case was sent
)

// Config is what the edge needs. Wall is the real clock: a provider does not follow the sandbox's.
type Config struct {
	URL       string // where cases are sent
	Secret    []byte // shared with the provider
	PublicURL string // ours, without a slash at the end
	Wall      func() time.Time
	// DocumentMAC signs the addresses of pictures, with a key of our own.
	DocumentMAC func(data []byte) []byte
}

// Remote asks a provider over HTTP. It implements idv.Provider.
type Remote struct {
	Config
	client *http.Client
}

// NewRemote makes a Remote.
func NewRemote(c Config) *Remote {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // personal data goes to the named address only
	return &Remote{Config: c, client: &http.Client{Timeout: sendTimeout, CheckRedirect: stay}}
}

// Name is "remote".
func (r *Remote) Name() string { return ProviderName }

// question is a case as the provider reads it.
type question struct {
	CaseID      string       `json:"case_id"`
	CustomerID  string       `json:"customer_id"`
	CreatedAt   string       `json:"created_at"`
	Language    string       `json:"language"`
	CallbackURL string       `json:"callback_url"`
	Person      personJSON   `json:"person"`
	Document    documentJSON `json:"document"`
	Movements   []string     `json:"liveness_movements"`
	Images      []imageJSON  `json:"images"`
}

type personJSON struct {
	Name        string `json:"name"`
	LastName    string `json:"last_name"`
	LastName2   string `json:"last_name2,omitempty"`
	BirthDate   string `json:"birth_date"`
	Nationality string `json:"nationality"`
	Country     string `json:"country"`
}

type documentJSON struct {
	Type      string `json:"type"`
	Number    string `json:"number"`
	Country   string `json:"country"`
	ExpiresAt string `json:"expires_at,omitempty"`
}

type imageJSON struct {
	Item string `json:"item"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

// answer is what the provider says to a question.
type answer struct {
	Reference   string `json:"reference"`
	RedirectURL string `json:"redirect_url"`
}

func (r *Remote) question(c idv.Case, s idv.Subject) question {
	q := question{
		CaseID: c.ID, CustomerID: s.CustomerUUID, CreatedAt: c.CreatedAt.UTC().Format("2006-01-02T15:04:05.000000Z"), Language: c.Language,
		CallbackURL: r.PublicURL + CallbackPath,
		Person:      personJSON{s.Name, s.LastName, s.LastName2, s.BirthDate, s.Nationality, s.Country},
		Document:    documentJSON{s.PaperType, s.PaperNumber, s.PaperCountry, s.PaperExpiresAt},
		Movements:   append([]string{}, s.Movements...), Images: []imageJSON{},
	}
	expires := r.Wall().Add(documentLife)
	for _, d := range s.Images {
		q.Images = append(q.Images, imageJSON{d.Item, d.Type, d.Size, r.documentURL(c.ID, d.ID, expires)})
	}
	return q
}

// Start sends a case. Its id is the message's too, so that the provider knows a repeated one.
func (r *Remote) Start(ctx context.Context, c idv.Case, s idv.Subject) (idv.Started, error) {
	body, err := json.Marshal(r.question(c, s))
	if err != nil {
		return idv.Started{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(body))
	if err != nil {
		return idv.Started{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	r.setSignature(request.Header, c.ID, body)
	response, err := r.client.Do(request)
	if err != nil {
		return idv.Started{}, unreachable.Because(err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return idv.Started{}, unreachable.Because(fmt.Errorf("answered %d", response.StatusCode))
	}
	return readAnswer(response.Body)
}

// unreachable is no fault of ours: the job tries again.
var unreachable = errs.New(errs.Unavailable, "provider_unavailable", "The verification provider does not answer.")

func readAnswer(body io.Reader) (idv.Started, error) {
	raw, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	switch {
	case err != nil:
		return idv.Started{}, unreachable.Because(err)
	case len(raw) > maxAnswer:
		return idv.Started{}, unreachable.Because(errors.New("the answer is too long"))
	case len(bytes.TrimSpace(raw)) == 0:
		return idv.Started{}, nil
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return idv.Started{}, unreachable.Because(err)
	}
	return idv.Started{Reference: a.Reference, RedirectURL: a.RedirectURL}, nil
}

// documentURL is where the provider fetches a picture until an instant.
func (c *Config) documentURL(caseID, documentID string, expires time.Time) string {
	until := strconv.FormatInt(expires.Unix(), 10)
	return c.PublicURL + "/idv/" + caseID + "/" + documentID + "?expires=" + until + "&sig=" + c.documentSignature(caseID, documentID, until)
}

func (c *Config) documentSignature(caseID, documentID, until string) string {
	return base64.RawURLEncoding.EncodeToString(c.DocumentMAC([]byte(caseID + "\x00" + documentID + "\x00" + until)))
}

// opens tells whether an address of a picture is one of ours and still alive.
func (c *Config) opens(r *http.Request) bool {
	until, given := r.URL.Query().Get("expires"), r.URL.Query().Get("sig")
	want := c.documentSignature(r.PathValue("case"), r.PathValue("document"), until)
	seconds, err := strconv.ParseInt(until, 10, 64)
	return hmac.Equal([]byte(want), []byte(given)) && err == nil && c.Wall().Before(time.Unix(seconds, 0))
}
