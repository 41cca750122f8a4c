package layers_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"wangge/layers"
	"wangge/layers/storetest"
)

// feeding runs a feed on a fake store in a bubble of its own time, and what in it.
type feeding struct {
	*fake
	feed *layers.Feed
	got  publications
	log  text
}

func feedBubble(t *testing.T, opts layers.FeedOptions, what func(t *testing.T, f *feeding)) {
	synctest.Test(t, func(t *testing.T) {
		f := &feeding{fake: newFake(sample()...)}
		opts.Log = slog.New(slog.NewTextHandler(&f.log, nil))
		f.feed = layers.NewFeed(f.fake, opts)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- f.feed.Run(ctx, nil, f.got.add)
		}()
		synctest.Wait()
		what(t, f)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// last returns what was published last after everything has settled.
func (f *feeding) last() *layers.Snapshot {
	synctest.Wait()
	all := f.got.all()
	return all[len(all)-1]
}

func (f *feeding) revisions() (n []int64) {
	synctest.Wait()
	for _, s := range f.got.all() {
		n = append(n, s.Position().Revision)
	}
	return n
}

func TestFeedPublishesInOrder(t *testing.T) {
	feedBubble(t, layers.FeedOptions{}, func(t *testing.T, f *feeding) {
		for n := range 50 {
			f.change(pole(n, "new", 2))
			if n%3 == 0 {
				synctest.Wait()
			}
		}
		got := f.revisions()
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) || got[len(got)-1] != 51 {
			t.Errorf("published %v, want rising revisions up to 51", got)
		}
		equalSnapshots(t, "at the end", f.last(), f.model.full(t))
		if s := f.feed.State(); s.Position != f.model.position || s.Err != nil || s.FullLoads != 1 || s.Deltas != int64(len(got)-1) {
			t.Errorf("state %+v", s)
		}
	})
}

// TestFeedWakesAtOnce: no time passes between a hint and the publication.
func TestFeedWakesAtOnce(t *testing.T) {
	feedBubble(t, layers.FeedOptions{}, func(t *testing.T, f *feeding) {
		began := time.Now()
		f.change(pole(1, "new", 2))
		if got := f.last().Position().Revision; got != 2 || time.Since(began) != 0 {
			t.Errorf("revision %d after %v, want 2 at once", got, time.Since(began))
		}
		f.set(func(f *fake) { f.mute = true })
		f.change(pole(1, "newer", 3))
		f.feed.Nudge()
		if got := f.last().Position().Revision; got != 3 || time.Since(began) != 0 {
			t.Errorf("revision %d after a nudge and %v, want 3 at once", got, time.Since(began))
		}
	})
}

func TestFeedRepeatedHintsDoNothing(t *testing.T) {
	feedBubble(t, layers.FeedOptions{Poll: time.Hour, Verify: -1}, func(t *testing.T, f *feeding) {
		f.change(pole(1, "new", 2))
		before := len(f.revisions())
		f.set(func(f *fake) { f.wake(500) })
		if got := f.revisions(); len(got) != before {
			t.Errorf("500 hints without a change published %v", got[before:])
		}
	})
}

func TestFeedPollsWhenHintsAreLost(t *testing.T) {
	feedBubble(t, layers.FeedOptions{}, func(t *testing.T, f *feeding) {
		f.set(func(f *fake) { f.mute = true })
		f.change(pole(1, "new", 2))
		if got := f.last().Position().Revision; got != 1 {
			t.Fatalf("revision %d was published without a hint", got)
		}
		time.Sleep(2100 * time.Millisecond)
		if got := f.last().Position().Revision; got != 2 {
			t.Errorf("revision %d 2.1 s after a lost hint, want 2", got)
		}
	})
}

// TestFeedWatchesAgain: a lost connection of the notices costs a look at once and is made again.
func TestFeedWatchesAgain(t *testing.T) {
	feedBubble(t, layers.FeedOptions{Poll: time.Hour, Verify: -1}, func(t *testing.T, f *feeding) {
		f.set(func(f *fake) {
			f.mute = true
			close(f.broken)
			f.broken = make(chan struct{})
		})
		f.change(pole(1, "missed", 2))
		time.Sleep(1500 * time.Millisecond)
		if got := f.last().Position().Revision; got != 2 {
			t.Fatalf("revision %d 1.5 s after the connection was lost, want 2", got)
		}
		f.set(func(f *fake) { f.mute = false })
		f.change(pole(1, "heard", 3))
		if got := f.last().Position().Revision; got != 3 {
			t.Errorf("revision %d, want 3: nobody watches any more", got)
		}
	})
}

func TestFeedLoadsAllAfterARestore(t *testing.T) {
	feedBubble(t, layers.FeedOptions{}, func(t *testing.T, f *feeding) {
		for n := range 5 {
			f.change(pole(n, "new", 2))
		}
		synctest.Wait()
		f.set(func(f *fake) {
			f.model.position = layers.Position{Epoch: "e2", Revision: 3}
			f.model.put(pole(77, "only in the restored store", 1))
			f.wake(1)
		})
		if got := f.last().Position(); got.String() != "e2-3" {
			t.Fatalf("at %s after a restore, want e2-3", got)
		}
		equalSnapshots(t, "after a restore", f.last(), f.model.full(t))
		if s := f.feed.State(); s.FullLoads != 2 {
			t.Errorf("%d full loads, want 2", s.FullLoads)
		}
	})
}

func TestFeedKeepsServingWhileTheStoreIsDown(t *testing.T) {
	feedBubble(t, layers.FeedOptions{}, func(t *testing.T, f *feeding) {
		good := f.last()
		confirmed := f.feed.State().ConfirmedAt
		f.set(func(f *fake) { f.down = fmt.Errorf("gone: %w", layers.ErrUnavailable) })
		time.Sleep(time.Minute)
		if s := f.feed.State(); f.last() != good || !errors.Is(s.Err, layers.ErrUnavailable) || s.ConfirmedAt.Sub(confirmed) > 3*time.Second {
			t.Errorf("a minute into the outage: %+v", s)
		}
		if _, n := f.counts(); n > 120 {
			t.Errorf("%d reads in a minute of outage", n)
		}
		f.set(func(f *fake) { f.down = nil })
		f.change(pole(1, "back", 2))
		time.Sleep(2 * time.Second)
		if s := f.feed.State(); f.last().Position().Revision != 2 || s.Err != nil {
			t.Errorf("2 s after the outage at %s: %+v", f.last().Position(), s)
		}
		if text := f.log.String(); strings.Count(text, "stands still") != 1 || !strings.Contains(text, "goes on") {
			t.Errorf("want one line for the outage and one for its end:\n%s", text)
		}
	})
}

// TestFeedPoisoned: a grid that cannot be published keeps the last good snapshot, is named, and when it is mended the feed goes on.
func TestFeedPoisoned(t *testing.T) {
	feedBubble(t, layers.FeedOptions{}, func(t *testing.T, f *feeding) {
		good := f.last()
		bad := storetest.Fresh(layers.Grids, 2).(*layers.Grid)
		bad.Geometry = storetest.Fresh(layers.Towns, 0).(*layers.Town).Geometry
		f.change(bad)
		time.Sleep(30 * time.Second)
		s := f.feed.State()
		if f.last() != good || !errors.Is(s.Err, layers.ErrPoisoned) || len(s.Poisoned) == 0 || !strings.Contains(s.Poisoned[0].ID, bad.ID) {
			t.Fatalf("poisoned: %+v", s)
		}
		f.change(pole(1, "behind it", 2))
		f.set(func(f *fake) { f.down = layers.ErrUnavailable })
		time.Sleep(10 * time.Second)
		f.set(func(f *fake) { f.down = nil })
		time.Sleep(10 * time.Second)
		if s := f.feed.State(); len(s.Poisoned) == 0 || !errors.Is(s.Err, layers.ErrPoisoned) {
			t.Errorf("after an outage the poisoned rows are forgotten: %+v", s)
		}
		began := time.Now()
		f.change(storetest.Fresh(layers.Grids, 2))
		if s := f.last(); s.Position() != f.model.position || time.Since(began) != 0 {
			t.Errorf("mended, but at %s after %v", s.Position(), time.Since(began))
		}
		if s := f.feed.State(); s.Err != nil || len(s.Poisoned) > 0 {
			t.Errorf("mended: %+v", s)
		}
	})
}

// TestFeedPoisonedFromTheStart: without a snapshot the store is read again only when it has changed.
func TestFeedPoisonedFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake(sample()...)
		bad := storetest.Fresh(layers.Grids, 2).(*layers.Grid)
		bad.Name = ""
		store.model.put(bad)
		feed := layers.NewFeed(store, layers.FeedOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var got publications
		go func() { _ = feed.Run(ctx, nil, got.add) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		if loads, _ := store.counts(); loads != 1 || len(got.all()) != 0 || len(feed.State().Poisoned) == 0 {
			t.Errorf("%d loads, %d snapshots, state %+v; want one load", loads, len(got.all()), feed.State())
		}
		store.change(storetest.Fresh(layers.Grids, 2))
		synctest.Wait()
		if n := len(got.all()); n != 1 || feed.State().Err != nil {
			t.Errorf("mended: %d snapshots, %v", n, feed.State().Err)
		}
	})
}

