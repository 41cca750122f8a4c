package api

import (
	"sync"

	"wangge/layers/cds"
)

// mostFeeds is how many years are kept. Nearly everybody asks for the present one.
const mostFeeds = 3

// curbFeeds keeps the feed of the present year apart from the others, so that nobody who asks for those makes it wait.
type curbFeeds struct{ present, others feedShelf }

// of returns the feed of a World for a year; now is the present one.
func (f *curbFeeds) of(w *World, year, now int) *cds.Feed {
	if year == now {
		return f.present.of(w, year)
	}
	return f.others.of(w, year)
}

// feedShelf keeps the feeds that were asked for last, and makes those of a later World from them.
type feedShelf struct {
	lock sync.Mutex
	kept []keptFeed // the one that was asked for last comes last
}

type keptFeed struct {
	world *World
	year  int
	feed  *cds.Feed
}

// of returns the feed of a World for a year. Who asks while it is being made waits for it.
func (f *feedShelf) of(w *World, year int) *cds.Feed {
	f.lock.Lock()
	defer f.lock.Unlock()
	one := keptFeed{year: year}
	for i, k := range f.kept {
		if k.year == year {
			one = k
			f.kept = append(f.kept[:i:i], f.kept[i+1:]...)
			break
		}
	}
	if one.world != w {
		one.world, one.feed = w, cds.New(w.Snapshot, year, one.feed)
	}
	f.kept = append(f.kept, one)
	f.kept = f.kept[max(0, len(f.kept)-mostFeeds):]
	return one.feed
}
