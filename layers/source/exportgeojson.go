package source

import (
	"context"
	"io"

	"wangge/layers"
)

// writeGeoJSON writes the features as layers.Collection describes it, with where the store is.
func (e Export) writeGeoJSON(ctx context.Context, w io.Writer) error {
	list, err := e.sorted()
	if err != nil {
		return err
	}
	about := struct {
		Layer    layers.Layer `json:"layer"`
		CRS      string       `json:"crs"`
		Store    string       `json:"store,omitempty"`
		Epoch    string       `json:"epoch"`
		Revision int64        `json:"revision"`
		Demo     bool         `json:"demo"`
	}{e.Layer, storageCRS, e.Settings.Name, e.Position.Epoch, e.Position.Revision, e.demo(list)}
	return layers.Collection{Layer: e.Layer, About: about, Head: headColumns(), Features: list}.WriteGeoJSON(ctx, w)
}
