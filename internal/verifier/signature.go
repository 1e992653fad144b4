package verifier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks (standardwebhooks.com), with which both sides sign.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
	scheme          = "v1,"

	// tolerance is how far a message's time may be from ours, either way.
	tolerance = 5 * time.Minute
	// maxSignatures bounds what is compared: a message has several while a secret is being changed.
	maxSignatures = 8
)

// messageID is what a message may be called. A dot in it would let the end of one signed part be read as the next.
var messageID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// sign gives the signature of a message as its header has it.
func sign(secret []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return scheme + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// setSignature signs a request that carries body.
func (c *Config) setSignature(h http.Header, id string, body []byte) {
	timestamp := strconv.FormatInt(c.Wall().Unix(), 10)
	h.Set(headerID, id)
	h.Set(headerTimestamp, timestamp)
	h.Set(headerSignature, sign(c.Secret, id, timestamp, body))
}

// authentic tells whether a message was signed with the secret, and now. id is its own.
func (c *Config) authentic(h http.Header, body []byte) (id string, ok bool) {
	id, timestamp := h.Get(headerID), h.Get(headerTimestamp)
	if !messageID.MatchString(id) || len(h.Values(headerID)) != 1 || len(h.Values(headerTimestamp)) != 1 {
		return "", false
	}
	want, signed := sign(c.Secret, id, timestamp, body), false
	for i, given := range strings.Fields(h.Get(headerSignature)) {
		if i < maxSignatures && hmac.Equal([]byte(want), []byte(given)) {
			signed = true
		}
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if !signed || err != nil {
		return "", false
	}
	off := c.Wall().Sub(time.Unix(seconds, 0))
	return id, off <= tolerance && off >= -tolerance
}
