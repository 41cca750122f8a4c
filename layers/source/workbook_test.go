package source_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"wangge/layers"
	"wangge/layers/calendar"
	"wangge/layers/source"
)

func workbookOf(t testing.TB, s *layers.Schedule) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := source.WriteWorkbook(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contentOf is what a workbook holds of a schedule.
func contentOf(t testing.TB, s *layers.Schedule) string {
	t.Helper()
	b, err := json.Marshal(&layers.Schedule{Zone: s.Zone, Name: s.Name, From: s.From, Until: s.Until, Windows: s.Windows, Exceptions: s.Exceptions, Documents: s.Documents, BasedOn: s.BasedOn})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(b), `"windows":null`, `"windows":[]`, 1)
}

// planned draws content of a schedule with everything that it may have.
func planned(r *rand.Rand) *layers.Schedule {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	some := func(list ...string) (out []string) {
		for _, i := range r.Perm(len(list))[:r.IntN(len(list)+1)] {
			out = append(out, list[i])
		}
		return out
	}
	text := func() string {
		return pick("集市", "=1+1", "+86 21", "-5 to 7", "@home", "'quoted", " with blanks ", "多行　文字", "=HYPERLINK(\"x\")", "0123", "1e5", "true", "2026-12-01", "<b>&amp;\"", "_x0041_", "😀", "#N/A")
	}
	days := func() (d layers.DaysRule) {
		d.DayTypes = some("workday", "restday", "holiday", "makeup_workday", "holiday:国庆节、中秋节", "holiday:春节")
		d.MakeupApart = r.IntN(2) == 0
		d.Weekdays = some("mon", "tue", "wed", "thu", "fri", "sat", "sun")
		for _, n := range r.Perm(10)[:r.IntN(3)] {
			d.Nth = append(d.Nth, []int{1, 2, 3, 4, 5, -1, -2, -3, -4, -5}[n])
		}
		for _, m := range r.Perm(12)[:r.IntN(4)] {
			d.Months = append(d.Months, m+1)
		}
		if r.IntN(2) == 0 {
			d.FirstDay, d.UntilDay = "2026-01-31", "2028-02-29"
		}
		return d
	}
	windows := func(n int) (out []layers.ModeWindow) {
		for i := range n {
			w := layers.ModeWindow{ID: fmt.Sprint("w", i), Mode: layers.Mode(pick("travel", "parking", "loading", "closed")), DaysRule: days(), Start: pick("00:00", "07:05", "20:00", "23:59"),
				DurationMin: 1 + r.IntN(1440), MaxStayMin: r.IntN(3) * 45, GraceMin: r.IntN(3) * 5}
			switch r.IntN(4) {
			case 0:
				w.Tail, w.CutAt = calendar.TailCutAt, "05:30"
			case 1:
				w.Tail = calendar.Tail(pick("keep", "cut_midnight"))
			}
			if u := (layers.UserClasses{Any: some("resident", "taxi"), All: some("electric"), None: some("bus", "shop", "visitor")}); len(u.Any)+len(u.All)+len(u.None) > 0 {
				w.Users = &u
			}
			if r.IntN(3) == 0 {
				w.Rate = &layers.Rate{Fen: 1 + r.IntN(5000), Per: pick("hour", "day", "stay")}
			}
			if r.IntN(3) == 0 {
				w.ClearBy = endOf(&w)
			}
			out = append(out, w)
		}
		return out
	}
	s := &layers.Schedule{Code: "haihui-3", Zone: "z_haihui", Name: "夜间停车 " + text(), From: "2026-12-01", Windows: windows(r.IntN(6)), BasedOn: pick("", "haihui-2")}
	if r.IntN(2) == 0 {
		s.Until = "2027-06-01"
	}
	for range r.IntN(4) {
		s.Documents = append(s.Documents, text())
	}
	for i := range r.IntN(4) {
		x := layers.Exception{ID: fmt.Sprint("x", i), DaysRule: days(), Effect: layers.Effect(pick("close", "replace", "extend")), Reason: text()}
		x.Months = append(x.Months[:0:0], 1+r.IntN(12)) // some days at least
		if x.Effect != layers.Close {
			x.Windows = windows(1 + r.IntN(3))
		}
		if r.IntN(2) == 0 {
			x.Document = text()
		}
		if r.IntN(2) == 0 {
			x.Event, x.Bound = text(), r.IntN(2) == 0
		}
		s.Exceptions = append(s.Exceptions, x)
	}
	return s
}

