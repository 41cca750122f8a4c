package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// CRS names a coordinate system.
type CRS string

// The systems that the service reads.
const (
	WGS84    CRS = "wgs84"
	CGCS2000 CRS = "cgcs2000"
	GCJ02    CRS = "gcj02"
	BD09     CRS = "bd09"
	EPSG4549 CRS = "epsg:4549"
)

// Position is a longitude and latitude in degrees, or easting and northing in metres.
type Position struct{ Lon, Lat float64 }

// Client asks one service. The zero value is of no use; New makes one.
type Client struct {
	base  string
	http  *http.Client
	token string
}

// Option changes a Client in the making.
type Option func(*Client)

// WithToken makes the client send a bearer token (wangge token create).
func WithToken(secret string) Option { return func(c *Client) { c.token = secret } }

// WithHTTP makes the client use h, with its transport, proxy and limits. Without it the client has a transport of its own that
// keeps up to 64 connections. A Timeout in h bounds a whole Stream too.
func WithHTTP(h *http.Client) Option { return func(c *Client) { c.http = h } }

// New returns a client of the service at base, such as http://127.0.0.1:8080. Nothing is sent yet.
func New(base string, options ...Option) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("client: %q is not the address of a service, such as http://127.0.0.1:8080", base)
	}
	c := &Client{base: strings.TrimRight(base, "/")}
	for _, set := range options {
		set(c)
	}
	if c.http == nil {
		c.http = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64, IdleConnTimeout: 50 * time.Second,
			ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second, WriteBufferSize: 64 << 10, ReadBufferSize: 64 << 10}}
	}
	return c, nil
}

// request makes a request for a path with an optional body of the media type.
func (c *Client) request(ctx context.Context, method, path string, query url.Values, media string, body io.Reader) (*http.Request, error) {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	// Bodies are small for what they say, and a compressed one costs more time than it saves near by.
	r.Header.Set("Accept-Encoding", "identity")
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return r, nil
}

// do sends a request. The body of the answer is the caller's to close; an answer that is no success is a *Problem.
func (c *Client) do(r *http.Request) (*http.Response, error) {
	res, err := c.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if res.StatusCode/100 != 2 {
		defer discard(res.Body)
		return nil, problemOf(res)
	}
	return res, nil
}

// discard reads what little may be left, so that the connection can be used again, and closes.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 16<<10) // nothing depends on it
	_ = body.Close()
}

// readAll reads the body of an answer into room, which grows as needed.
func readAll(room []byte, res *http.Response) ([]byte, error) {
	defer discard(res.Body)
	if n := res.ContentLength; n > 0 && n <= mostRoom && int64(cap(room)) < n+1 {
		room = make([]byte, 0, n+1)
	}
	for {
		if len(room) == cap(room) {
			room = append(room, make([]byte, max(4096, len(room)))...)[:len(room)]
		}
		n, err := res.Body.Read(room[len(room):cap(room)])
		room = room[:len(room)+n]
		if err == io.EOF {
			return room, nil
		}
		if err != nil {
			return nil, fmt.Errorf("client: read answer: %w", err)
		}
	}
}

// mostRoom bounds the bytes that an answer gets room for because it says that it is so long.
const mostRoom = 16 << 20
