package config

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Mask stands for a secret wherever one would be printed.
const Mask = "***"

// Secret is a text that no print, log or encoder shows: they get Mask, or nothing for an empty one.
type Secret string

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String masks the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return Mask
}

// Format masks the secret for every verb of fmt, %x and %#v too.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// LogValue masks the secret for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret for encoders of text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON masks the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalYAML masks the secret.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// MasterKey gives the 32 bytes of the master key; nil when none is configured.
func (c *Config) MasterKey() []byte {
	key, _ := decodeKey(c.Keys.Master.Reveal()) // checked when loaded
	return key
}

func decodeKey(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("must be 32 bytes in base64: make one with `openssl rand -base64 32`")
	}
	return key, nil
}

// Key gives the bytes of the secret that is shared with the verification provider; nil when there is none.
func (i IDV) Key() []byte {
	key, _ := decodeShared(i.Secret.Reveal()) // checked when loaded
	return key
}

const (
	sharedPrefix = "whsec_" // of a secret in base64, as Standard Webhooks write it
	sharedSize   = 32
)

// decodeShared reads a shared secret: base64 after its prefix, or any text as it is.
func decodeShared(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	key := []byte(text)
	if encoded, ok := strings.CutPrefix(text, sharedPrefix); ok {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return nil, errors.New("must be base64 after " + sharedPrefix)
		}
	}
	if len(key) < sharedSize {
		return nil, fmt.Errorf("must have %d bytes or more: make one with `openssl rand -hex %d`", sharedSize, sharedSize)
	}
	return key, nil
}