// endOf is when a window ends, by the clock.
func endOf(w *layers.ModeWindow) string {
	var h, m int
	_, _ = fmt.Sscanf(w.Start, "%d:%d", &h, &m)
	return layers.ClockText(h*60 + m + w.DurationMin)
}

// TestWorkbookRoundTrip: what is written is read again, in every cell, and the bytes depend on the content alone.
func TestWorkbookRoundTrip(t *testing.T) {
	for seed := range uint64(24) {
		s := planned(rand.New(rand.NewPCG(7, seed)))
		b := workbookOf(t, s)
		got, issues, err := source.ReadWorkbook(b)
		if err != nil || len(issues) > 0 {
			t.Fatalf("seed %d: %v, %v\n%s", seed, err, issues, contentOf(t, s))
		}
		if a, b := contentOf(t, s), contentOf(t, got); a != b {
			i := 0
			for i < min(len(a), len(b)) && a[i] == b[i] {
				i++
			}
			t.Fatalf("seed %d:\n%s\nread as\n%s", seed, a[max(0, i-80):min(len(a), i+80)], b[max(0, i-80):min(len(b), i+80)])
		}
		if seed < 5 && !bytes.Equal(b, workbookOf(t, s)) {
			t.Errorf("seed %d: the same content is other bytes", seed)
		}
	}
}

// night is the schedule of 海汇街 as it is planned.
func night() *layers.Schedule {
	return &layers.Schedule{Code: "haihui-2", Zone: "z_haihui", Name: "夜间停车", From: "2026-12-01", Windows: []layers.ModeWindow{{ID: "night", Mode: layers.Parking, DaysRule: layers.DaysRule{DayTypes: []string{"workday"}},
		Start: "20:00", DurationMin: 660, ClearBy: "06:50", GraceMin: 10}},
		Exceptions: []layers.Exception{{ID: "fair", DaysRule: layers.DaysRule{FirstDay: "2026-12-24", UntilDay: "2026-12-26"}, Effect: layers.Close, Reason: "=集市"}}}
}

