package list

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Encode writes entries for storage: a line of JSON each, compressed. The names of Entry's fields are the keys: renaming one
// needs a reader for what is stored.
func Encode(entries []Entry) ([]byte, error) {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	lines := json.NewEncoder(packed)
	for i := range entries {
		if err := lines.Encode(&entries[i]); err != nil {
			return nil, err
		}
	}
	if err := packed.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Decode reads what Encode wrote.
func Decode(body []byte) ([]Entry, error) {
	packed, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("a stored list is damaged: %w", err)
	}
	lines := json.NewDecoder(packed)
	var entries []Entry
	for {
		var e Entry
		err := lines.Decode(&e)
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, fmt.Errorf("a stored list is damaged: %w", err)
		}
		if len(e.Names) == 0 {
			return nil, errors.New("a stored list is damaged: an entry without a name")
		}
		entries = append(entries, e)
	}
}
