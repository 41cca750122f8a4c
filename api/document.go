package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) documentOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/openapi.json", ID: "document", Tag: "service", Timeless: true,
		Summary: "This document",
		Answers: []answer{
			{Status: http.StatusOK, Text: "OpenAPI 3.1", Content: &content{Type: &huma.Schema{Type: "object"}}, Headers: []string{"ETag"}},
			{Status: http.StatusNotModified, Text: "The same as the one that If-None-Match names"},
		},
		Handle: func(c *call) error { return c.file(s.document) },
	}}
}
