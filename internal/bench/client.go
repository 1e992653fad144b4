package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
)

// client is one keep-alive connection that writes prepared requests: the load shares two cores with the server, so it
// must cost next to nothing.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	head string
	out  []byte
	body []byte
}

func (s *server) client(method, path string) (*client, error) {
	base, err := url.Parse(s.creds.BaseURL)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", base.Host)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 8<<10),
		head: method + " " + base.Path + path + " HTTP/1.1\r\nHost: " + base.Host + "\r\nauth: " + s.token + "\r\nContent-Type: application/json\r\nContent-Length: "}, nil
}

// call sends one request and gives its answer's body, valid until the next call.
func (c *client) call(payload []byte) ([]byte, error) {
	c.out = append(c.out[:0], c.head...)
	c.out = strconv.AppendInt(c.out, int64(len(payload)), 10)
	c.out = append(append(c.out, "\r\n\r\n"...), payload...)
	if _, err := c.conn.Write(c.out); err != nil {
		return nil, err
	}
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200")) {
		return nil, fmt.Errorf("answered %s", bytes.TrimSpace(status))
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(": ")); ok && bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return nil, err
			}
		}
	}
	if length < 0 {
		return nil, errors.New("an answer without Content-Length")
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	if _, err = io.ReadFull(c.in, c.body); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(c.body, []byte(`{"status":"ok"`)) {
		return nil, fmt.Errorf("answered %s", c.body)
	}
	return c.body, nil
}
