package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// MaxListed is how many problems of one kind and severity a report lists; all are counted.
const MaxListed = 1000

// Report says what an import would do and what is wrong with it. It depends on the input alone: no time, no path.
type Report struct {
	File string `json:"file"`
	// FileLayer is the layer in a file of several.
	FileLayer string       `json:"file_layer,omitempty"`
	Format    Format       `json:"format"`
	Layer     layers.Layer `json:"layer"`
	CRS       geo.CRS      `json:"crs"`
	// Declared is the system that the file names itself.
	Declared string `json:"declared_crs,omitempty"`
	// Records is the number of rows in the file.
	Records int `json:"records"`
	// Fields says which field went into which column.
	Fields map[string]string `json:"fields"`
	// Blocked says that a problem is an error, so that nothing can be imported.
	Blocked bool `json:"blocked"`
	Diff    Diff `json:"difference"`
	// Repair is what --repair did, nil when it was not asked for or had nothing to do.
	Repair *Repair `json:"repair,omitempty"`
	// Fits is how well the file agrees with the store when it is read in each system, the best first.
	Fits []Fit `json:"crs_fits,omitempty"`
	// Counts are all problems by severity and kind; Problems at most MaxListed of each, in the same order.
	Counts   []Count   `json:"counts"`
	Problems []Problem `json:"problems"`
}

// Diff is the difference of an import from what the store has.
type Diff struct {
	Created   int `json:"created"`
	Replaced  int `json:"replaced"`
	Ended     int `json:"ended"`
	Unchanged int `json:"unchanged"`
	// Kept are features of the layer that the file does not have and that stay.
	Kept int `json:"kept"`
	// Changes names the first MaxListed features that are created, replaced or ended.
	Changes []ChangeLine `json:"changes,omitempty"`
}

// ChangeLine is one feature that an import changes.
type ChangeLine struct {
	Op   layers.Op `json:"op"`
	ID   string    `json:"id"`
	Code string    `json:"code"`
	Name string    `json:"name,omitempty"`
	// What lists the columns that differ, for a replacement.
	What []string `json:"what,omitempty"`
}

// Repair says what a repair moved.
type Repair struct {
	ToleranceM float64 `json:"tolerance_m"`
	// Vertices counts what was moved or led through a neighbour's vertex; MaxM is the longest way, TotalM the sum.
	Vertices int     `json:"moved"`
	MaxM     float64 `json:"max_m"`
	TotalM   float64 `json:"total_m"`
	// Gaps and Slivers narrower than the tolerance are gone; Overlaps that were wider went to the lower code.
	Gaps     int `json:"gaps_closed"`
	Slivers  int `json:"slivers_closed"`
	Overlaps int `json:"overlaps_given"`
	// OverlapM2 is the ground of the overlaps.
	OverlapM2 float64 `json:"overlaps_m2"`
}

// Fit is how well the file agrees with the store when it is read in a system.
type Fit struct {
	CRS     geo.CRS `json:"crs"`
	MedianM float64 `json:"median_m"`
}

// Count is a number of problems of one kind.
type Count struct {
	Severity geo.Severity `json:"severity"`
	Kind     Kind         `json:"kind"`
	Count    int          `json:"count"`
	MaxSizeM float64      `json:"max_size_m,omitempty"`
	AreaM2   float64      `json:"area_m2,omitempty"`
}

// Count returns how many problems of a kind there are, of any severity.
func (r *Report) Count(k Kind) int {
	n := 0
	for _, c := range r.Counts {
		if c.Kind == k {
			n += c.Count
		}
	}
	return n
}

// Errors returns the number of problems that block the import.
func (r *Report) Errors() int { return r.severe(geo.SeverityError) }

// Warnings returns the number of warnings.
func (r *Report) Warnings() int { return r.severe(geo.SeverityWarning) }

func (r *Report) severe(s geo.Severity) int {
	n := 0
	for _, c := range r.Counts {
		if c.Severity == s {
			n += c.Count
		}
	}
	return n
}

// collector gathers problems: all are counted, the first of each kind kept.
type collector struct {
	counts map[[2]string]*Count
	listed map[[2]string][]Problem
	// broken are the codes with an error in their geometry, so that it is not reported twice.
	broken map[string]bool
	// rounded counts features, windings rings: things that are said once.
	rounded, windings int
}

func newCollector() *collector {
	return &collector{counts: map[[2]string]*Count{}, listed: map[[2]string][]Problem{}, broken: map[string]bool{}}
}

func (c *collector) add(p Problem) {
	key := [2]string{string(p.Severity), string(p.Kind)}
	n := c.counts[key]
	if n == nil {
		n = &Count{Severity: p.Severity, Kind: p.Kind}
		c.counts[key] = n
	}
	n.Count++
	n.MaxSizeM = max(n.MaxSizeM, p.SizeM)
	n.AreaM2 += p.AreaM2
	if len(c.listed[key]) < MaxListed {
		c.listed[key] = append(c.listed[key], p)
	}
}

func (c *collector) blocked() bool {
	for key := range c.counts {
		if key[0] == string(geo.SeverityError) {
			return true
		}
	}
	return false
}

// once says what is not worth a line for each.
func (c *collector) once() {
	if c.rounded > 0 {
		c.add(Problem{Kind: KindRounded, Severity: geo.SeverityInfo,
			Detail: fmt.Sprintf("coordinates of %d features were rounded to 1e-7 degree (about 1 cm)", c.rounded)})
	}
	if c.windings > 0 {
		c.add(Problem{Kind: Kind(geo.DefectRingWinding), Severity: geo.SeverityInfo,
			Detail: fmt.Sprintf("%d rings run the other way than RFC 7946 says, which is harmless", c.windings)})
	}
	c.rounded, c.windings = 0, 0
}

// into writes what was gathered to r, errors first, then by kind, each in the order in which it was found.
func (c *collector) into(r *Report) {
	c.once()
	r.Counts, r.Problems = []Count{}, []Problem{}
	for _, n := range c.counts {
		r.Counts = append(r.Counts, *n)
	}
	slices.SortFunc(r.Counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	for _, n := range r.Counts {
		r.Problems = append(r.Problems, c.listed[[2]string{string(n.Severity), string(n.Kind)}]...)
	}
	r.Blocked = c.blocked()
}

func rank(s geo.Severity) int {
	return slices.Index([]geo.Severity{geo.SeverityError, geo.SeverityWarning, geo.SeverityInfo}, s)
}
