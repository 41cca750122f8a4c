package api

import (
	"net/http"

	"wangge/layers"
)

func (s *Server) accountOperations() []operation {
	return []operation{{
		Method: http.MethodGet, Path: "/v1/me", ID: "me", Tag: "account",
		Summary: "Who the token is for, and what it may edit",
		Roles:   layers.Roles(),
		Answers: []answer{{Status: http.StatusOK, Content: &content{Type: accountDocument{}}}},
		Handle: func(c *call) error {
			c.Response().Header().Set("Cache-Control", "no-store")
			return c.json(http.StatusOK, c.account())
		},
	}}
}

// accountDocument is the answer of /v1/me.
type accountDocument struct {
	Name    string         `json:"name"`
	Role    string         `json:"role"`
	Unit    string         `json:"unit,omitempty" doc:"The unit that the token is for"`
	Town    string         `json:"town,omitempty" doc:"The town whose features it may edit; all if left out"`
	Expires layers.Instant `json:"expires,omitzero"`
	Edits   []mayEdit      `json:"edits" doc:"The layers that the role may edit"`
}

type mayEdit struct {
	Layer      string   `json:"layer"`
	Operations []string `json:"operations" doc:"create, replace, delete"`
}

func (c *call) account() accountDocument {
	t := c.token
	out := accountDocument{Name: t.Name, Role: string(t.Role), Unit: t.Unit, Town: t.Town, Expires: t.Expires, Edits: []mayEdit{}}
	for _, info := range layers.All() {
		one := mayEdit{Layer: string(info.Layer)}
		for _, op := range []layers.Op{layers.Create, layers.Replace, layers.Delete} {
			for _, role := range rightsOf(info.Layer).of(op) {
				if role == t.Role {
					one.Operations = append(one.Operations, string(op))
				}
			}
		}
		if one.Operations != nil {
			out.Edits = append(out.Edits, one)
		}
	}
	return out
}
