package api

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
	"wangge/layers/source"
)

// workbookOperations give a revision to offices as a workbook, and read one back.
func (s *Server) workbookOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/schedules/{id}/workbook.xlsx", ID: "getScheduleWorkbook", Tag: "schedules",
		Summary: "A revision as a workbook",
		Text:    "XLSX with the sheets 时段 windows, 例外 exceptions and 说明 notes, in Chinese and English, with lists of choices. All cells are texts.",
		Params:  []param{idParam()},
		Answers: []answer{{Status: http.StatusOK, Text: "The workbook", Content: &content{Media: source.WorkbookMedia}, Headers: []string{"ETag", "Content-Disposition"}},
			{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"}},
		Handle: (*call).scheduleWorkbook,
	}, {
		Method: http.MethodPost, Path: "/v1/schedules:read", ID: "readSchedule", Tag: "schedules",
		Summary: "The content of a revision from a workbook, without storing it",
		Text: "Reads what `getScheduleWorkbook` gives, as offices change it. What is wrong is in `issues` with sheet and cell; `schedule` is what could be read, to be looked at and sent as a draft. " +
			"Formulas are not read. A file that is no workbook is 422. No `Idempotency-Key`: nothing is stored.",
		Body: &content{Media: source.WorkbookMedia, Text: "The workbook, at most 8 MiB"}, Limit: source.MaxWorkbook,
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: workbookAnswer{}}}},
		Roles:   deskRoles,
		Handle:  (*call).readWorkbook,
	}}
}

// workbookAnswer is the answer of /v1/schedules:read.
type workbookAnswer struct {
	Schedule workbookContent    `json:"schedule"`
	Issues   []source.CellIssue `json:"issues" doc:"What is wrong, and in which cell; none if the content can be sent as a draft"`
}

// workbookContent is content of a revision, which has a schema of its own.
type workbookContent struct{ scheduleContent }

// Schema refers to the one of content.
func (workbookContent) Schema(huma.Registry) *huma.Schema { return partSchema[scheduleContent]() }

func (c *call) scheduleWorkbook() error {
	f, _, err := c.find(scheduleInfo, c.path["id"], c.now(), 0, false)
	if err != nil {
		return err
	}
	s := f.(*layers.Schedule)
	var b bytes.Buffer
	if err := source.WriteWorkbook(&b, s); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(s.Code+".xlsx"))
	return c.file(fileOf(source.WorkbookMedia, b.Bytes()))
}

func (c *call) readWorkbook() error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	s, issues, err := source.ReadWorkbook(body)
	if err != nil {
		return &Problem{Status: http.StatusUnprocessableEntity, Code: "validation-failed", Detail: strings.TrimPrefix(err.Error(), "source: workbook: "+layers.ErrInvalid.Error()+": "), cause: err}
	}
	out := workbookAnswer{Schedule: workbookContent{scheduleContent{Zone: s.Zone, Name: s.Name, From: s.From, Until: s.Until, Windows: s.Windows, Exceptions: s.Exceptions, Documents: s.Documents, BasedOn: s.BasedOn}},
		Issues: append([]source.CellIssue{}, issues...)}
	if _, ok := c.w.Set(layers.Zones).Head(s.Zone); !ok && s.Zone != "" {
		out.Issues = append(out.Issues, source.CellIssue{Sheet: "说明 notes", Detail: "there is no zone " + quoted(s.Zone)})
	}
	return c.json(http.StatusOK, out)
}
