package cli

import (
	"context"
	"errors"

	"rampa/internal/config"
)

// NewBackend gives the Backend of the real program.
func NewBackend() Backend { return unwired{} }

// unwired stands in until package app is joined here.
type unwired struct{}

var errUnwired = errors.New("this build has no server in it")

func (unwired) Sandbox(context.Context, Start) error { return errUnwired }

func (unwired) Serve(context.Context, Start) error { return errUnwired }

func (unwired) Migrate(context.Context, *config.Config) (from, to int64, err error) {
	return 0, 0, errUnwired
}

func (unwired) Admin(context.Context, *config.Config) (*Admin, error) { return nil, errUnwired }
