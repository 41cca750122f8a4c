package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"wangge/layers"
	"wangge/layers/calendar"
)

// The bounds of a workbook. They are checked before anything is unpacked for good.
const (
	MaxWorkbook     = 8 << 20
	mostParts       = 200
	mostUnpacked    = 48 << 20
	mostSheetRows   = 9000
	mostSheetColumn = 100
	mostCellIssues  = 200
)

// CellIssue is what is wrong in a workbook, and where. Cell is empty for a whole sheet.
type CellIssue struct {
	Sheet  string `json:"sheet"`
	Cell   string `json:"cell,omitempty"`
	Detail string `json:"detail"`
}

// ReadWorkbook reads the content of a revision from a workbook: zone, name, dates, windows, exceptions, documents and what it is based on;
// all else of the schedule is empty. What is wrong in cells is in the issues, with what Validate says of the content; the content is then
// what could be read. The error, of kind layers.ErrInvalid, is for a file that is no workbook, or too large.
func ReadWorkbook(content []byte) (s *layers.Schedule, issues []CellIssue, err error) {
	if err := checkWorkbook(content); err != nil {
		return nil, nil, fmt.Errorf("source: workbook: %w: %w", layers.ErrInvalid, err)
	}
	defer func() {
		if p := recover(); p != nil { // the reader of the format is not ours, the file is somebody's
			s, issues, err = nil, nil, fmt.Errorf("source: workbook: %w: it cannot be read", layers.ErrInvalid)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true, UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostUnpacked})
	if err != nil {
		return nil, nil, fmt.Errorf("source: workbook: %w: %w", layers.ErrInvalid, err)
	}
	defer f.Close() // it was only read
	r := &workbookReader{file: f, rows: map[string]place{}}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		r.from1904 = *p.Date1904
	}
	s = r.schedule()
	r.validate(s)
	return s, r.issues, nil
}

