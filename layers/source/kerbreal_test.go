package source_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"wangge/data/realdata"
	"wangge/geo"
	"wangge/layers/source"
)

// kerbPlan plans an import of kerb data, and checks that the counts add up.
func kerbPlan(t testing.TB, in source.KerbInput) *source.KerbPlan {
	t.Helper()
	in.CRS, in.Now, in.Settings = geo.WGS84, now(), free()
	p, err := source.NewKerbPlan(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	r := &p.Report
	if r.Whole+r.Partly+r.Left != r.Records {
		t.Errorf("%d whole, %d partly, %d left out of %d records", r.Whole, r.Partly, r.Left, r.Records)
	}
	if want := r.Segments + r.Zones + r.Spaces + r.Schedules; len(p.Edits()) != want {
		t.Errorf("%d edits, the report says %d", len(p.Edits()), want)
	}
	return p
}

func kerbText(t testing.TB, p *source.KerbPlan, most int) string {
	t.Helper()
	var b strings.Builder
	if err := p.Report.WriteText(&b, most); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRealKerbs imports what others publish. Every record is accounted for.
func TestRealKerbs(t *testing.T) {
	for _, one := range []struct {
		file    string
		format  source.KerbFormat
		records int
		carried int // at least
	}{
		{"portland-downtown-2020.curblr.json", source.CurbLR, 416, 410},
		{"curblr-simple-examples.json", source.CurbLR, 6, 5},
		{"cds-curbs-examples.json", source.CDS, 6, 2},
		{"sf-parking-regulations-a.csv", source.SanFrancisco, 3892, 3400},
	} {
		t.Run(one.file, func(t *testing.T) {
			f, err := os.Open(realdata.File(t, "curb/"+one.file))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			p := kerbPlan(t, source.KerbInput{Name: one.file, Data: f})
			if p.Report.Format != one.format || p.Report.Records != one.records || p.Report.Whole+p.Report.Partly < one.carried {
				t.Errorf("%s: %d records, %d whole, %d partly", p.Report.Format, p.Report.Records, p.Report.Whole, p.Report.Partly)
			}
			t.Log("\n" + kerbText(t, p, 2))
		})
	}
}
