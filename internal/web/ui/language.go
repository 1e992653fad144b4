package ui

import (
	"net/http"
	"slices"
	"time"

	"golang.org/x/text/language"
)

// Languages are the languages of every page. The first is the default.
var Languages = []string{"es", "en", "pt"}

var matcher = language.NewMatcher([]language.Tag{language.Spanish, language.English, language.Portuguese})

// cookieLife keeps a chosen language as long as a link can live.
const cookieLife = 90 * 24 * time.Hour

// language negotiates: ?lang, then the cookie, then Accept-Language, then Spanish.
func (r *Renderer) language(req *http.Request) string {
	if lang := req.URL.Query().Get("lang"); slices.Contains(Languages, lang) {
		return lang
	}
	if c, err := req.Cookie(r.cookie); err == nil && slices.Contains(Languages, c.Value) {
		return c.Value
	}
	tags, _, err := language.ParseAcceptLanguage(req.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return Languages[0]
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return Languages[0]
	}
	return Languages[index]
}

// Words gives the texts in the visitor's language. A language chosen by ?lang is remembered in a cookie, so that it
// sticks over the steps.
func (r *Renderer) Words(w http.ResponseWriter, req *http.Request) Words {
	lang := r.language(req)
	if req.URL.Query().Get("lang") == lang {
		http.SetCookie(w, &http.Cookie{
			Name: r.cookie, Value: lang, Path: "/", MaxAge: int(cookieLife.Seconds()),
			Secure: r.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
	}
	return r.catalogue.Words(lang)
}
