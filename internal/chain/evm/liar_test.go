package evm_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// call is one question to a node.
type call struct {
	ID     json.RawMessage
	Method string
	Params []json.RawMessage
}

// liar is an endpoint that stands before a node and answers as it likes.
type liar struct {
	url  string
	mu   sync.Mutex
	lies func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int)
}

// answers of a liar that are no results.
const (
	resets = -1 // the connection is cut
	hangs  = -2 // there is none until the test is over
	fails  = -3 // an error of JSON-RPC, with the result as its text
)

// liar starts one that tells the truth.
func (w *world) liar(t *testing.T) *liar {
	t.Helper()
	l := &liar{}
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var c call
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &c)
		truth := func() (json.RawMessage, int) {
			answer, err := http.Post(w.url, "application/json", bytes.NewReader(body))
			if err != nil {
				return nil, resets
			}
			defer answer.Body.Close()
			var told struct {
				Result json.RawMessage
				Error  *struct{ Message string }
			}
			if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
				return nil, resets
			}
			if told.Error != nil {
				return json.RawMessage(told.Error.Message), fails
			}
			return told.Result, 0
		}
		result, code := l.answer(c, truth)
		switch code {
		case resets:
			panic(http.ErrAbortHandler)
		case hangs:
			<-over
			return
		case 0, fails:
		default:
			out.WriteHeader(code)
			_, _ = out.Write(result)
			return
		}
		reply := map[string]any{"jsonrpc": "2.0", "id": c.ID, "result": result}
		if code == fails {
			reply = map[string]any{"jsonrpc": "2.0", "id": c.ID, "error": map[string]any{"code": -32000, "message": string(result)}}
		}
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(reply)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	l.url = server.URL
	return l
}

func (l *liar) answer(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) {
	l.mu.Lock()
	lies := l.lies
	l.mu.Unlock()
	if lies == nil {
		return truth()
	}
	return lies(c, truth)
}

// set changes what it does.
func (l *liar) set(lies func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lies = lies
}

// say answers one method with a value, or a number of a fault, and all others truly.
func (l *liar) say(value string, code int, methods ...string) {
	l.set(func(c call, truth func() (json.RawMessage, int)) (json.RawMessage, int) {
		for _, m := range methods {
			if m == c.Method || m == "*" {
				return json.RawMessage(value), code
			}
		}
		return truth()
	})
}
