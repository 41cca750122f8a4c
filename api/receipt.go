package api

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math"
	"net/http"
	"sync"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// receipt is what an answer id holds: the question, where the store was, and a digest of the answer.
type receipt struct {
	position layers.Position
	asOf     layers.Instant
	edition  string
	question duty.Question
	// digest is the XXH64 of the answer without its id. It tells whether an answer is another one now; that nobody made the id up is
	// what the signature is for.
	digest uint64
}

const (
	receiptForm = 4  // the first byte of every token
	macLength   = 16 // bytes of the HMAC-SHA-256 that end a token
	mostToken   = 512
	mostWord    = 255
)

var errToken = errors.New("is not the id of an answer of this service")

// appendSealed appends an answer with the receipt in front of its members. The error is of a question that is too long for a receipt.
func (r *receipt) appendSealed(out []byte, key *signer, body []byte) ([]byte, error) {
	out = append(out, `{"answer_id":"`...)
	before := len(out)
	out = r.appendToken(out, key)
	if n := len(out) - before; n > mostToken {
		return out, &Problem{Status: http.StatusBadRequest, Code: "bad-parameter",
			Detail: fmt.Sprintf("the question is too long: it would make an answer_id of %d characters, and at most %d are read; give fewer corners or shorter words", n, mostToken)}
	}
	out = append(out, `",`...)
	return append(out, body[1:]...), nil
}

// appendToken appends the receipt, signed, in base64url.
func (r *receipt) appendToken(out []byte, key *signer) []byte {
	var room [mostToken]byte
	b := room[:0]
	b = append(b, receiptForm)
	b = appendWord(b, r.position.Epoch)
	b = binary.AppendUvarint(b, uint64(r.position.Revision))
	b = binary.AppendVarint(b, int64(r.asOf))
	b = appendWord(b, r.edition)
	b = appendWord(b, string(r.question.CRS))
	b = appendPlace(b, &r.question)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(r.question.AccuracyM))
	b = appendWord(b, r.question.Category)
	b = binary.AppendVarint(b, int64(r.question.At))
	b = appendReport(b, &r.question)
	b = binary.LittleEndian.AppendUint64(b, r.digest)
	b = key.sign(b, b)
	return base64.RawURLEncoding.AppendEncode(out, b)
}

// signer signs with one key. Making an HMAC hashes the key twice; those that are made are used again. It is safe for concurrent use.
type signer struct{ made sync.Pool }

