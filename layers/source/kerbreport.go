package source

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// KerbClass is a kind of thing that kerb data says and that has no equal here. The words are stable.
type KerbClass string

// The classes.
const (
	KerbGeometry     KerbClass = "geometry"      // no line or area that a zone could be made of
	KerbParts        KerbClass = "parts"         // several lines, of which the longest is taken
	KerbNoRule       KerbClass = "no-regulation" // nothing is said about the place
	KerbActivity     KerbClass = "activity"      // an activity without a mode of its own
	KerbUsers        KerbClass = "users"         // a class of users that is not known here
	KerbExempt       KerbClass = "exempt"        // somebody whom it is not for
	KerbVehicle      KerbClass = "vehicle-size"
	KerbDates        KerbClass = "dates"      // days of the month, dates of each year
	KerbPeriod       KerbClass = "period"     // a period that is not defined
	KerbHolidays     KerbClass = "holidays"   // those of the file's country
	KerbHours        KerbClass = "hours"      // hours that cannot be read, or are missing
	KerbMidnight     KerbClass = "midnight"   // an end at 23:59, taken as midnight
	KerbPayment      KerbClass = "payment"    // prices in another currency, steps, ways to pay
	KerbNoReturn     KerbClass = "no-return"  // how long one may not come back
	KerbStay         KerbClass = "stay"       // a bound of a stay that cannot be kept
	KerbPriority     KerbClass = "priority"   // a rank among regulations at one time
	KerbOverruled    KerbClass = "overruled"  // another regulation always goes before
	KerbOperators    KerbClass = "operators"  // for the vehicles of some operators alone
	KerbTooMany      KerbClass = "too-many"   // more windows than a schedule holds
	KerbExists       KerbClass = "exists"     // the store has it, it is left as it is
	KerbTwice        KerbClass = "twice"      // an id that came before
	KerbUnusedPolicy KerbClass = "unused"     // a policy of no zone
	KerbMissing      KerbClass = "missing"    // something that is referred to and not in the file
	KerbNoLayer      KerbClass = "no-layer"   // areas, which have their own files
	KerbNotValid     KerbClass = "not-valid"  // what was made of it is refused
	KerbUnreadable   KerbClass = "unreadable" // the record is no JSON of that form
)

// KerbLoss is one thing of one record that was not carried over, or not as it was.
type KerbLoss struct {
	Row    string    `json:"row"`
	Class  KerbClass `json:"class"`
	Detail string    `json:"detail"`
}

// KerbReport says what an import of kerb data would do, and record by record what it leaves out. Whole, Partly and Left add up to Records.
type KerbReport struct {
	File    string     `json:"file"`
	Format  KerbFormat `json:"format"`
	CRS     geo.CRS    `json:"crs"`
	Records int        `json:"records"`
	// Whole are records of which all was carried over, Partly those of which something was lost or changed, Left those of which nothing
	// was taken.
	Whole  int `json:"whole"`
	Partly int `json:"partly"`
	Left   int `json:"left"`
	// Classes count records by what they lost, most first; a record may be in several.
	Classes []KerbCount `json:"classes"`
	// Losses are at most MaxListed of each class, in the order of the file; all are counted.
	Losses []KerbLoss `json:"losses"`
	// Assumed says what the file does not, and how it is taken.
	Assumed []string `json:"assumed"`
	// Unused counts the records that have a field of which nothing is made.
	Unused map[string]int `json:"unused,omitempty"`

	Segments  int `json:"segments"`
	Zones     int `json:"zones"`
	Spaces    int `json:"spaces"`
	Schedules int `json:"schedules"`
	// Outside are zones that lie outside of the district of the store; Blocked says that all do, so that nothing can be imported.
	Outside int  `json:"outside,omitempty"`
	Blocked bool `json:"blocked,omitempty"`
	// Conflicts count what FindConflicts and FindZoneConflicts say of the drafts and zones; Findings are at most MaxListed of each.
	Conflicts []KerbFinding    `json:"conflicts"`
	Findings  []layers.Finding `json:"findings"`
}

