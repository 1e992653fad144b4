package db

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"modernc.org/sqlite"
)

// cachedStatements bounds the statements kept prepared per connection; the program's own texts are far fewer.
const cachedStatements = 512

// cachingConnector opens SQLite connections that keep each statement text prepared: whoever uses the handle (the writer,
// the readers, the job queue) gets it without asking.
type cachingConnector struct {
	dsn        string
	driver     *sqlite.Driver
	statements prometheus.Counter
}

func (c *cachingConnector) Driver() driver.Driver { return c.driver }

func (c *cachingConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("db: the SQLite driver's connection is a %T, which lacks a method that we need", conn)
	}
	return &cachingConn{sqliteConn: full, statements: c.statements, idle: make(map[string]driver.Stmt)}, nil
}

type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type cachingConn struct {
	sqliteConn
	statements prometheus.Counter
	idle       map[string]driver.Stmt // a statement in use is not in it, so that it is never stepped twice at once
}

func (c *cachingConn) take(ctx context.Context, query string) (driver.Stmt, error) {
	c.statements.Inc()
	if s, ok := c.idle[query]; ok {
		delete(c.idle, query)
		return s, nil
	}
	return c.sqliteConn.PrepareContext(ctx, query)
}

func (c *cachingConn) give(query string, s driver.Stmt) {
	if _, taken := c.idle[query]; taken || len(c.idle) >= cachedStatements {
		s.Close()
		return
	}
	c.idle[query] = s
}

func (c *cachingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	defer c.give(query, s)
	return s.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (c *cachingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		c.give(query, s)
		return nil, err
	}
	return &cachedRows{Rows: rows, conn: c, query: query, stmt: s}, nil
}

func (c *cachingConn) Close() error {
	for _, s := range c.idle {
		s.Close()
	}
	c.idle = nil
	return c.sqliteConn.Close()
}

// cachedRows gives its statement back when it is closed.
type cachedRows struct {
	driver.Rows
	conn  *cachingConn
	query string
	stmt  driver.Stmt
}

func (r *cachedRows) Close() error {
	err := r.Rows.Close()
	if r.stmt != nil {
		r.conn.give(r.query, r.stmt)
		r.stmt = nil
	}
	return err
}