func newSigner(key []byte) *signer {
	key = bytes.Clone(key)
	return &signer{sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// sign appends the first macLength bytes of the HMAC-SHA-256 of b to out.
func (s *signer) sign(out, b []byte) []byte {
	h := s.made.Get().(hash.Hash)
	defer s.made.Put(h)
	h.Reset()
	h.Write(b)
	n := len(out)
	return h.Sum(out)[:n+macLength]
}

func appendWord(b []byte, s string) []byte {
	s = s[:min(len(s), mostWord)]
	return append(append(b, byte(len(s))), s...)
}

// readToken reads a token that the key has signed. Nothing of another one is looked at.
func readToken(key *signer, id string) (*receipt, error) {
	if id == "" || len(id) > mostToken {
		return nil, errToken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(id)
	if err != nil || len(b) <= macLength {
		return nil, errToken
	}
	body, mac := b[:len(b)-macLength], b[len(b)-macLength:]
	if !hmac.Equal(mac, key.sign(nil, body)) {
		return nil, errToken
	}
	if body[0] != receiptForm {
		return nil, errors.New("comes from another version of this service")
	}
	t := tokenReader{b: body[1:]}
	r := &receipt{}
	r.position = layers.Position{Epoch: t.word(), Revision: int64(t.uvarint())}
	r.asOf = layers.Instant(t.varint())
	r.edition = t.word()
	r.question.CRS = geo.CRS(t.word())
	t.place(&r.question)
	r.question.AccuracyM = t.float()
	r.question.Category = t.word()
	r.question.At = layers.Instant(t.varint())
	t.report(&r.question)
	r.digest = t.word64()
	if t.short || len(t.b) > 0 {
		return nil, errToken
	}
	return r, nil
}

// appendReport appends what a report says of itself: a single 0 for one that says nothing, as most do.
func appendReport(b []byte, q *duty.Question) []byte {
	if q.Channel == "" && q.Severity == "" && q.Reporter == "" && q.Confidence == 0 && q.WhistleItem == 0 && q.CaseNumber == "" && q.ReceivedBy == "" && len(q.Excluded) == 0 {
		return append(b, 0)
	}
	b = append(b, 1)
	for _, word := range [...]string{q.Channel, q.Severity, q.Reporter, q.CaseNumber, q.ReceivedBy} {
		b = appendWord(b, word)
	}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(q.Confidence))
	b = binary.AppendUvarint(b, uint64(q.WhistleItem))
	b = binary.AppendUvarint(b, uint64(len(q.Excluded)))
	for _, unit := range q.Excluded {
		b = appendWord(b, unit)
	}
	return b
}

// report reads what appendReport wrote.
func (t *tokenReader) report(q *duty.Question) {
	if t.take(1)[0] == 0 {
		return
	}
	for _, word := range [...]*string{&q.Channel, &q.Severity, &q.Reporter, &q.CaseNumber, &q.ReceivedBy} {
		*word = t.word()
	}
	q.Confidence = t.float()
	q.WhistleItem = int(t.uvarint())
	for range min(t.uvarint(), mostToken) {
		q.Excluded = append(q.Excluded, t.word())
	}
}

// tokenReader reads the fields of a token in their order; short is set when there was less than asked for.
type tokenReader struct {
	b     []byte
	short bool
}

func (t *tokenReader) take(n int) []byte {
	if n > len(t.b) {
		t.short = true
		return make([]byte, min(n, mostWord))
	}
	out := t.b[:n]
	t.b = t.b[n:]
	return out
}

func (t *tokenReader) word() string { return string(t.take(int(t.take(1)[0]))) }

func (t *tokenReader) word64() uint64 { return binary.LittleEndian.Uint64(t.take(8)) }

func (t *tokenReader) float() float64 { return math.Float64frombits(t.word64()) }

func (t *tokenReader) uvarint() uint64 {
	v, n := binary.Uvarint(t.b)
	t.short = t.short || n <= 0
	t.b = t.b[max(n, 0):]
	return v
}

func (t *tokenReader) varint() int64 {
	v, n := binary.Varint(t.b)
	t.short = t.short || n <= 0
	t.b = t.b[max(n, 0):]
	return v
}

// What a token holds a position or a shape by.
const (
	tokenPoint = iota
	tokenLine
	tokenArea
)

// appendPlace appends what a question is about: a position as it is, or the corners of a shape as steps from one to the next.
func appendPlace(b []byte, q *duty.Question) []byte {
	if q.Shape == nil {
		b = append(b, tokenPoint)
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(q.Lon))
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(q.Lat))
	}
	kind := byte(tokenLine)
	if q.Shape.Area {
		kind = tokenArea
	}
	b = append(b, kind, byte(len(q.Shape.Corners)))
	scale := duty.CoordinateScale(q.CRS)
	var last [2]int64
	for _, p := range q.Shape.Corners {
		for axis := range last {
			v := int64(math.Round(p[axis] * scale))
			b = binary.AppendVarint(b, v-last[axis])
			last[axis] = v
		}
	}
	return b
}

// place reads what appendPlace wrote; the system is read before.
func (t *tokenReader) place(q *duty.Question) {
	kind := t.take(1)[0]
	if kind == tokenPoint {
		q.Lon, q.Lat = t.float(), t.float()
		return
	}
	shape := &duty.Shape{Area: kind == tokenArea}
	scale := duty.CoordinateScale(q.CRS)
	var last [2]int64
	for range t.take(1)[0] {
		for axis := range last {
			last[axis] += t.varint()
		}
		shape.Corners = append(shape.Corners, orb.Point{float64(last[0]) / scale, float64(last[1]) / scale})
	}
	q.About(shape)
}
