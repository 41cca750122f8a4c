package source

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// writeCSV writes a table with a byte order mark, so that spreadsheets read it as UTF-8. Points are the columns lon and lat, other
// geometry is the column wkt. Lists are JSON. A text that a spreadsheet would take for a formula starts with an apostrophe.
func (e Export) writeCSV(ctx context.Context, w io.Writer) error {
	list, err := e.sorted()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	header := headColumns()
	columns := layers.Columns(e.Layer)
	for _, c := range columns {
		header = append(header, c.Name)
	}
	info, _ := e.Layer.Info()
	switch info.Geometry {
	case "":
	case "Point":
		header = append(header, "lon", "lat")
	default:
		header = append(header, "wkt")
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, f := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := csvRow(f, columns)
		if err != nil {
			return err
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(f layers.Feature, columns []layers.Column) ([]string, error) {
	own, err := layers.Values(f)
	if err != nil {
		return nil, err
	}
	var row []string
	for i, v := range append(headValues(f), own...) {
		cell := ""
		switch n := v.(type) {
		case string:
			cell = n
			if at := i - len(headColumns()); at < 0 || columns[at].Kind != layers.KindJSON {
				cell = guarded(n)
			}
		case int64:
			cell = strconv.FormatInt(n, 10)
		case float64:
			cell = strconv.FormatFloat(n, 'g', -1, 64)
		case bool:
			cell = strconv.FormatBool(n)
		}
		row = append(row, cell)
	}
	switch g := f.Shape().(type) {
	case nil:
		if info, _ := f.Layer().Info(); info.Geometry != "" {
			row = append(row, "")
		}
	case orb.Point:
		row = append(row, strconv.FormatFloat(g[0], 'f', -1, 64), strconv.FormatFloat(g[1], 'f', -1, 64))
	default:
		row = append(row, string(appendWKT(nil, g)))
	}
	return row, nil
}
