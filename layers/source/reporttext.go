package source

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"wangge/geo"
)

// kindNames returns the Chinese terms that stand beside the kinds in a report for people.
func kindNames() map[Kind]string {
	return map[Kind]string{
		Kind(geo.DefectGap): "缝隙", Kind(geo.DefectHoleKept): "空洞", Kind(geo.DefectOverlap): "重叠", Kind(geo.DefectSliver): "狭长重叠",
		Kind(geo.DefectDuplicateArea): "重复面", Kind(geo.DefectCrossingEdge): "边界相交", Kind(geo.DefectUnmatchedVertex): "边界不吻合",
		Kind(geo.DefectRingSelfCrossing): "环自相交", Kind(geo.DefectRingUnclosed): "环未闭合", Kind(geo.DefectHoleOutside): "洞在壳外",
		KindStringNumber: "坐标为文本", KindCodeClash: "编码重复", KindNoCode: "缺编码", KindCRSMismatch: "坐标系不符", KindCRSFit: "坐标系存疑",
		KindSwapped: "经纬度颠倒", KindOutside: "超出范围", KindProvenance: "缺来源信息", KindTopologyGap: "未铺满上级", KindEncoding: "字符编码",
		KindMoved: "已移动", KindReference: "引用缺失",
	}
}

// WriteText writes the report for people, with at most perKind problems of each kind (0 for all that are listed). The largest of a
// kind come first.
func (r *Report) WriteText(w io.Writer, perKind int) error {
	out := bufio.NewWriter(w)
	r.writeHead(out)
	names := kindNames()
	for _, c := range r.Counts {
		name := string(c.Kind)
		if zh := names[c.Kind]; zh != "" {
			name += " " + zh
		}
		fmt.Fprintf(out, "%s %s ×%d", c.Severity, name, c.Count)
		if c.MaxSizeM > 0 {
			fmt.Fprintf(out, ", largest %.3f m", c.MaxSizeM)
		}
		if c.AreaM2 > 0 {
			fmt.Fprintf(out, ", %.1f m² in all", c.AreaM2)
		}
		fmt.Fprintln(out)
		listed := r.largest(c)
		shown := len(listed)
		if perKind > 0 {
			shown = min(shown, perKind)
		}
		for _, p := range listed[:shown] {
			fmt.Fprintf(out, "    %s\n", p)
		}
		if rest := c.Count - shown; rest > 0 {
			fmt.Fprintf(out, "    … and %d more\n", rest)
		}
	}
	if r.Blocked {
		fmt.Fprintf(out, "not imported: %d errors\n", r.Errors())
	}
	return out.Flush()
}

func (r *Report) writeHead(out io.Writer) {
	file := r.File
	if r.FileLayer != "" {
		file += " layer " + r.FileLayer
	}
	fmt.Fprintf(out, "%s (%s, %s) into %s: %d records\n", file, r.Format, r.CRS, r.Layer, r.Records)
	columns := make([]string, 0, len(r.Fields))
	for column, from := range r.Fields {
		columns = append(columns, column+" ← "+from)
	}
	slices.Sort(columns)
	if len(columns) > 0 {
		fmt.Fprintf(out, "fields: %s\n", strings.Join(columns, ", "))
	}
	if !r.Blocked {
		d := r.Diff
		fmt.Fprintf(out, "difference: %d created, %d replaced, %d ended, %d unchanged, %d kept\n", d.Created, d.Replaced, d.Ended, d.Unchanged, d.Kept)
	}
	if m := r.Repair; m != nil {
		fmt.Fprintf(out, "repair within %g m: %d places moved, %.3f m at most, %.1f m in all; %d gaps and %d slivers closed; %d overlaps (%.1f m²) to the lower code\n",
			m.ToleranceM, m.Vertices, m.MaxM, m.TotalM, m.Gaps, m.Slivers, m.Overlaps, m.OverlapM2)
	}
	if len(r.Fits) > 0 {
		parts := make([]string, len(r.Fits))
		for i, f := range r.Fits {
			parts[i] = fmt.Sprintf("%s %.0f m", f.CRS, f.MedianM)
		}
		fmt.Fprintf(out, "median distance from the store when read as: %s\n", strings.Join(parts, ", "))
	}
}

// largest returns the listed problems of a kind, the largest first.
func (r *Report) largest(c Count) []Problem {
	var out []Problem
	for _, p := range r.Problems {
		if p.Kind == c.Kind && p.Severity == c.Severity {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.AreaM2, a.AreaM2), cmp.Compare(b.SizeM, a.SizeM))
	})
	return out
}