// KerbCount is a number of records of a class, and of losses in them.
type KerbCount struct {
	Class   KerbClass `json:"class"`
	Records int       `json:"records"`
	Losses  int       `json:"losses"`
}

// KerbFinding is a number of findings of one code.
type KerbFinding struct {
	Code   layers.FindingCode `json:"code"`
	Blocks bool               `json:"blocks"`
	Count  int                `json:"count"`
}

// count fills in what became of the records.
func (r *KerbReport) count(records []*kerbRecord) {
	counts := map[KerbClass]*KerbCount{}
	r.Losses, r.Classes, r.Records = []KerbLoss{}, []KerbCount{}, len(records)
	for _, one := range records {
		switch {
		case !one.carried:
			r.Left++
		case len(one.lost) > 0:
			r.Partly++
		default:
			r.Whole++
		}
		seen := map[KerbClass]bool{}
		for _, l := range one.lost {
			c := counts[l.Class]
			if c == nil {
				c = &KerbCount{Class: l.Class}
				counts[l.Class] = c
			}
			if c.Losses++; c.Losses <= MaxListed {
				r.Losses = append(r.Losses, l)
			}
			if !seen[l.Class] {
				c.Records++
			}
			seen[l.Class] = true
		}
	}
	for _, c := range counts {
		r.Classes = append(r.Classes, *c)
	}
	slices.SortFunc(r.Classes, func(a, b KerbCount) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), strings.Compare(string(a.Class), string(b.Class)))
	})
}

// find counts findings.
func (r *KerbReport) find(list []layers.Finding) {
	for _, f := range list {
		i := slices.IndexFunc(r.Conflicts, func(c KerbFinding) bool { return c.Code == f.Code && c.Blocks == f.Blocks })
		if i < 0 {
			i = len(r.Conflicts)
			r.Conflicts = append(r.Conflicts, KerbFinding{Code: f.Code, Blocks: f.Blocks})
		}
		if r.Conflicts[i].Count++; r.Conflicts[i].Count <= MaxListed {
			r.Findings = append(r.Findings, f)
		}
	}
}

// WriteText writes the report for people; of each class at most so many losses are listed, 0 for all that the report has.
func (r *KerbReport) WriteText(w io.Writer, most int) error {
	if most == 0 {
		most = MaxListed
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, coordinates in %s, %d records: %d carried over whole, %d in part, %d left out\n", r.File, r.Format, r.CRS, r.Records, r.Whole, r.Partly, r.Left)
	fmt.Fprintf(&b, "makes %d segments, %d zones, %d spaces, %d drafts of schedules\n", r.Segments, r.Zones, r.Spaces, r.Schedules)
	if r.Outside > 0 {
		fmt.Fprintf(&b, "%d zones lie outside of the district; data of another city goes into a store of its own\n", r.Outside)
	}
	for _, s := range r.Assumed {
		fmt.Fprintf(&b, "assumed: %s\n", s)
	}
	if len(r.Unused) > 0 {
		var names []string
		for name, n := range r.Unused {
			names = append(names, fmt.Sprintf("%s (%d)", name, n))
		}
		slices.Sort(names)
		fmt.Fprintf(&b, "not used: %s\n", strings.Join(names, ", "))
	}
	for _, c := range r.Classes {
		fmt.Fprintf(&b, "%s: %d records\n", c.Class, c.Records)
		n := 0
		for _, l := range r.Losses {
			if l.Class != c.Class {
				continue
			}
			if n++; n > most {
				fmt.Fprintf(&b, "  … and %d more\n", c.Losses-most)
				break
			}
			fmt.Fprintf(&b, "  %s: %s\n", l.Row, l.Detail)
		}
	}
	for _, c := range r.Conflicts {
		fmt.Fprintf(&b, "%s: %d findings%s\n", c.Code, c.Count, map[bool]string{true: " that keep the draft from being reviewed"}[c.Blocks])
		n := 0
		for _, f := range r.Findings {
			if f.Code == c.Code && f.Blocks == c.Blocks {
				if n++; n > most {
					break
				}
				fmt.Fprintf(&b, "  %s\n", f.Detail)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
