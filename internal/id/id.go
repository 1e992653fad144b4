// Package id makes identifiers and secrets from the system's random source: UUIDs (RFC 9562), bearer tokens, passwords.
package id

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"time"
)

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// UUID makes a version 7 UUID (RFC 9562 §5.7), lower case: its time prefix keeps inserts at the right edge of an index,
// its 74 random bits make it unguessable.
func UUID(now time.Time) string {
	var b [16]byte
	rand.Read(b[6:])
	ms := uint64(now.UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	var s [36]byte
	hex.Encode(s[0:8], b[0:4])
	s[8] = '-'
	hex.Encode(s[9:13], b[4:6])
	s[13] = '-'
	hex.Encode(s[14:18], b[6:8])
	s[18] = '-'
	hex.Encode(s[19:23], b[8:10])
	s[23] = '-'
	hex.Encode(s[24:36], b[10:16])
	return string(s[:])
}

// IsUUID reports whether s has the lower-case textual form of a UUID.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// Token makes a bearer token: 32 random bytes, base64url, 43 characters.
func Token() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Alphanumeric makes n characters of [0-9A-Za-z], each with the same probability: 5.95 bits a character.
func Alphanumeric(n int) string {
	out := make([]byte, 0, n)
	var b [32]byte
	for len(out) < n {
		rand.Read(b[:])
		for _, c := range b {
			if c < 248 && len(out) < n { // 248 = 4 × 62: no modulo bias
				out = append(out, alphanumeric[c%62])
			}
		}
	}
	return string(out)
}
