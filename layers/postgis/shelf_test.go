package postgis_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangge/layers"
	"wangge/layers/storetest"
)

// shelf holds databases with empty stores for the cases of one test. A case gets one of its own, and afterwards it is emptied
// for the next: a copy of a template costs forty times as much.
type shelf struct {
	owner testing.TB // the databases and the sessions that empty them last as long as it

	lock sync.Mutex
	free map[string][]*shelved // by what they were made of
}

// shelved is one database.
type shelved struct {
	url string
	run func(statements ...string) error // a session that no trigger answers
	// spoilt is set when the tables themselves were changed, so that emptying them is not enough.
	spoilt bool
}

// emptying deletes everything but the list of migrations and puts the first row of wangge_meta back. A session that was left
// in a transaction is not waited for.
const emptying = `
	DO $$ DECLARE one regclass; BEGIN
		FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'wangge'::regnamespace AND relname <> 'wangge_migrations' LOOP
			EXECUTE format('DELETE FROM %s', one);
		END LOOP;
	END $$;
	INSERT INTO wangge.wangge_meta TABLE pg_temp.first_meta`

// newShelf makes a first database, or skips the test.
func newShelf(t testing.TB, settings layers.Settings) *shelf {
	t.Helper()
	s := &shelf{owner: t, free: map[string][]*shelved{}}
	s.free[templateOf(settings)] = []*shelved{s.fresh(settings)}
	return s
}

func (s *shelf) fresh(settings layers.Settings) *shelved {
	s.owner.Helper()
	url := newDatabase(s.owner, settings)
	d := &shelved{url: url, run: session(s.owner, url)}
	err := d.run("CREATE TEMPORARY TABLE first_meta AS TABLE wangge.wangge_meta", "SET session_replication_role = replica", "SET lock_timeout = '10s'")
	if err != nil {
		s.owner.Fatal(err)
	}
	return d
}

// take returns a database with an empty store, which is put back when t ends, unless t fails.
func (s *shelf) take(t testing.TB, settings layers.Settings) *shelved {
	t.Helper()
	key := templateOf(settings)
	d := s.pop(key)
	if d == nil {
		d = s.fresh(settings)
	}
	t.Cleanup(func() {
		if d.spoilt || t.Failed() {
			return
		}
		if err := d.run(emptying); err != nil {
			t.Errorf("empty the database: %v", err)
			return
		}
		s.lock.Lock()
		defer s.lock.Unlock()
		s.free[key] = append(s.free[key], d)
	})
	return d
}

func (s *shelf) pop(key string) *shelved {
	s.lock.Lock()
	defer s.lock.Unlock()
	list := s.free[key]
	if len(list) == 0 {
		return nil
	}
	s.free[key] = list[:len(list)-1]
	return list[len(list)-1]
}

// TestShelf: a store that was emptied is as a new one, and one that cannot be emptied is not given out again.
func TestShelf(t *testing.T) {
	t.Parallel()
	s := newShelf(t, storetest.Settings())
	used := ""
	t.Run("use", func(t *testing.T) {
		d := s.take(t, storetest.Settings())
		used = d.url
		lived(t, open(t, d.url, layers.StoreOptions{}))
	})
	t.Run("again", func(t *testing.T) {
		d := s.take(t, storetest.Settings())
		again := open(t, d.url, layers.StoreOptions{})
		head, err := again.Head(t.Context())
		if want := (layers.Position{Epoch: "e1"}); err != nil || head != want || d.url != used {
			t.Errorf("head: got %v, %v, want %v", head, err, want)
		}
		fresh := everythingOf(t, open(t, newDatabase(t, storetest.Settings()), layers.StoreOptions{}))
		if diff := cmp.Diff(fresh, everythingOf(t, again)); diff != "" {
			t.Errorf("emptied against new (-new +emptied):\n%.2000s", diff)
		}
		lived(t, again)
		d.spoilt = true
	})
	t.Run("spoilt", func(t *testing.T) {
		if d := s.take(t, storetest.Settings()); d.url == used {
			t.Error("a spoilt database is given out again")
		}
	})
}
