package console

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"rampa/internal/mail"
	"rampa/internal/web/ui"
)

const outboxPage = 50

type outboxView struct {
	shell
	Table ui.Table
	Pager ui.Pager
	Empty ui.Empty
}

func showOutbox(v *visit) error {
	cursor := v.r.URL.Query().Get("after")
	rows, next, err := v.h.Outbox.Outbox(v.r.Context(), cursor, outboxPage)
	if err != nil {
		return err
	}
	page := &outboxView{shell: v.shell(v.words.T("console.outbox.title"))}
	page.Empty = ui.Empty{Title: v.words.T("console.outbox.none"), Text: v.words.T("console.outbox.none_text")}
	page.Table.Columns = []ui.Column{{Label: v.words.T("console.outbox.subject")}, {Label: v.words.T("console.outbox.to")}, {Label: v.words.T("console.outbox.state")}, {Label: v.words.T("console.outbox.written")}}
	for _, m := range rows {
		tag := v.mailTag(&m)
		page.Table.Rows = append(page.Table.Rows, []ui.Cell{
			{Text: m.Subject, Href: "/console/outbox/" + m.ID, Quiet: v.words.T("console.mail." + string(m.Kind))},
			{Text: m.To}, {Tag: &tag}, {Text: v.words.Moment(m.CreatedAt)},
		})
	}
	if cursor != "" {
		page.Pager.First = "/console/outbox"
	}
	if next != "" {
		page.Pager.Next = "/console/outbox?after=" + next
	}
	return v.h.ui.Render(v.w, http.StatusOK, "outbox", page)
}

var mailKinds = map[mail.State]string{mail.Waiting: "neutral", mail.Retrying: "warning", mail.Sent: "success", mail.GivenUp: "danger"}

func (v *visit) mailTag(m *mail.Message) ui.Tag {
	return ui.Tag{Kind: mailKinds[m.State()], Label: v.words.T("console.mail_state." + string(m.State()))}
}

type mailView struct {
	shell
	List  ui.Summary
	Lines []mailLine
	HTML  string // address of the HTML part, "" = none
	File  string // the file that the message is about
}

// mailLine is a line of the text part; Link when it is an address and nothing else.
type mailLine struct {
	Text string
	Link bool
}

func showMail(v *visit) error {
	m, err := v.h.Outbox.Read(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	page := &mailView{shell: v.shell(m.Subject)}
	page.Back = &ui.Link{Label: v.words.T("console.outbox.title"), Href: "/console/outbox"}
	tag := v.mailTag(m)
	rows := []ui.SummaryRow{ui.Row(v.words.T("console.outbox.to"), m.To), ui.Row(v.words.T("console.outbox.kind"), v.words.T("console.mail."+string(m.Kind))),
		{Label: v.words.T("console.outbox.state"), Tag: &tag}, ui.Row(v.words.T("console.outbox.written"), v.words.Moment(m.CreatedAt))}
	if !m.SentAt.IsZero() {
		rows = append(rows, ui.Row(v.words.T("console.outbox.sent"), v.words.Moment(m.SentAt)))
	}
	if m.LastError != "" {
		rows = append(rows, ui.Row(v.words.T("console.outbox.error"), m.LastError))
	}
	page.List = ui.Summary{Rows: rows}
	for line := range strings.SplitSeq(m.Text, "\n") {
		isLink := (strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "http://")) && !strings.ContainsAny(line, " \t")
		page.Lines = append(page.Lines, mailLine{line, isLink})
	}
	if m.HTML != "" {
		page.HTML = "/console/outbox/" + m.ID + "/html"
	}
	if m.CustomerID != 0 {
		page.File = "/console/files/" + strconv.FormatInt(m.CustomerID, 10)
	}
	return v.h.ui.Render(v.w, http.StatusOK, "mail", page)
}

// showMailHTML serves the HTML part for the frame of the message's page: it may not load, run or reach anything.
func showMailHTML(v *visit) error {
	m, err := v.h.Outbox.Read(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
	_, err = io.WriteString(v.w, m.HTML)
	return err
}