// checkWorkbook checks what the file is and what it unpacks to, by unpacking it into nothing.
func checkWorkbook(content []byte) error {
	if len(content) > MaxWorkbook {
		return fmt.Errorf("more than %d bytes", MaxWorkbook)
	}
	if bytes.HasPrefix(content, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return errors.New("it is in an old form (XLS) or has a password; save it as XLSX without one")
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return errors.New("it is no XLSX file")
	}
	if len(z.File) > mostParts {
		return fmt.Errorf("%d parts, at most %d", len(z.File), mostParts)
	}
	left, book := int64(mostUnpacked), false
	for _, part := range z.File {
		book = book || part.Name == "xl/workbook.xml"
		r, err := part.Open()
		if err != nil {
			return fmt.Errorf("the part %.60q cannot be unpacked", part.Name)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		_ = r.Close() // it was only read
		if left -= n; left < 0 {
			return fmt.Errorf("it unpacks to more than %d bytes", mostUnpacked)
		}
		if err != nil {
			return fmt.Errorf("the part %.60q cannot be unpacked", part.Name)
		}
	}
	if !book {
		return errors.New("it is no XLSX file: there is no workbook in it")
	}
	return nil
}

// place is the row of a sheet that something was read from.
type place struct {
	sheet string
	row   int
}

type workbookReader struct {
	file     *excelize.File
	from1904 bool
	issues   []CellIssue
	// rows is where windows and exceptions were read, by pointer; letters are the columns of a sheet by field.
	rows    map[string]place
	letters [3]map[string]int
}

func (r *workbookReader) add(i CellIssue) {
	if len(r.issues) < mostCellIssues {
		r.issues = append(r.issues, i)
	}
}

// sheetRow is a row with its cells by field.
type sheetRow struct {
	reader *workbookReader
	place
	columns map[string]int
	cells   map[string]string
}

// at names the cell of a field.
func (w *sheetRow) at(field string) string { return cellName(w.columns[field], w.row) }

func cellName(col, row int) string {
	name, err := excelize.CoordinatesToCellName(max(1, col), max(1, row))
	if err != nil {
		return ""
	}
	return name
}

// find returns the sheet whose name has the Chinese or the English word of ours.
func (r *workbookReader) find(name string) string {
	zh, en, _ := strings.Cut(name, " ")
	for _, have := range r.file.GetSheetList() {
		if strings.Contains(have, zh) || strings.Contains(strings.ToLower(have), en) {
			return have
		}
	}
	return ""
}

// each calls f with the rows of a sheet until it returns false, cells as they are stored.
func (r *workbookReader) each(sheet string, f func(row int, cells []string) bool) {
	rows, err := r.file.Rows(sheet)
	if err != nil {
		r.add(cellIssue(sheet, "", "the sheet cannot be read: %v", err))
		return
	}
	defer rows.Close() // it was only read
	for n := 1; rows.Next(); n++ {
		if n > mostSheetRows {
			r.add(cellIssue(sheet, cellName(1, n), "there are more than %d rows; the rest is not read", mostSheetRows))
			return
		}
		cells, err := rows.Columns()
		if err != nil {
			r.add(cellIssue(sheet, cellName(1, n), "the row cannot be read"))
			return
		}
		if len(cells) > mostSheetColumn {
			r.add(cellIssue(sheet, cellName(mostSheetColumn+1, n), "there are more than %d columns; the rest is not read", mostSheetColumn))
			cells = cells[:mostSheetColumn]
		}
		if !f(n, cells) {
			return
		}
	}
}

// freeTexts are the columns whose blanks are part of the text.
var freeTexts = []string{"reason", "document", "event"}

// table reads a sheet with a header: each row that is not empty.
func (r *workbookReader) table(name string, columns []column, index int) (out []*sheetRow) {
	sheet := r.find(name)
	if sheet == "" {
		r.add(cellIssue(name, "", "the sheet is missing"))
		return nil
	}
	byColumn := map[int]string{}
	letters := map[string]int{}
	r.letters[index] = letters
	r.each(sheet, func(n int, cells []string) bool {
		if n == 1 {
			r.header(sheet, columns, cells, byColumn, letters)
			return true
		}
		row := &sheetRow{reader: r, place: place{sheet, n}, columns: letters, cells: map[string]string{}}
		for i, text := range cells {
			field := byColumn[i+1]
			if field == "" || field == "end" || r.formula(sheet, i+1, n) || strings.TrimSpace(text) == "" {
				continue
			}
			if !slices.Contains(freeTexts, field) {
				text = strings.TrimSpace(text)
			}
			row.cells[field] = text
		}
		if len(row.cells) > 0 {
			out = append(out, row)
		}
		return true
	})
	return out
}

// formula reports whether a cell has a formula, which is not read: its value may be anything.
func (r *workbookReader) formula(sheet string, col, row int) bool {
	text, err := r.file.GetCellFormula(sheet, cellName(col, row))
	if err == nil && text == "" {
		return false
	}
	r.add(cellIssue(sheet, cellName(col, row), "a formula is not read; write its value"))
	return true
}

func (r *workbookReader) header(sheet string, columns []column, cells []string, byColumn map[int]string, letters map[string]int) {
	for i, text := range cells {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		k := slices.IndexFunc(columns, func(c column) bool { return c.title.has(text) })
		switch {
		case k < 0:
			r.add(cellIssue(sheet, cellName(i+1, 1), "there is no column %.40q; it is not read", text))
		case letters[columns[k].field] != 0:
			r.add(cellIssue(sheet, cellName(i+1, 1), "the column %q is there twice; the first is read", columns[k].title))
		default:
			byColumn[i+1], letters[columns[k].field] = columns[k].field, i+1
		}
	}
}

// has reports whether a title is meant by a text: one of the words or both.
func (w word) has(text string) bool {
	return text == w.zh || strings.EqualFold(text, w.en) || strings.EqualFold(text, w.String())
}

// schedule reads all sheets.
func (r *workbookReader) schedule() *layers.Schedule {
	s := &layers.Schedule{}
	r.notes(s)
	of := map[string]int{} // exceptions by id
	for _, row := range r.table(exceptionSheet, exceptionColumns(), 1) {
		pointer := fmt.Sprintf("/exceptions/%d", len(s.Exceptions))
		r.rows[pointer] = row.place
		x := layers.Exception{ID: row.cells["id"], DaysRule: row.days(), Effect: layers.Effect(readWord(effectWords, row.cells["effect"])), Reason: row.cells["reason"],
			Document: row.cells["document"], Event: row.cells["event"], Bound: row.flag("bound", yesWords[0])}
		if _, twice := of[x.ID]; !twice {
			of[x.ID] = len(s.Exceptions)
		}
		s.Exceptions = append(s.Exceptions, x)
	}
	for _, row := range r.table(windowSheet, windowColumns(), 0) {
		w := row.window()
		id := row.cells["exception"]
		if id == "" {
			r.rows[fmt.Sprintf("/windows/%d", len(s.Windows))] = row.place
			s.Windows = append(s.Windows, w)
			continue
		}
		i, ok := of[id]
		if !ok {
			r.add(cellIssue(row.sheet, row.at("exception"), "there is no exception %.40q", id))
			continue
		}
		x := &s.Exceptions[i]
		r.rows[fmt.Sprintf("/exceptions/%d/windows/%d", i, len(x.Windows))] = row.place
		x.Windows = append(x.Windows, w)
	}
	return s
}

func (w *sheetRow) window() layers.ModeWindow {
	out := layers.ModeWindow{ID: w.cells["id"], Mode: layers.Mode(readWord(modeWords, w.cells["mode"])), DaysRule: w.days(), Start: w.clock("start"), DurationMin: w.whole("duration_min"),
		Tail: calendar.Tail(readWord(tailWords, w.cells["tail_policy"])), CutAt: w.clock("cut_at"), MaxStayMin: w.whole("max_stay_min"), ClearBy: w.clock("clear_by"), GraceMin: w.whole("grace_min")}
	u := layers.UserClasses{Any: readList(userWords, w.cells["any_of"]), All: readList(userWords, w.cells["all_of"]), None: readList(userWords, w.cells["none_of"])}
	if len(u.Any)+len(u.All)+len(u.None) > 0 {
		out.Users = &u
	}
	if w.cells["fen"] != "" || w.cells["per"] != "" {
		out.Rate = &layers.Rate{Fen: w.whole("fen"), Per: readWord(perWords, w.cells["per"])}
	}
	return out
}

func (w *sheetRow) days() layers.DaysRule {
	return layers.DaysRule{DayTypes: readList(dayWords, w.cells["day_types"]), MakeupApart: w.flag("makeup_apart", makeupWords[0]), Weekdays: readList(weekWords, w.cells["weekdays"]),
		Nth: w.wholes("nth"), Months: w.wholes("months"), FirstDay: w.date("first_day"), UntilDay: w.date("until_day")}
}

func (w *sheetRow) wrong(field, format string, args ...any) {
	w.reader.add(cellIssue(w.sheet, w.at(field), format, args...))
}

// flag reads a cell that has a word or nothing.
func (w *sheetRow) flag(field string, yes word) bool {
	text := w.cells[field]
	switch {
	case text == "", text == "否", strings.EqualFold(text, "no"):
		return false
	case yes.has(text), text == "是", text == "1", strings.EqualFold(text, "yes"), strings.EqualFold(text, "true"):
		return true
	}
	w.wrong(field, "%.40q is neither %s nor empty", text, yes)
	return false
}

// whole reads a whole number, 0 for an empty cell.
func (w *sheetRow) whole(field string) int {
	text := w.cells[field]
	if text == "" {
		return 0
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v != math.Trunc(v) || math.Abs(v) > 1e9 {
		w.wrong(field, "%.40q is no whole number", text)
		return 0
	}
	return int(v)
}

func (w *sheetRow) wholes(field string) (out []int) {
	for _, text := range readList(nil, w.cells[field]) {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v != math.Trunc(v) || math.Abs(v) > 1000 {
			w.wrong(field, "%.40q is no whole number", text)
			continue
		}
		out = append(out, int(v))
	}
	return out
}

var shortClock = regexp.MustCompile(`^[0-9]:[0-9]{2}$`)

// clock reads HH:MM, or the fraction of a day that the office programs store for a time.
func (w *sheetRow) clock(field string) string {
	text := strings.ReplaceAll(w.cells[field], "：", ":")
	if v, err := strconv.ParseFloat(text, 64); err == nil && v >= 0 && v < 1 {
		minute := math.Round(v * calendar.MinutesOfDay)
		if math.Abs(v*calendar.MinutesOfDay-minute) > 1e-3 || minute >= calendar.MinutesOfDay {
			w.wrong(field, "the time has seconds")
		}
		return layers.ClockText(int(minute))
	}
	if shortClock.MatchString(text) {
		return "0" + text
	}
	return text
}

// date reads 2026-12-01, with other marks between, or the number of a day that the office programs store for a date.
func (w *sheetRow) date(field string) string { return w.reader.date(w.cells[field]) }

func (r *workbookReader) date(text string) string {
	if v, err := strconv.ParseFloat(text, 64); err == nil && v >= 1 && v < 3e6 && v == math.Trunc(v) {
		if t, err := excelize.ExcelDateToTime(v, r.from1904); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	for _, form := range []string{"2006/1/2", "2006.1.2", "2006年1月2日", "2006-1-2"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return text
}

// notes reads the names of the first column and what is beside them.
func (r *workbookReader) notes(s *layers.Schedule) {
	sheet := r.find(noteSheet)
	if sheet == "" {
		r.add(cellIssue(noteSheet, "", "the sheet is missing"))
		return
	}
	letters := map[string]int{}
	r.letters[2] = letters
	columns := noteColumns()
	r.each(sheet, func(n int, cells []string) bool {
		if len(cells) == 0 || strings.TrimSpace(cells[0]) == "" || strings.HasPrefix(cells[0], "#") {
			return true
		}
		k := slices.IndexFunc(columns, func(c column) bool { return c.title.has(strings.TrimSpace(cells[0])) })
		if k < 0 || letters[columns[k].field] != 0 {
			r.add(cellIssue(sheet, cellName(1, n), "there is nothing called %.40q, or it is there twice; it is not read", cells[0]))
			return true
		}
		field := columns[k].field
		letters[field] = n
		var values []string
		for i, text := range cells[1:] {
			if !r.formula(sheet, i+2, n) && strings.TrimSpace(text) != "" {
				values = append(values, text)
			}
		}
		if field == "documents" {
			s.Documents = values
			return true
		}
		if len(values) > 1 {
			r.add(cellIssue(sheet, cellName(3, n), "there is one value alone"))
		}
		if len(values) > 0 {
			switch field {
			case "zone":
				s.Zone = strings.TrimSpace(values[0])
			case "name":
				s.Name = values[0]
			case "from":
				s.From = r.date(strings.TrimSpace(values[0]))
			case "until":
				s.Until = r.date(strings.TrimSpace(values[0]))
			case "based_on":
				s.BasedOn = values[0]
			}
		}
		return true
	})
}

// validate adds what the model says of the content, at the cells that it was read from.
func (r *workbookReader) validate(s *layers.Schedule) {
	whole := *s
	whole.Meta = layers.Meta{ID: "sc_0", ValidFrom: 1}
	whole.Series, whole.Number, whole.Code, whole.State, whole.Author = "s", 1, "s-1", layers.Draft, "a"
	var invalid *layers.Invalid
	if !errors.As(whole.Validate(layers.CodesFree), &invalid) {
		return
	}
	for _, i := range invalid.Issues {
		sheet, cell := r.cellOf(i.Pointer)
		detail := i.Detail
		if cell == "" {
			detail = strings.TrimPrefix(i.Pointer, "/") + ": " + detail
		}
		if slices.ContainsFunc(r.issues, func(o CellIssue) bool { return o.Cell != "" && o.Sheet == sheet && o.Cell == cell }) {
			continue // said of the cell before
		}
		r.add(CellIssue{Sheet: sheet, Cell: cell, Detail: detail})
	}
}

// cellOf returns the cell that a pointer is about.
func (r *workbookReader) cellOf(pointer string) (sheet, cell string) {
	prefix := pointer
	for prefix != "" {
		if at, ok := r.rows[prefix]; ok {
			field := strings.TrimPrefix(strings.TrimPrefix(pointer, prefix), "/")
			parts := strings.Split(field, "/")
			letters := r.letters[0]
			if at.sheet == r.find(exceptionSheet) {
				letters = r.letters[1]
			}
			for _, part := range slices.Backward(parts) { // /rate/fen and /user_classes/any_of/0 have the column of a part
				if letters[part] > 0 {
					return at.sheet, cellName(letters[part], at.row)
				}
			}
			return at.sheet, cellName(1, at.row)
		}
		prefix = prefix[:strings.LastIndexByte(prefix, '/')]
	}
	field, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	if n := r.letters[2][field]; n > 0 {
		return r.find(noteSheet), cellName(2, n)
	}
	switch field {
	case "windows":
		return windowSheet, ""
	case "exceptions":
		return exceptionSheet, ""
	}
	return noteSheet, ""
}
