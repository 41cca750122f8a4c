package source

import (
	"fmt"
	"strings"

	"wangge/geo"
	"wangge/layers"
)

// uniqueCodes keeps the first record of each code and reports the others.
func uniqueCodes(drafts []*draft, report *collector) []*draft {
	first := map[string]*draft{}
	kept := drafts[:0]
	for _, d := range drafts {
		key := d.feature.Head().ID
		if have := first[key]; have != nil {
			report.add(Problem{Kind: KindCodeClash, Severity: geo.SeverityError, Row: d.record.Row, Code: d.code, Field: "code",
				At: d.place(), Detail: fmt.Sprintf("has the same code as %s", have.record.Row)})
			continue
		}
		first[key] = d
		kept = append(kept, d)
	}
	return kept
}

// uniqueColumns reports what else a store keeps unique: among the file's features, and against those of the store that stay.
func uniqueColumns(in *Input, info layers.Info, s *present, drafts []*draft, report *collector) {
	here := map[string]bool{}
	for _, d := range drafts {
		here[d.feature.Head().ID] = true
	}
	for _, u := range layers.Uniques() {
		if u.Layer != in.Layer {
			continue
		}
		used := map[string]string{}
		if !info.Partition && !in.ReplaceAll {
			for id, f := range s.byID {
				if key := uniqueKey(f, u); key != "" && !here[id] {
					used[key] = "the store's " + id
				}
			}
		}
		for _, d := range drafts {
			key := uniqueKey(d.feature, u)
			if key == "" {
				continue
			}
			if other, taken := used[key]; taken {
				report.add(Problem{Kind: KindCodeClash, Severity: geo.SeverityError, Row: d.record.Row, Code: d.code,
					Field: u.Columns[len(u.Columns)-1], At: d.place(),
					Detail: fmt.Sprintf("%s is taken by %s", strings.Join(u.Columns, " and "), other)})
				continue
			}
			used[key] = d.record.Row
		}
	}
}

// uniqueKey joins the columns of f that are unique together; "" when the first is empty.
func uniqueKey(f layers.Feature, u layers.Unique) string {
	values, err := layers.Values(f)
	if err != nil {
		return ""
	}
	var parts []string
	for _, column := range u.Columns {
		for i, c := range layers.Columns(f.Layer()) {
			if c.Name == column {
				parts = append(parts, fmt.Sprint(values[i]))
			}
		}
	}
	if len(parts) == 0 || parts[0] == "" {
		return ""
	}
	return strings.Join(parts, "\x00")
}
