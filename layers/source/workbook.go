package source

import (
	"fmt"
	"io"
	"regexp"

	"github.com/xuri/excelize/v2"

	"wangge/layers"
)

// WorkbookMedia is the media type of a workbook.
const WorkbookMedia = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// workbookRows is how far lists of choices and the form of text go down a sheet.
const workbookRows = 500

// WriteWorkbook writes the content of a revision as a workbook (XLSX) that ReadWorkbook reads again: the windows, the exceptions, and notes
// with the zone and the dates. Every cell is text, so that nothing that begins like a formula is one. The bytes depend on the content
// alone.
func WriteWorkbook(w io.Writer, s *layers.Schedule) error {
	f := excelize.NewFile()
	defer f.Close() // it is in memory
	b := &workbookWriter{file: f}
	b.sheet(windowSheet, windowColumns())
	for i := range s.Windows {
		b.row(windowRow("", &s.Windows[i]))
	}
	for i := range s.Exceptions {
		x := &s.Exceptions[i]
		for k := range x.Windows {
			b.row(windowRow(x.ID, &x.Windows[k]))
		}
	}
	b.sheet(exceptionSheet, exceptionColumns())
	for i := range s.Exceptions {
		b.row(exceptionRow(&s.Exceptions[i]))
	}
	b.notes(s)
	b.do(f.DeleteSheet("Sheet1"))
	const made = "2000-01-01T00:00:00Z" // the same for the same content
	b.do(f.SetDocProps(&excelize.DocProperties{Created: made, Modified: made, Creator: "wangge", LastModifiedBy: "wangge", Title: s.Code + " " + s.Name}))
	if b.err != nil {
		return fmt.Errorf("source: workbook of %s: %w", s.Code, b.err)
	}
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("source: workbook of %s: %w", s.Code, err)
	}
	return nil
}

// workbookWriter writes one sheet after the other and keeps the first error.
type workbookWriter struct {
	file    *excelize.File
	name    string
	columns []column
	next    int
	err     error
}

func (b *workbookWriter) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

// style makes a style of texts (the number format 49).
func (b *workbookWriter) style(bold bool) int {
	s := &excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}
	if bold {
		s.Font = &excelize.Font{Bold: true}
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}
	}
	id, err := b.file.NewStyle(s)
	b.do(err)
	return id
}

// sheet begins a sheet with its header, the form of its cells and the choices of its columns.
func (b *workbookWriter) sheet(name string, columns []column) {
	b.name, b.columns, b.next = name, columns, 2
	_, err := b.file.NewSheet(name)
	b.do(err)
	last, err := excelize.ColumnNumberToName(len(columns))
	b.do(err)
	b.do(b.file.SetColStyle(name, "A:"+last, b.style(false)))
	for i, c := range columns {
		letter, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		b.text(i+1, 1, c.title.String())
		b.do(b.file.SetColWidth(name, letter, letter, c.width))
		if c.choices != nil {
			b.choices(letter, c)
		}
	}
	b.do(b.file.SetCellStyle(name, "A1", last+"1", b.style(true)))
	b.do(b.file.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}))
}

// choices offers a list in a column. Where several may be joined it only advises.
func (b *workbookWriter) choices(letter string, c column) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, workbookRows))
	list := make([]string, len(c.choices))
	for i, w := range c.choices {
		list[i] = w.String()
	}
	b.do(v.SetDropList(list))
	if c.several {
		v.SetError(excelize.DataValidationErrorStyleInformation, c.title.String(), "多个值用“、”分开 / join several by “、”")
	} else {
		v.SetError(excelize.DataValidationErrorStyleStop, c.title.String(), "请从列表中选择 / choose from the list")
	}
	b.do(b.file.AddDataValidation(b.name, v))
}

// coded is what the format takes for the code of a character; its first mark is written as a code itself, so that the text is kept.
var coded = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

func (b *workbookWriter) text(col, row int, s string) {
	if s == "" {
		return
	}
	cell, err := excelize.CoordinatesToCellName(col, row)
	b.do(err)
	b.do(b.file.SetCellStr(b.name, cell, coded.ReplaceAllString(s, "_x005F_$1")))
}

func (b *workbookWriter) row(cells map[string]string) {
	for i, c := range b.columns {
		b.text(i+1, b.next, cells[c.field])
	}
	b.next++
}

// notes writes names with their values beside them, and explanations below.
func (b *workbookWriter) notes(s *layers.Schedule) {
	b.name = noteSheet
	_, err := b.file.NewSheet(noteSheet)
	b.do(err)
	b.do(b.file.SetColStyle(noteSheet, "A:B", b.style(false)))
	b.do(b.file.SetColWidth(noteSheet, "A", "A", 24))
	b.do(b.file.SetColWidth(noteSheet, "B", "B", 60))
	values := map[string][]string{"zone": {s.Zone}, "name": {s.Name}, "from": {s.From}, "until": {s.Until}, "documents": s.Documents, "based_on": {s.BasedOn}}
	row := 1
	for _, c := range noteColumns() {
		b.text(1, row, c.title.String())
		for i, v := range values[c.field] {
			b.text(2+i, row, v)
		}
		row++
	}
	b.do(b.file.SetCellStyle(noteSheet, "A1", fmt.Sprintf("A%d", row-1), b.style(true)))
	for i, text := range explanations {
		b.text(1, row+1+i, "# "+text)
	}
}
