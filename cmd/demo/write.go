package main

import (
	"bytes"
	"context"

	"wangge/layers"
)

// collection writes features as wangge export does: a FeatureCollection, one feature a line, every column as a property.
func collection(l layers.Layer, list []layers.Feature) ([]byte, error) {
	about := struct {
		Layer layers.Layer `json:"layer"`
		CRS   string       `json:"crs"`
		Store string       `json:"store"`
		Demo  bool         `json:"demo"`
	}{l, "cgcs2000", settings.Name, true}
	c := layers.Collection{Layer: l, About: about, Head: []string{"id", "valid_from", "valid_to", "demo"}, Features: list}
	var out bytes.Buffer
	err := c.WriteGeoJSON(context.Background(), &out)
	return out.Bytes(), err
}
