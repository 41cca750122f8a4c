package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"wangge/layers"
)

// holidaysBytes bounds a file of days off.
const holidaysBytes = 1 << 20

// Holidays reads the State Council's notice of a year, or a local one, from the JSON of holiday-cn: year, papers, and days with name, date
// and isOffDay. Names that begin with $ are passed over; anything else that is not in the form is an error of kind layers.ErrInvalid that
// says where. The notice has been validated, and applies from an instant.
func Holidays(r io.Reader, local bool, from layers.Instant) (*layers.Notice, error) {
	raw, err := io.ReadAll(io.LimitReader(r, holidaysBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > holidaysBytes {
		return nil, fmt.Errorf("more than %d bytes: %w", holidaysBytes, layers.ErrInvalid)
	}
	var file struct {
		Schema string   `json:"$schema"`
		ID     string   `json:"$id"`
		Year   *int     `json:"year"`
		Papers []string `json:"papers"`
		Days   *[]struct {
			Name string `json:"name"`
			Date string `json:"date"`
			Off  *bool  `json:"isOffDay"`
		} `json:"days"`
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("no list of days off: %s: %w", strings.TrimPrefix(err.Error(), "json: "), layers.ErrInvalid)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("no list of days off: something follows it: %w", layers.ErrInvalid)
	}
	if file.Year == nil || file.Days == nil {
		return nil, fmt.Errorf("no list of days off: year and days are required: %w", layers.ErrInvalid)
	}
	kind, name := "cn", fmt.Sprintf("国务院办公厅关于%d年部分节假日安排的通知", *file.Year)
	if local {
		kind, name = "local", fmt.Sprintf("%d年本地放假调休安排", *file.Year)
	}
	n := &layers.Notice{Year: *file.Year, Local: local, Papers: file.Papers, Name: name}
	n.Code = fmt.Sprintf("%s-%d", kind, n.Year)
	n.ID, n.ValidFrom = n.Code, from
	for i, day := range *file.Days {
		if day.Off == nil {
			return nil, fmt.Errorf("days/%d: isOffDay is required: %w", i, layers.ErrInvalid)
		}
		n.Days = append(n.Days, layers.NoticeOfDays{Date: day.Date, Name: day.Name, Off: *day.Off})
	}
	return n, n.Validate(layers.CodesLocal)
}