// TestFeedFindsADifference: a delta that leaves out a feature makes the snapshot differ from the store. The next verification
// finds it, says so and loads everything, also while edits go on.
func TestFeedFindsADifference(t *testing.T) {
	for _, busy := range []bool{false, true} {
		t.Run(fmt.Sprintf("busy %v", busy), func(t *testing.T) {
			feedBubble(t, layers.FeedOptions{Verify: time.Minute}, func(t *testing.T, f *feeding) {
				lost := pole(3, "lost", 2)
				f.set(func(f *fake) { f.forget = keyOf(lost) })
				f.change(lost)
				if _, ok := f.last().Set(layers.Poles).Head(lost.ID); ok {
					t.Fatal("the defect is not planted")
				}
				for i := range 3000 {
					time.Sleep(100 * time.Millisecond)
					if busy {
						f.change(pole(10+i%5, fmt.Sprint(i), 3))
					}
				}
				if s := f.feed.State(); s.Mismatches < 1 || !strings.Contains(f.log.String(), "differs from the store") {
					t.Errorf("the difference was not found: %+v", s)
				}
				if _, ok := f.last().Set(layers.Poles).Head(lost.ID); !ok {
					t.Error("the feature is still lost")
				}
				equalSnapshots(t, "after the alarm", f.last(), f.model.full(t))
			})
		})
	}
}

