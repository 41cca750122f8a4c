package api_test

import (
	"testing"
	"time"

	"wangge/api"
	"wangge/layers"
)

// A count that is kept is right when an edit or the clock changes what there is.
func TestCountsChange(t *testing.T) {
	s, _ := fragileServer(t, nil)
	before := s.count(polesPath + "?limit=3&state=in_use")
	if again := s.count(polesPath + "?limit=3&state=in_use"); again != before {
		t.Errorf("%d, again %d", before, again)
	}
	s.put(layers.Planner, "/v1/poles/p_0002", "state", `"closed"`).status(200)
	if after := s.count(polesPath + "?limit=3&state=in_use"); after != before-1 {
		t.Errorf("%d after an edit, want %d", after, before-1)
	}

	// A unit that begins at noon, and one that ends a minute later.
	now := noon.Add(-time.Minute)
	o := testOptions(t)
	o.Now = func() time.Time { return now }
	begins, ends := fixtureUnits()[0].(*layers.Unit), fixtureUnits()[1].(*layers.Unit)
	begins.Meta.ID, begins.Code, begins.ValidFrom = "u_new", "u_new", layers.InstantOf(noon)
	ends.Meta.ID, ends.Code, ends.ValidTo = "u_old", "u_old", layers.InstantOf(noon.Add(time.Minute))
	clock := &server{Server: api.New(o), t: t}
	clock.Publish(snapshotAt(t, 7, append(fixture(), begins, ends)...))
	n := len(fixtureUnits())
	for _, want := range []int{n + 1, n + 2, n + 1} {
		for range 2 {
			if got := clock.count("/collections/units/items?limit=2"); got != want {
				t.Errorf("at %v: %d units, want %d", now, got, want)
			}
		}
		now = now.Add(time.Minute)
	}
}