// edited opens the workbook of night, changes it and saves it.
func edited(t testing.TB, change func(f *excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(workbookOf(t, night())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	change(f)
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	windows    = "时段 windows"
	exceptions = "例外 exceptions"
	notes      = "说明 notes"
)

// column finds the column of a header.
func columnOf(t testing.TB, f *excelize.File, sheet, word string) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range rows[0] {
		if strings.Contains(text, word) {
			name, _ := excelize.ColumnNumberToName(i + 1)
			return name
		}
	}
	t.Fatalf("there is no column %s", word)
	return ""
}

func TestWorkbookIsForPeople(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(workbookOf(t, night())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); !slices.Equal(got, []string{windows, exceptions, notes}) {
		t.Errorf("sheets %q", got)
	}
	for word, want := range map[string]string{"mode": "停车 parking", "start": "20:00", "duration": "660", "end": "次日 07:00", "day_types": "工作日 workday"} {
		if got, _ := f.GetCellValue(windows, columnOf(t, f, windows, word)+"2"); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	lists, err := f.GetDataValidations(windows)
	if err != nil || len(lists) < 6 || !slices.ContainsFunc(lists, func(v *excelize.DataValidation) bool { return strings.Contains(v.Formula1, "停车 parking") }) {
		t.Errorf("lists of choices: %d, %v", len(lists), err)
	}
	reason := columnOf(t, f, exceptions, "reason") + "2"
	if formula, _ := f.GetCellFormula(exceptions, reason); formula != "" {
		t.Errorf("a text became the formula %q", formula)
	}
	if kind, _ := f.GetCellType(exceptions, reason); kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
		t.Errorf("a text is of type %v", kind)
	}
}

// TestWorkbookOfOffices reads what people do to a workbook: words in one language, times and dates as the program stores them.
func TestWorkbookOfOffices(t *testing.T) {
	b := edited(t, func(f *excelize.File) {
		set := func(word string, v any) {
			if err := f.SetCellValue(windows, columnOf(t, f, windows, word)+"2", v); err != nil {
				t.Fatal(err)
			}
		}
		set("mode", "装卸")
		set("start", 0.3125)
		set("duration", 90.0)
		set("weekdays", "周一，周三;FRI")
		set("first_day", 46357)
		set("until_day", "2027/3/1")
		set("clear", "9：00")
		if err := f.SetSheetName(windows, "时段表"); err != nil {
			t.Fatal(err)
		}
	})
	s, issues, err := source.ReadWorkbook(b)
	if err != nil || len(issues) > 0 {
		t.Fatal(err, issues)
	}
	w := s.Windows[0]
	if w.Mode != layers.Loading || w.Start != "07:30" || w.DurationMin != 90 || !slices.Equal(w.Weekdays, []string{"mon", "wed", "fri"}) || w.FirstDay != "2026-12-01" || w.UntilDay != "2027-03-01" || w.ClearBy != "09:00" {
		t.Errorf("%+v", w)
	}
}

// TestWorkbookIssues: what is wrong is named by sheet and cell.
func TestWorkbookIssues(t *testing.T) {
	for name, one := range map[string]struct {
		sheet, word, row string
		value            any
		formula          string
		want             string
	}{
		"no mode":            {windows, "mode", "2", "飞行", "", "is not one of"},
		"no time":            {windows, "start", "2", "24:00", "", "no time"},
		"too long":           {windows, "duration", "2", "1441", "", "1441"},
		"half a minute":      {windows, "duration", "2", "1.5", "", "no whole number"},
		"a formula":          {windows, "duration", "2", nil, "=600+60", "formula"},
		"no type of day":     {windows, "day_types", "2", "星期八", "", "none of"},
		"no effect":          {exceptions, "effect", "2", "跳过", "", "is not one of"},
		"no reason":          {exceptions, "reason", "2", "", "", ""},
		"no such exception":  {windows, "exception", "2", "nothing", "", "no exception"},
		"an unknown column":  {windows, "exception", "1", "颜色", "", "no column"},
		"a formula in notes": {notes, "", "B2", nil, "=A1", "formula"},
		"no date":            {notes, "", "B3", "tomorrow", "", "date"},
	} {
		cell := ""
		b := edited(t, func(f *excelize.File) {
			cell = one.row
			if one.word != "" {
				cell = columnOf(t, f, one.sheet, one.word) + one.row
			}
			err := f.SetCellValue(one.sheet, cell, one.value)
			if one.formula != "" {
				err = f.SetCellFormula(one.sheet, cell, one.formula)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		_, issues, err := source.ReadWorkbook(b)
		if err != nil || len(issues) == 0 || !slices.ContainsFunc(issues, func(i source.CellIssue) bool {
			return i.Sheet == one.sheet && i.Cell == cell && strings.Contains(i.Detail, one.want)
		}) {
			t.Errorf("%s at %s: %v, %+v", name, cell, err, issues)
		}
	}
	b := edited(t, func(f *excelize.File) {
		if err := f.DeleteSheet(windows); err != nil {
			t.Fatal(err)
		}
	})
	if _, issues, err := source.ReadWorkbook(b); err != nil || len(issues) != 1 || issues[0].Sheet != windows || issues[0].Cell != "" {
		t.Errorf("without a sheet: %v, %v", err, issues)
	}
}

// packed makes a ZIP of parts.
func packed(t testing.TB, parts map[string]io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, r := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestWorkbooksThatAreRefused(t *testing.T) {
	good := workbookOf(t, night())
	many := map[string]io.Reader{"xl/workbook.xml": strings.NewReader("<workbook/>")}
	for i := range 300 {
		many[fmt.Sprint("part", i)] = strings.NewReader("x")
	}
	for name, content := range map[string][]byte{
		"empty": nil, "text": []byte("时段,用途\n"), "old": append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 600)...), "another zip": packed(t, map[string]io.Reader{"a.txt": strings.NewReader("a")}),
		"a bomb":     packed(t, map[string]io.Reader{"xl/workbook.xml": strings.NewReader("<workbook/>"), "xl/worksheets/sheet1.xml": io.LimitReader(zeros{}, 49<<20)}),
		"many parts": packed(t, many), "large": make([]byte, source.MaxWorkbook+1), "cut off": good[:len(good)/2], "no xml": packed(t, map[string]io.Reader{"xl/workbook.xml": strings.NewReader("<<<")}),
	} {
		if s, _, err := source.ReadWorkbook(content); !errors.Is(err, layers.ErrInvalid) || s != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// TestLargeSheets: rows and columns far away are not walked to.
func TestLargeSheets(t *testing.T) {
	b := edited(t, func(f *excelize.File) {
		for _, cell := range []string{"A20000", "XFD3"} {
			if err := f.SetCellStr(windows, cell, "x"); err != nil {
				t.Fatal(err)
			}
		}
	})
	_, issues, err := source.ReadWorkbook(b)
	if err != nil || !slices.ContainsFunc(issues, func(i source.CellIssue) bool { return strings.Contains(i.Detail, "rows") }) ||
		!slices.ContainsFunc(issues, func(i source.CellIssue) bool { return strings.Contains(i.Detail, "columns") }) {
		t.Errorf("%v %v", err, issues)
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add(workbookOf(f, night()))
	f.Add(workbookOf(f, planned(rand.New(rand.NewPCG(1, 1)))))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, content []byte) {
		s, issues, err := source.ReadWorkbook(content)
		if err != nil {
			if s != nil || !errors.Is(err, layers.ErrInvalid) {
				t.Fatal(s, err)
			}
			return
		}
		if len(issues) > 0 {
			return
		}
		again, issues, err := source.ReadWorkbook(workbookOf(t, s))
		if err != nil || len(issues) > 0 || contentOf(t, s) != contentOf(t, again) {
			t.Fatalf("%v %v\n%s\n%s", err, issues, contentOf(t, s), contentOf(t, again))
		}
	})
}

// TestHostileSheets puts XML that no office program writes in the place of a sheet: an error or issues come back, at once.
func TestHostileSheets(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	cell := func(attributes, value string) string {
		return head + `<row r="1"><c ` + attributes + `>` + value + `</c></row></sheetData></worksheet>`
	}
	whole := workbookOf(t, night())
	for name, sheet := range map[string]string{
		"a row far away":      head + `<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>`,
		"a row below zero":    head + `<row r="-1"><c r="A-1"><v>1</v></c></row></sheetData></worksheet>`,
		"a huge row number":   head + `<row r="99999999999999999999"><c><v>1</v></c></row></sheetData></worksheet>`,
		"no such column":      cell(`r="ZZZZZZ1"`, `<v>1</v>`),
		"a cell in row 0":     cell(`r="A0"`, `<v>1</v>`),
		"no reference":        cell(``, `<v>1</v>`),
		"no such text":        cell(`r="A1" t="s"`, `<v>99999</v>`),
		"a text below zero":   cell(`r="A1" t="s"`, `<v>-1</v>`),
		"no such style":       cell(`r="A1" s="9999"`, `<v>1</v>`),
		"a shared formula":    cell(`r="A1"`, `<f t="shared" si="7"/><v>1</v>`),
		"an array formula":    cell(`r="A1"`, `<f t="array" ref="A1:XFD1048576">1</f><v>1</v>`),
		"an entity":           `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + cell(`r="A1" t="inlineStr"`, `<is><t>&b;</t></is>`),
		"deep":                head + strings.Repeat("<row>", 20_000),
		"cut off":             head + `<row r="1"><c r="A1"`,
		"merged everywhere":   head + `</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`,
		"another document":    `<html><body/></html>`,
		"binary":              "\x00\x01\x02\xff",
		"many cells in a row": head + `<row r="1">` + strings.Repeat(`<c><v>1</v></c>`, 20_000) + `</row></sheetData></worksheet>`,
	} {
		good, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string]io.Reader{}
		for _, f := range good.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			parts[f.Name] = r
			if strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
				parts[f.Name] = strings.NewReader(sheet)
			}
		}
		s, issues, err := source.ReadWorkbook(packed(t, parts))
		if err == nil && len(issues) == 0 {
			t.Errorf("%s: read as %s", name, contentOf(t, s))
		}
		if err != nil && !errors.Is(err, layers.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
