package source_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

// sheet makes a workbook of one sheet for each table.
func sheet(t testing.TB, tables ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, rows := range tables {
		name := "Sheet" + string(rune('1'+i))
		if i > 0 {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		for n, row := range rows {
			if err := f.SetSheetRow(name, "A"+string(rune('1'+n)), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func categoriesOf(t *testing.T, s *source.Source) []*layers.Category {
	t.Helper()
	p := good(t, source.Input{Layer: layers.Categories, CRS: geo.CGCS2000, Settings: local(), Source: s})
	var out []*layers.Category
	for _, f := range p.Features {
		out = append(out, f.(*layers.Category))
	}
	return out
}

// TestCategoriesOfTables: the same table as CSV and as a sheet gives the same categories, with the codes of other lists.
func TestCategoriesOfTables(t *testing.T) {
	table := [][]any{
		{"编码", "name", "name_en", "whistle", "algorithm", "hotline"},
		{"event", "事件", "Events", "", "", ""},
		{},
		{"event.noise", "噪声", "Noise", 54, "", ""},
		{"event.noise.site", "工地噪声", "Site noise", "55; 56", "site_noise、crane", "环保/噪声"},
	}
	var text strings.Builder
	for _, row := range table {
		for i, cell := range row {
			if i > 0 {
				text.WriteByte(',')
			}
			if n, ok := cell.(int); ok && n == 54 {
				text.WriteString("54")
				continue
			}
			text.WriteString(cell.(string))
		}
		text.WriteByte('\n')
	}
	fromCSV := categoriesOf(t, reader(t, source.CSV, text.String(), source.Options{}))
	fromSheet := categoriesOf(t, reader(t, source.XLSX, string(sheet(t, table)), source.Options{}))
	if len(fromCSV) != 3 || len(fromSheet) != 3 {
		t.Fatalf("%d and %d categories", len(fromCSV), len(fromSheet))
	}
	for i := range fromCSV {
		a, b := fromCSV[i], fromSheet[i]
		if a.Code != b.Code || a.Name != b.Name || a.NameEn != b.NameEn || a.Parent != b.Parent || !slices.Equal(a.Codes, b.Codes) || a.ID != a.Code {
			t.Errorf("%+v as CSV, %+v as a sheet", a, b)
		}
	}
	want := []layers.ExternalCode{{Scheme: "algorithm", Code: "site_noise"}, {Scheme: "algorithm", Code: "crane"}, {Scheme: "whistle", Code: "55"}, {Scheme: "whistle", Code: "56"},
		{Scheme: "hotline", Code: "环保/噪声"}}
	last := fromSheet[slices.IndexFunc(fromSheet, func(c *layers.Category) bool { return c.Code == "event.noise.site" })]
	if last.Parent != "event.noise" || len(last.Codes) != len(want) || slices.ContainsFunc(want, func(c layers.ExternalCode) bool { return !slices.Contains(last.Codes, c) }) {
		t.Errorf("%+v", last)
	}
}

func TestSheets(t *testing.T) {
	two := sheet(t, [][]any{{"code", "name"}, {"event", "事件"}}, [][]any{{"code", "name"}, {"part", "部件"}, {"part.bin", "废物箱"}})
	if got := categoriesOf(t, reader(t, source.XLSX, string(two), source.Options{Layer: "Sheet2"})); len(got) != 2 || got[1].Code != "part.bin" {
		t.Errorf("the second sheet: %+v", got)
	}
	for name, c := range map[string]struct {
		content []byte
		options source.Options
		want    string
	}{
		"two sheets":      {two, source.Options{}, "several sheets"},
		"no such sheet":   {two, source.Options{Layer: "Sheet3"}, "no sheet"},
		"not a workbook":  {[]byte("PK\x03\x04"), source.Options{}, "no XLSX"},
		"an empty sheet":  {sheet(t, [][]any{}), source.Options{}, ""},
		"larger than all": {make([]byte, source.MaxWorkbook+1), source.Options{}, "more than"},
	} {
		c.options.Format = source.XLSX
		if _, err := source.FromReader(bytes.NewReader(c.content), "a.xlsx", c.options); !errors.Is(err, layers.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
