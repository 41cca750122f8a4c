package torture_test

import (
	"fmt"
	"slices"
	"testing"
)

// outcome is how an edit ended for the client.
type outcome int

const (
	ambiguous outcome = iota // sent, and no answer came
	acknowledged
	refused
)

// attempt is one edit as the client wrote it down.
type attempt struct {
	id      string // of the feature, its code
	name    string // the value that the edit writes
	version int64  // that the feature has after it
	outcome outcome
}

// line is one line of the audit.
type line struct {
	Revision int64  `json:"revision"`
	Op       string `json:"op"`
	Layer    string `json:"layer"`
	ID       string `json:"id"`
	Version  int64  `json:"version"`
}

// state is a feature as the service has it.
type state struct {
	name    string
	version int64
}

// judge returns everything that is wrong with a history: what clients wrote down, what the service has, and its audit.
//   - The last acknowledged edit of a feature is there, or a later ambiguous one.
//   - A feature has no state that nobody sent.
//   - Each version of each feature has exactly one line of the audit, and each line belongs to a version.
//   - Revisions rise by one, without gaps.
func judge(attempts []attempt, have map[string]state, audit []line) []string {
	var wrong []string
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	byID := map[string][]attempt{}
	for _, a := range attempts {
		byID[a.id] = append(byID[a.id], a)
	}
	for id, list := range byID {
		now, there := have[id]
		last := lastAcknowledged(list)
		if last != nil && (!there || now.version < last.version) {
			add("%s: version %d was acknowledged, and is %+v now", id, last.version, now)
		}
		if there && !slices.ContainsFunc(list, func(a attempt) bool {
			return a.outcome != refused && a.version == now.version && a.name == now.name
		}) {
			add("%s: nobody was told or may have caused %+v", id, now)
		}
	}
	seen := map[string]bool{}
	for _, l := range audit {
		key := fmt.Sprint(l.ID, " ", l.Version)
		if seen[key] {
			add("the audit has %s twice", key)
		}
		seen[key] = true
		if now, there := have[l.ID]; !there || now.version < l.Version {
			add("the audit has %s, and the feature is %+v", key, now)
		}
	}
	for id, now := range have {
		for v := int64(1); v <= now.version; v++ {
			if !seen[fmt.Sprint(id, " ", v)] {
				add("the audit lacks %s %d", id, v)
			}
		}
	}
	return append(wrong, gaps(audit)...)
}

func lastAcknowledged(list []attempt) *attempt {
	var last *attempt
	for i := range list {
		if list[i].outcome == acknowledged && (last == nil || list[i].version > last.version) {
			last = &list[i]
		}
	}
	return last
}

// gaps names revisions that are missing between the first and the last line. A revision of a token has no line: such lines are
// in the audit too, so that nothing may be missing.
func gaps(audit []line) []string {
	var wrong []string
	for i := 1; i < len(audit); i++ {
		if step := audit[i].Revision - audit[i-1].Revision; step < 0 || step > 1 {
			wrong = append(wrong, fmt.Sprintf("revision %d comes after %d", audit[i].Revision, audit[i-1].Revision))
		}
	}
	return wrong
}

// TestJudge plants what a broken service would leave behind, and expects the judge to see each.
func TestJudge(t *testing.T) {
	attempts := []attempt{
		{"u_a", "one", 1, acknowledged}, {"u_a", "two", 2, acknowledged}, {"u_a", "three", 3, ambiguous}, {"u_b", "one", 1, acknowledged},
	}
	good := map[string]state{"u_a": {"two", 2}, "u_b": {"one", 1}}
	audit := []line{{1, "create", "units", "u_a", 1}, {2, "create", "units", "u_b", 1}, {3, "replace", "units", "u_a", 2}}
	if wrong := judge(attempts, good, audit); len(wrong) > 0 {
		t.Fatalf("a right history: %v", wrong)
	}
	later := map[string]state{"u_a": {"three", 3}, "u_b": {"one", 1}}
	if wrong := judge(attempts, later, append(slices.Clone(audit), line{4, "replace", "units", "u_a", 3})); len(wrong) > 0 {
		t.Fatalf("an ambiguous edit that happened: %v", wrong)
	}
	planted := []struct {
		name  string
		have  map[string]state
		audit []line
	}{
		{"an acknowledged create is lost", map[string]state{"u_a": {"two", 2}}, audit},
		{"an acknowledged replacement is lost", map[string]state{"u_a": {"one", 1}, "u_b": {"one", 1}}, audit[:2]},
		{"half an edit: the row without its audit", good, audit[:2]},
		{"half an edit: the audit without its row", good, append(slices.Clone(audit), line{4, "replace", "units", "u_a", 3})},
		{"applied twice", map[string]state{"u_a": {"two", 3}, "u_b": {"one", 1}}, append(slices.Clone(audit), line{4, "replace", "units", "u_a", 3})},
		{"audited twice", good, append(slices.Clone(audit), line{4, "replace", "units", "u_a", 2})},
		{"a revision is missing", good, []line{audit[0], audit[1], {5, "replace", "units", "u_a", 2}}},
		{"a state that nobody sent", map[string]state{"u_a": {"other", 2}, "u_b": {"one", 1}}, audit},
	}
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			if len(judge(attempts, p.have, p.audit)) == 0 {
				t.Error("the judge saw nothing")
			}
		})
	}
}
