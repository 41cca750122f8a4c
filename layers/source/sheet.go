package source

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"wangge/layers"
)

// openSheet reads a sheet of a workbook as a table whose first row has the names of the fields: the sheet that Options.Layer names, or the
// only one. Cells are read as the texts that they show, so that a code such as 003 stays one. The bounds are those of ReadWorkbook.
func openSheet(in io.Reader, name string, o Options) (s *Source, err error) {
	content, err := io.ReadAll(io.LimitReader(in, MaxWorkbook+1))
	if err != nil {
		return nil, err
	}
	if err := checkWorkbook(content); err != nil {
		return nil, fmt.Errorf("%w: %w", layers.ErrInvalid, err)
	}
	defer func() {
		if p := recover(); p != nil { // the reader of the format is not ours, the file is somebody's
			s, err = nil, fmt.Errorf("%w: it cannot be read", layers.ErrInvalid)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostUnpacked})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", layers.ErrInvalid, err)
	}
	defer f.Close() // it was only read
	sheet, err := chooseSheet(f.GetSheetList(), o.Layer)
	if err != nil {
		return nil, err
	}
	rows, err := f.GetRows(sheet)
	if err != nil {
		return nil, fmt.Errorf("%w: sheet %.60q: %w", layers.ErrInvalid, sheet, err)
	}
	if len(rows) > mostSheetRows || slices.ContainsFunc(rows, func(r []string) bool { return len(r) > mostSheetColumn }) {
		return nil, fmt.Errorf("%w: sheet %.60q has more than %d rows or %d columns", layers.ErrInvalid, sheet, mostSheetRows, mostSheetColumn)
	}
	table, err := tableText(rows)
	if err != nil {
		return nil, err
	}
	o.Format, o.Encoding, o.Bytes = CSV, "", 0
	s, err = FromReader(bytes.NewReader(table), name, o)
	if err != nil {
		return nil, err
	}
	s.format, s.layer, s.total = XLSX, sheet, int64(len(table))
	return s, nil
}

func chooseSheet(sheets []string, want string) (string, error) {
	switch {
	case want != "" && slices.Contains(sheets, want):
		return want, nil
	case want != "":
		return "", fmt.Errorf("%w: there is no sheet %.60q; the sheets are %q", layers.ErrInvalid, want, sheets)
	case len(sheets) == 1:
		return sheets[0], nil
	}
	return "", fmt.Errorf("%w: there are several sheets: name one of %q", layers.ErrInvalid, sheets)
}

// tableText writes the rows as CSV, each with as many cells as the first one, without those that are empty.
func tableText(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	width := 0
	for i, r := range rows {
		if i == 0 {
			width = len(r)
		}
		if !slices.ContainsFunc(r, func(cell string) bool { return cell != "" }) {
			continue
		}
		for len(r) < width {
			r = append(r, "")
		}
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}
