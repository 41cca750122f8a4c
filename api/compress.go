package api

import (
	"bufio"
	"compress/gzip"
	"net"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"
)

// leastCompressed is the size in bytes under which an answer is sent as it is.
const leastCompressed = 1 << 10

var gzipWriters = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
	return w
}}

// compress lets the answer be compressed where that pays: text of more than 1 KiB, for clients that read gzip. What has an
// encoding or an ETag of its own is left as it is (a strong ETag is of the bytes as they are sent), and so is what is flushed:
// a stream. finish must be called when the handler is done.
func compress(c echo.Context) (finish func()) {
	if !takesGzip(c.Request()) {
		return func() {}
	}
	w := &compressor{ResponseWriter: c.Response().Writer}
	c.Response().Writer = w
	return func() {
		w.finish()
		c.Response().Writer = w.ResponseWriter
	}
}

// compressor keeps the first bytes of an answer until it is known whether to compress it.
type compressor struct {
	http.ResponseWriter
	status  int
	held    []byte
	decided bool
	zip     *gzip.Writer // set once the answer is being compressed
}

// Unwrap lets http.ResponseController find the connection.
func (w *compressor) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader keeps the status until the first bytes are sent.
func (w *compressor) WriteHeader(status int) {
	w.status = status
	h := w.Header()
	text := compressible(h.Get("Content-Type"))
	if text {
		addVary(h, "Accept-Encoding")
	}
	bodiless := status < 200 || status == http.StatusNoContent || status == http.StatusNotModified
	if bodiless || !text || h.Get("Content-Encoding") != "" || h.Get("ETag") != "" || h.Get("Content-Type") == eventMedia || h.Get("Content-Type") == linesMedia {
		w.plain()
	}
}

// plain sends what is held as it is, and everything after it.
func (w *compressor) plain() {
	if w.decided {
		return
	}
	w.decided = true
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
	if len(w.held) > 0 {
		_, _ = w.ResponseWriter.Write(w.held) // the next write fails too, and tells the handler
		w.held = nil
	}
}

func (w *compressor) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.decided {
		if w.zip != nil {
			return w.zip.Write(b)
		}
		return w.ResponseWriter.Write(b)
	}
	w.held = append(w.held, b...)
	if len(w.held) <= leastCompressed {
		return len(b), nil
	}
	w.decided = true
	h := w.Header()
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	w.ResponseWriter.WriteHeader(w.status)
	w.zip = gzipWriters.Get().(*gzip.Writer)
	w.zip.Reset(w.ResponseWriter)
	if _, err := w.zip.Write(w.held); err != nil {
		return 0, err
	}
	w.held = nil
	return len(b), nil
}

// Flush sends what there is; an answer that is flushed before it was compressed is a stream and stays uncompressed.
func (w *compressor) Flush() {
	w.plain()
	if w.zip != nil {
		_ = w.zip.Flush() // as above
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack hands over the connection.
func (w *compressor) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.decided = true
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

func (w *compressor) finish() {
	w.plain()
	if w.zip == nil {
		return
	}
	_ = w.zip.Close() // the client is gone if this fails
	w.zip.Reset(nil)
	gzipWriters.Put(w.zip)
}
