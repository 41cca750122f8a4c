package layers_test

import (
	"fmt"
	"testing"
	"time"

	"wangge/layers"
)

// BenchmarkEdit is an edit of one pole among many, from the delta to the next snapshot; baseline builds everything again. The
// metric x-baseline is how many times faster the delta is.
func BenchmarkEdit(b *testing.B) {
	for _, n := range []int{3_000, 50_000} {
		m := newModel(sample()...)
		for i := range n {
			m.put(pole(i, "first", 1))
		}
		start := m.full(b)
		began := time.Now()
		m.full(b)
		baseline := time.Since(began)
		b.Run(fmt.Sprintf("%d poles/baseline", n), func(b *testing.B) {
			for b.Loop() {
				m.full(b)
			}
		})
		b.Run(fmt.Sprintf("%d poles/delta", n), func(b *testing.B) {
			s, i := start, 0
			for b.Loop() {
				i++
				p := pole(i*7919%n, "edited", int64(i))
				m.put(p)
				next, err := s.With(layers.Delta{Base: m.base(), From: s.Position(), Keys: []layers.Key{keyOf(p)}, Rows: m.rows[keyOf(p)]})
				if err != nil {
					b.Fatal(err)
				}
				s = next
			}
			b.ReportMetric(float64(baseline)*float64(b.N)/float64(b.Elapsed()), "x-baseline")
		})
	}
}
