package app

import (
	"context"

	"rampa/internal/link"
	"rampa/internal/mail"
)

// kept is a letter as the outbox keeps it: without the secrets of the links in it, so that a copy of the database opens
// no form.
func kept(m mail.Message) mail.Message {
	m.Text, m.HTML = link.Hide(m.Text), link.Hide(m.HTML)
	return m
}

// revealed is a letter as the customer reads it.
func revealed(keys link.Keys, m mail.Message) mail.Message {
	m.Text, m.HTML = keys.Reveal(m.Text), keys.Reveal(m.HTML)
	return m
}

// revealing sends letters as the customer is to read them.
func revealing(keys link.Keys, next mail.Sender) mail.Sender {
	return mail.SenderFunc(func(ctx context.Context, m mail.Message) error { return next.Send(ctx, revealed(keys, m)) })
}

// outbox is what the console shows of the letters. In the sandbox they go nowhere, so their links work there; an operator
// of real customers does not see them.
type outbox struct {
	*mail.Service
	keys    link.Keys
	sandbox bool
}

// Read gives one message.
func (o outbox) Read(ctx context.Context, id string) (*mail.Message, error) {
	m, err := o.Service.Read(ctx, id)
	if err != nil || !o.sandbox {
		return m, err
	}
	shown := revealed(o.keys, *m)
	return &shown, nil
}
