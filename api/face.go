package api

import (
	"encoding/json"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// face is one form of a feature in edits: how their bodies are read and how they are answered. Everything between is the same for
// all.
type face interface {
	// members takes a body apart: the fields of the feature by name, and its geometry. The body is one JSON object.
	members(body []byte) (map[string]json.RawMessage, error)
	// stored turns a geometry of the body into longitude and latitude.
	stored(g orb.Geometry) (orb.Geometry, error)
	// placed points in err to where the fields are in the body.
	placed(err error) error
	// show writes a feature for the answer.
	show(f layers.Feature) ([]byte, error)
	media() string
	// location is the address of a feature.
	location(l layers.Layer, id string) string
}

// plainFace is that of /v1: the fields themselves.
type plainFace struct{}

func (plainFace) members(body []byte) (members map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, badJSON("", "json", err.Error())
	}
	return members, nil
}

func (plainFace) stored(g orb.Geometry) (orb.Geometry, error) { return g, nil }

func (plainFace) placed(err error) error { return err }

func (plainFace) show(f layers.Feature) ([]byte, error) { return layers.MarshalFeature(f) }

func (plainFace) media() string { return jsonMedia }

func (plainFace) location(l layers.Layer, id string) string { return "/v1/" + string(l) + "/" + id }
