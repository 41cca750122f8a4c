package api

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"wangge/layers"
	"wangge/routing/duty"
)

// codebook finds categories by what others call them. It is made of one state of the layer of categories, and never changes.
type codebook struct {
	of     *layers.Set
	byCode map[layers.ExternalCode][]*layers.Category // by id
}

func newCodebook(set *layers.Set) *codebook {
	b := &codebook{of: set, byCode: map[layers.ExternalCode][]*layers.Category{}}
	for f := range set.Rows() {
		if k, ok := f.(*layers.Category); ok {
			for _, code := range k.Codes {
				b.byCode[code] = append(b.byCode[code], k)
			}
		}
	}
	return b
}

// category returns the category that a code means at an instant, the first by id if there are several.
func (b *codebook) category(code layers.ExternalCode, at layers.Instant) (string, bool) {
	for _, k := range b.byCode[code] {
		if k.ValidAt(at) {
			return k.Code, true
		}
	}
	return "", false
}

// codebooks keeps the codebook that was used last.
type codebooks struct{ last atomic.Pointer[codebook] }

func (k *codebooks) of(w *World) *codebook {
	set := w.Set(layers.Categories)
	if b := k.last.Load(); b != nil && b.of == set {
		return b
	}
	b := newCodebook(set)
	k.last.Store(b)
	return b
}

// resolve returns the question with the category that it is about. A code that no category has is 400 unknown-category.
func (c *call) resolve(a asking) (duty.Question, error) {
	if a.code.Scheme == "" {
		return a.Question, nil
	}
	category, ok := c.s.codebooks.of(c.w).category(a.code, a.At)
	if !ok {
		return a.Question, unknownCategory(a.code)
	}
	a.Category = category
	return a.Question, nil
}

func unknownCategory(code layers.ExternalCode) *Problem {
	name := code.Scheme
	if name == layers.WhistleScheme {
		name = "whistle_item"
	}
	return &Problem{Status: http.StatusBadRequest, Code: "unknown-category", Parameter: name, More: map[string]any{"scheme": code.Scheme, "unknown": code.Code},
		Detail: fmt.Sprintf("no category has the code %.80q of the list %s", code.Code, code.Scheme)}
}
