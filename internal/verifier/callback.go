package verifier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rampa/internal/errs"
	"rampa/internal/idv"
	"rampa/internal/verification"
	"rampa/internal/web"
)

// CallbackPath is where the provider sends its answers.
const CallbackPath = "/idv/callback"

const maxCallback = 64 << 10

// Cases is what the edge asks of package idv.
type Cases interface {
	Receive(ctx context.Context, c idv.Callback) (idv.Receipt, error)
	OpenDocument(ctx context.Context, caseID, documentID, address string) (verification.Document, io.ReadCloser, error)
}

// Edge serves the provider.
type Edge struct {
	Config
	cases Cases
	log   *slog.Logger
}

// NewEdge makes an Edge.
func NewEdge(c Config, cases Cases, log *slog.Logger) *Edge { return &Edge{c, cases, log} }

// Mount adds the provider's routes.
func (e *Edge) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST "+CallbackPath, e.callback)
	mux.HandleFunc("GET /idv/{case}/{document}", e.document)
}

// callbackJSON is the provider's message.
type callbackJSON struct {
	Reference string   `json:"reference"`
	Outcome   string   `json:"outcome"`
	Reasons   []string `json:"reasons"`
	Checks    struct {
		Document  string `json:"document"`
		FaceMatch string `json:"face_match"`
		Liveness  string `json:"liveness"`
		Score     int    `json:"score"`
	} `json:"checks"`
	DocumentExpiresAt string `json:"document_expires_at"`
}

// callback takes a message. What is not authentic learns nothing but that.
func (e *Edge) callback(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCallback))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		say(w, http.StatusRequestEntityTooLarge, "too_large", "")
		return
	}
	if err != nil {
		say(w, http.StatusBadRequest, "malformed_json", "")
		return
	}
	id, ok := e.authentic(r.Header, body)
	if !ok {
		say(w, http.StatusUnauthorized, "signature_invalid", "")
		return
	}
	message, err := parse(body)
	if err != nil {
		say(w, http.StatusBadRequest, "malformed_json", err.Error())
		return
	}
	message.ID, message.Address, message.RequestID = id, web.Address(r.Context()), web.RequestID(r.Context())
	_, err = e.cases.Receive(r.Context(), message)
	e.answer(w, r, err)
}

// answer tells the provider how its message was taken: 2xx means that it need not come again.
func (e *Edge) answer(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		say(w, http.StatusOK, "", "")
		return
	}
	known, ok := errors.AsType[*errs.Error](err)
	switch {
	case ok && known.Kind == errs.Invalid:
		say(w, http.StatusUnprocessableEntity, known.Code, known.Message)
	case ok && known.Kind == errs.NotFound:
		say(w, http.StatusNotFound, known.Code, known.Message)
	case ok && known.Kind == errs.Unavailable:
		say(w, http.StatusServiceUnavailable, known.Code, known.Message)
	default:
		e.log.ErrorContext(r.Context(), "provider's request failed", "request_id", web.RequestID(r.Context()), "error", err)
		say(w, http.StatusInternalServerError, "unexpected_error", "")
	}
}

// statusJSON is what the provider is answered.
type statusJSON struct {
	Status  string `json:"status"`
	Error   string `json:"error,omitempty"`
	Message string `json:"message,omitempty"`
}

// say writes an answer; without a code all is well.
func say(w http.ResponseWriter, status int, code, message string) {
	out := statusJSON{Status: "ok"}
	if code != "" {
		out = statusJSON{Status: "error", Error: code, Message: message}
	}
	body, _ := json.Marshal(out) // strings cannot fail
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// document gives a picture to whoever has its address, while that lives and the case is open.
func (e *Edge) document(w http.ResponseWriter, r *http.Request) {
	if !e.opens(r) {
		say(w, http.StatusNotFound, "not_found", "")
		return
	}
	d, content, err := e.cases.OpenDocument(r.Context(), r.PathValue("case"), r.PathValue("document"), web.Address(r.Context()))
	if err != nil {
		e.answer(w, r, err)
		return
	}
	defer content.Close()
	w.Header().Set("Content-Type", d.Type)
	w.Header().Set("Content-Length", strconv.FormatInt(d.Size, 10))
	w.Header().Set("Content-Disposition", "attachment")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if _, err := io.Copy(w, content); err != nil {
		e.log.WarnContext(r.Context(), "a picture did not reach the provider", "request_id", web.RequestID(r.Context()), "error", err)
	}
}

// parse reads a message strictly: one object, the known names as they are written, each once.
func parse(body []byte) (idv.Callback, error) {
	if err := checkNames(body); err != nil {
		return idv.Callback{}, err
	}
	var m callbackJSON
	if err := json.Unmarshal(body, &m); err != nil {
		return idv.Callback{}, errors.New("a value is of another type than documented")
	}
	return idv.Callback{Reference: m.Reference, Evidence: idv.Evidence{
		Outcome: idv.Outcome(m.Outcome), Reasons: m.Reasons, DocumentExpiresAt: m.DocumentExpiresAt,
		Checks: idv.Checks{Document: idv.Result(m.Checks.Document), FaceMatch: idv.Result(m.Checks.FaceMatch), Liveness: idv.Result(m.Checks.Liveness), Score: m.Checks.Score},
	}}, nil
}

var (
	messageNames = []string{"reference", "outcome", "reasons", "checks", "document_expires_at"}
	checkNamed   = []string{"document", "face_match", "liveness", "score"}
)

// checkNames refuses unknown and repeated names, which encoding/json lets pass.
func checkNames(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := object(d, messageNames); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("one JSON object is wanted")
	}
	return nil
}

func object(d *json.Decoder, names []string) error {
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errors.New("a JSON object is wanted")
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, _ := token.(string)
		switch {
		case err != nil:
			return errors.New("the JSON is broken")
		case !slices.Contains(names, name):
			return errors.New("the names are " + strings.Join(names, ", "))
		case seen[name]:
			return errors.New(name + " stands there twice")
		}
		seen[name] = true
		if name == "checks" {
			if err := object(d, checkNamed); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return errors.New("the JSON is broken")
		}
	}
	if _, err := d.Token(); err != nil {
		return errors.New("the JSON is broken")
	}
	return nil
}