// TestFeedVerifiesQuietly: a good snapshot is compared once a period and raises no alarm; the loads do not delay an edit.
func TestFeedVerifiesQuietly(t *testing.T) {
	feedBubble(t, layers.FeedOptions{Verify: time.Minute}, func(t *testing.T, f *feeding) {
		for i := range 3000 {
			time.Sleep(100 * time.Millisecond)
			began := time.Now()
			f.change(pole(10+i%5, fmt.Sprint(i), 3))
			if s := f.last(); s.Position() != f.model.position || time.Since(began) != 0 {
				t.Fatalf("edit %d: at %s after %v", i, s.Position(), time.Since(began))
			}
		}
		loads, _ := f.counts()
		if s := f.feed.State(); s.Mismatches != 0 || s.FullLoads != 1 || loads < 4 || loads > 7 {
			t.Errorf("%d loads in five minutes, state %+v", loads, s)
		}
	})
}

// TestFeedStartsFromAFile: what is served already is followed by a delta, not by a full load.
func TestFeedStartsFromAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake(sample()...)
		start := store.model.full(t)
		store.change(pole(5, "while away", 2))
		feed := layers.NewFeed(store, layers.FeedOptions{Verify: -1})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var got publications
		go func() { _ = feed.Run(ctx, start, got.add) }()
		synctest.Wait()
		loads, _ := store.counts()
		all := got.all()
		if len(all) != 1 || loads != 0 || all[0].Position() != store.model.position {
			t.Fatalf("%d snapshots, %d loads", len(all), loads)
		}
		equalSnapshots(t, "after a delta on the file", all[0], store.model.full(t))
	})
}

// TestFeedTooMuch: more changes than a delta has are loaded as a whole.
func TestFeedTooMuch(t *testing.T) {
	feedBubble(t, layers.FeedOptions{Most: 10}, func(t *testing.T, f *feeding) {
		var many []layers.Feature
		for n := range 11 {
			many = append(many, pole(n, "many", 2))
		}
		f.change(many...)
		equalSnapshots(t, "after many changes", f.last(), f.model.full(t))
		if s := f.feed.State(); s.FullLoads != 2 {
			t.Errorf("%d full loads, want 2", s.FullLoads)
		}
	})
}
