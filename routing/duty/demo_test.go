package duty_test

import (
	"flag"
	"math/rand/v2"
	"sync"
	"testing"

	"wangge/data"
	"wangge/layers"
	"wangge/layers/source"
)

var (
	queries  = flag.Int("queries", 5_000, "questions that the naive twin answers, too; the acceptance is 1,000,000")
	shuffles = flag.Int("shuffles", 25, "orders of rules and polygons that are tried; the acceptance is 1,000")
	seed     = flag.Uint64("seed", 1, "of random questions and rules")
)

// demo is the demo district, made once: a snapshot never changes.
var demo = sync.OnceValues(func() (*layers.Snapshot, error) {
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		return nil, err
	}
	b := layers.NewBuilder()
	for _, f := range set.Features {
		f.Head().Version, f.Head().Revision = 1, 1 // as a store gives them; the calendar goes by the version of its notices
		if err := b.Add(layers.Row{Feature: f}); err != nil {
			return nil, err
		}
	}
	return b.Snapshot(layers.Base{Position: layers.Position{Epoch: "demo", Revision: 1}, RecordedAt: now, Settings: set.Settings})
})

func demoDistrict(t testing.TB) *layers.Snapshot {
	t.Helper()
	s, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rowsOf lists the newest state of each feature of a layer.
func rowsOf[T layers.Feature](s *layers.Snapshot, l layers.Layer) (out []T) {
	for f, slice := range s.Set(l).Rows() {
		if one, ok := f.(T); ok && !slice {
			out = append(out, one)
		}
	}
	return out
}

// publishedRules are the rules of a snapshot that count.
func publishedRules(s *layers.Snapshot) (out []*layers.Rule) {
	for _, r := range rowsOf[*layers.Rule](s, layers.Rules) {
		if r.Counts() {
			out = append(out, r)
		}
	}
	return out
}

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// some picks up to most different ones.
func some[T any](random *rand.Rand, list []T, most int) (out []T) {
	for _, i := range random.Perm(len(list))[:1+random.IntN(min(most, len(list)))] {
		out = append(out, list[i])
	}
	return out
}

// instantAt reads a time of the tests.
func instantAt(t testing.TB, text string) layers.Instant {
	t.Helper()
	i, err := layers.ParseInstant(text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}
