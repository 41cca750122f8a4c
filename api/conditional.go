package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// file is an answer that is the same bytes for everybody: its entity tags come from the content alone, so that all processes
// and restarts agree on them.
type file struct {
	media string
	plain []byte
	// pack returns the same in gzip; nil where that does not pay.
	pack func() []byte
	tag  string
}

// leastPacked is the size from which compression pays.
const leastPacked = 860

// fileOf makes a file that is compressed once, for the first who asks for it so.
func fileOf(media string, b []byte) *file {
	f := &file{media: media, plain: b, tag: contentTag(b)}
	if compressible(media) && len(b) >= leastPacked {
		f.pack = sync.OnceValue(func() []byte { return pack(b) })
	}
	return f
}

func compressible(media string) bool {
	for _, part := range []string{"text/", "json", "javascript", "svg", "mapbox-vector-tile"} {
		if strings.Contains(media, part) {
			return true
		}
	}
	return false
}

// pack compresses what is kept: as small as it gets.
func pack(b []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a valid one
	_, _ = w.Write(b)                                       // a bytes.Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// contentTag returns a strong tag without quotes: the beginning of the SHA-256.
func contentTag(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// file answers with f: compressed if the client takes it, or 304 if it has it already. The compressed form is another
// representation and has another strong tag.
func (c *call) file(f *file) error {
	h := c.Response().Header()
	tag, packed := f.tag, false
	if f.pack != nil {
		addVary(h, "Accept-Encoding")
		if packed = takesGzip(c.Request()); packed {
			tag += "-gz"
		}
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("ETag", `"`+tag+`"`)
	if r := c.Request(); unchanged(r, `"`+f.tag+`"`) || unchanged(r, `"`+f.tag+`-gz"`) {
		c.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	if !packed {
		return c.bytes(http.StatusOK, f.media, f.plain)
	}
	h.Set("Content-Encoding", "gzip")
	return c.bytes(http.StatusOK, f.media, f.pack())
}

// takesGzip reports whether the client says that it reads gzip.
func takesGzip(r *http.Request) bool {
	header := r.Header.Get("Accept-Encoding")
	if header == "" {
		return false
	}
	if header == "gzip" || strings.HasPrefix(header, "gzip, ") {
		return true
	}
	any := false
	for _, w := range weightsOf(header) {
		switch w.name {
		case "gzip", "x-gzip":
			return w.q > 0
		case "*":
			any = w.q > 0
		}
	}
	return any
}

// addVary adds a request header to Vary, once.
func addVary(h http.Header, name string) {
	for _, v := range h.Values("Vary") {
		if strings.Contains(v, name) {
			return
		}
	}
	h.Add("Vary", name)
}
