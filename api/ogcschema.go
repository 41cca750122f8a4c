package api

import (
	"maps"

	"github.com/danielgtaylor/huma/v2"

	"wangge/layers"
)

// The schemas of features as GeoJSON, in the OpenAPI document.

func itemName(l layers.Layer) string { return featureName(l) + "Item" }

// itemSchemaRef refers to the schema of a feature of a layer as GeoJSON.
func itemSchemaRef(l layers.Layer) *huma.Schema { return &huma.Schema{Ref: schemaPrefix + itemName(l)} }

// itemEditRef refers to the schema of what an edit takes.
func itemEditRef(l layers.Layer) *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + itemName(l) + "Edit"}
}

// itemPatchRef refers to the schema of a change of parts.
func itemPatchRef(l layers.Layer) *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + itemName(l) + "Patch"}
}

// linkSchema refers to the schema of a link, which the landing page registers.
func linkSchema() *huma.Schema { return &huma.Schema{Ref: schemaPrefix + "Link"} }

// itemSchemas are the schemas of all layers by their names: as answers show a feature, as edits take it, and as changes of parts.
func itemSchemas() map[string]*huma.Schema {
	all := map[string]*huma.Schema{}
	for _, info := range openLayers() {
		all[itemName(info.Layer)] = shownItem(info)
		edit := takenItem(info)
		all[itemName(info.Layer)+"Edit"] = edit
		all[itemName(info.Layer)+"Patch"] = patchedItem(edit)
	}
	return all
}

// shownItem describes a feature in an answer. Every column is there, null where it has no value.
func shownItem(info layers.Info) *huma.Schema {
	columns := shownSchema(info.Layer)
	properties, geometry := itemProperties(columns)
	return &huma.Schema{Type: "object", AdditionalProperties: false, Required: []string{"type", "id", "properties", "geometry"}, Properties: map[string]*huma.Schema{
		"type": {Type: "string", Enum: []any{"Feature"}}, "id": {Type: "string"}, "properties": properties, "geometry": geometry,
		"links": {Type: "array", Items: linkSchema()},
	}}
}

// takenItem describes what an edit takes: no property is required by the schema, because the checks say more exactly what is.
func takenItem(info layers.Info) *huma.Schema {
	properties, geometry := itemProperties(takenSchema(info.Layer))
	withHeights(geometry)
	return &huma.Schema{Type: "object", AdditionalProperties: false, Required: []string{"type"}, Properties: map[string]*huma.Schema{
		"type": {Type: "string", Enum: []any{"Feature"}}, "id": {Type: "string"}, "properties": properties, "geometry": geometry,
		"links": {Description: "Passed over."}, "bbox": {Description: "Passed over."},
	}}
}

// patchedItem describes a change of parts, of the geometry too.
func patchedItem(edit *huma.Schema) *huma.Schema {
	patch := *edit
	patch.Required = nil
	patch.Properties = maps.Clone(edit.Properties)
	patch.Properties["geometry"] = &huma.Schema{Type: "object", Nullable: true, Description: "Members of the geometry that change."}
	return &patch
}

// withHeights lets the positions of a geometry have a height, which is passed over.
func withHeights(g *huma.Schema) {
	three := 3
	for _, one := range g.OneOf {
		withHeights(one)
	}
	if s := g.Properties["coordinates"]; s != nil {
		for s.Items != nil && s.Items.Type == "array" {
			s = s.Items
		}
		s.MaxItems = &three
	}
}

// itemProperties takes a schema of columns apart into properties that may be null, and the geometry.
func itemProperties(columns *huma.Schema) (properties, geometry *huma.Schema) {
	members := maps.Clone(columns.Properties)
	geometry = members["geometry"]
	delete(members, "geometry")
	delete(members, "id")
	for name, s := range members {
		one := *s
		one.Nullable = true
		members[name] = &one
	}
	if geometry == nil {
		geometry = &huma.Schema{Type: "object", Nullable: true, Description: "null: features of this layer have none."}
	}
	return &huma.Schema{Type: "object", AdditionalProperties: false, Properties: members}, geometry
}

// itemsSchema describes a page of features.
func itemsSchema(l layers.Layer) *huma.Schema {
	zero := 0.0
	return &huma.Schema{Type: "object", AdditionalProperties: false, Required: []string{"type", "features", "links", "numberReturned", "timeStamp"}, Properties: map[string]*huma.Schema{
		"type": {Type: "string", Enum: []any{"FeatureCollection"}}, "features": {Type: "array", Items: itemSchemaRef(l)}, "links": {Type: "array", Items: linkSchema()},
		"numberMatched": {Type: "integer", Minimum: &zero}, "numberReturned": {Type: "integer", Minimum: &zero}, "timeStamp": timeSchema(),
	}}
}
