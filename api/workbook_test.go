package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"wangge/layers"
	"wangge/layers/source"
)

// readBook sends a workbook to be read.
func (s *server) readBook(role layers.Role, content []byte) reply {
	s.t.Helper()
	return s.do(ask{Method: http.MethodPost, Path: "/v1/schedules:read", Role: role, Body: string(content), Header: []string{"Content-Type", source.WorkbookMedia}})
}

type bookAnswer struct {
	Schedule json.RawMessage
	Issues   []source.CellIssue
}

// A revision goes out as a workbook, is changed in an office, read again without being stored, and becomes a draft.
func TestWorkbookOverHTTP(t *testing.T) {
	s, _ := scheduleServer(t)
	r := s.get("/v1/schedules/sc_haihui_1/workbook.xlsx").status(http.StatusOK)
	if r.Header.Get("Content-Type") != source.WorkbookMedia || !strings.Contains(r.Header.Get("Content-Disposition"), "haihui-1.xlsx") {
		t.Errorf("%v", r.Header)
	}
	s.get("/v1/schedules/sc_haihui_1/workbook.xlsx", "If-None-Match", r.Header.Get("ETag")).status(http.StatusNotModified)
	s.get("/v1/schedules/nothing/workbook.xlsx").problem(http.StatusNotFound, "not-found")
	f, err := excelize.OpenReader(bytes.NewReader(r.bytes))
	must(t, err)
	defer f.Close()
	must(t, f.SetCellStr("说明 notes", "B3", "2026-12-01"))
	must(t, f.SetCellStr("时段 windows", "D2", "20:10"))
	var changed bytes.Buffer
	_, err = f.WriteTo(&changed)
	must(t, err)
	revision := s.get("/v1/status").Header.Get("Wangge-Revision")
	var got bookAnswer
	s.readBook(layers.Planner, changed.Bytes()).status(http.StatusOK).json(&got)
	if len(got.Issues) != 0 || !strings.Contains(string(got.Schedule), `"start":"20:10"`) || !strings.Contains(string(got.Schedule), `"from":"2026-12-01"`) || !strings.Contains(string(got.Schedule), `"zone":"z_haihui"`) {
		t.Fatalf("%s %v", got.Schedule, got.Issues)
	}
	if now := s.get("/v1/status").Header.Get("Wangge-Revision"); now != revision {
		t.Errorf("reading a workbook stored something: %s, was %s", now, revision)
	}
	made := s.post(layers.Planner, "schedules", string(got.Schedule)).state(http.StatusCreated)
	if made.Schedule.State != "draft" || made.Schedule.From != "2026-12-01" || made.Schedule.Windows[0].Start != "20:10" || made.Schedule.Windows[0].DurationMin != 660 {
		t.Errorf("%+v", made.Schedule)
	}

	must(t, f.SetCellStr("时段 windows", "D2", "25:00"))
	must(t, f.SetCellStr("说明 notes", "B1", "z_nowhere"))
	changed.Reset()
	_, err = f.WriteTo(&changed)
	must(t, err)
	s.readBook(layers.Reviewer, changed.Bytes()).status(http.StatusOK).json(&got)
	if len(got.Issues) != 2 || got.Issues[0].Sheet != "时段 windows" || got.Issues[0].Cell != "D2" || !strings.Contains(got.Issues[1].Detail, "z_nowhere") {
		t.Errorf("%+v", got.Issues)
	}
}

func TestWorkbooksThatAreNone(t *testing.T) {
	s, _ := scheduleServer(t)
	for name, content := range map[string]string{"text": "hello", "zip": "PK\x03\x04nothing", "old": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)} {
		if p := s.readBook(layers.Planner, []byte(content)).problem(http.StatusUnprocessableEntity, "validation-failed"); strings.Contains(p["detail"].(string), "source:") {
			t.Errorf("%s: %v", name, p["detail"])
		}
	}
	s.readBook(layers.Planner, make([]byte, source.MaxWorkbook+1)).problem(http.StatusRequestEntityTooLarge, "body-too-large")
	s.readBook(layers.Viewer, []byte("x")).problem(http.StatusForbidden, "forbidden")
	s.do(ask{Method: http.MethodPost, Path: "/v1/schedules:read", Role: layers.Planner, Body: "{}"}).problem(http.StatusUnsupportedMediaType, "unsupported-media")
}
