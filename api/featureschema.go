package api

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/calendar"
)

// featureSchema refers to the schema of a feature of a layer as an answer shows it.
func featureSchema(l layers.Layer) *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + featureName(l)}
}

// writtenSchema refers to the schema of what an edit takes.
func writtenSchema(l layers.Layer) *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + featureName(l) + "Edit"}
}

// featureName is the name of a layer's feature among the schemas: Grid, Pole.
func featureName(l layers.Layer) string { return operationID("", singular(l)) }

// featureSchemas are the schemas of all layers by their names, twice each: as answers show the feature, and as edits take it.
func featureSchemas() map[string]*huma.Schema {
	all := map[string]*huma.Schema{}
	for _, info := range layers.All() {
		all[featureName(info.Layer)] = shownSchema(info.Layer)
		all[featureName(info.Layer)+"Edit"] = takenSchema(info.Layer)
	}
	for t, name := range parts {
		all[name] = structSchema(t)
	}
	return all
}

// parts are structs inside features and bodies that have schemas of their own, by their names; it is never changed.
var parts = map[reflect.Type]string{
	reflect.TypeFor[layers.ModeWindow]():  "ModeWindow",
	reflect.TypeFor[layers.Exception]():   "ScheduleException",
	reflect.TypeFor[layers.UserClasses](): "UserClasses",
	reflect.TypeFor[layers.Rate]():        "Rate",
	reflect.TypeFor[layers.SignOff]():     "SignOff",
	reflect.TypeFor[layers.Comment]():     "ScheduleComment",
	reflect.TypeFor[scheduleContent]():    "ScheduleContent",
	reflect.TypeFor[previewQuestion]():    "SchedulePreviewQuestion",
	reflect.TypeFor[stepBody]():           "ScheduleStep",
	reflect.TypeFor[ruleContent]():        "RuleContent",
	reflect.TypeFor[saidBody]():           "RuleStep",
	reflect.TypeFor[rulePublication]():    "RulePublication",
	reflect.TypeFor[refusalContent]():     "RefusalContent",
	reflect.TypeFor[ruleCheckQuestion]():  "RuleCheckQuestion",
	reflect.TypeFor[impactQuestion]():     "ImpactQuestion",
	reflect.TypeFor[detection]():          "Detection",
	reflect.TypeFor[orderContent]():       "OrderContent",
	reflect.TypeFor[activationContent]():  "ActivationContent",
}

// partSchema refers to the schema of one of the parts.
func partSchema[T any]() *huma.Schema {
	return &huma.Schema{Ref: schemaPrefix + parts[reflect.TypeFor[T]()]}
}

// structSchema describes a struct by its tags: a member without omitempty is always there.
func structSchema(t reflect.Type) *huma.Schema {
	s := &huma.Schema{Type: "object", AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	fields := jsonFields(t)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f := fields[name]
		one := schemaOf(f.Type)
		if text := f.Tag.Get("doc"); text != "" && one.Ref == "" {
			one.Description = text
		}
		s.Properties[name] = one
		if !strings.Contains(f.Tag.Get("json"), ",omit") {
			s.Required = append(s.Required, name)
		}
	}
	return s
}

// valuesOf returns the values that a text of the type can have, nil if they are not fixed.
func valuesOf(t reflect.Type) []any {
	switch t {
	case reflect.TypeFor[layers.Mode]():
		return []any{layers.Travel, layers.Parking, layers.Loading, layers.Closed}
	case reflect.TypeFor[layers.Effect]():
		return []any{layers.Close, layers.Replaced, layers.Extend}
	case reflect.TypeFor[layers.ScheduleState]():
		return []any{layers.Draft, layers.InReview, layers.Approved, layers.Published, layers.Withdrawn, layers.Superseded}
	case reflect.TypeFor[layers.Band]():
		return []any{layers.EmergencyBand, layers.WorksBand, layers.EventBand}
	case reflect.TypeFor[activationWord]():
		var out []any
		for _, kind := range layers.ActivationKinds() {
			out = append(out, kind)
		}
		return out
	case reflect.TypeFor[calendar.Tail]():
		return []any{calendar.TailKeep, calendar.TailCutMidnight, calendar.TailCutAt}
	}
	return nil
}

// shownSchema describes a feature of a layer as an answer shows it, made from the layer's columns.
func shownSchema(l layers.Layer) *huma.Schema {
	s := inputSchema(l)
	s.Properties["version"] = &huma.Schema{Type: "integer", Description: "Counts the states of the feature, from 1."}
	s.Properties["revision"] = &huma.Schema{Type: "integer", Description: "The revision at which this state was recorded."}
	s.Required = []string{"id", "version", "revision", "valid_from", "demo", "code", "name"}
	if s.Properties["geometry"] != nil {
		s.Required = append(s.Required, "geometry")
	}
	return s
}

// inputSchema describes what an edit takes: no member is required by the schema, because the checks say more exactly what is.
func inputSchema(l layers.Layer) *huma.Schema {
	info, _ := l.Info()
	s := &huma.Schema{Type: "object", AdditionalProperties: false, Properties: map[string]*huma.Schema{
		"id":         {Type: "string"},
		"valid_from": describedTime("From when this state applies. An edit without it means now."),
		"valid_to":   describedTime("Until when this state applies, exclusive; left out if there is no end."),
		"demo":       {Type: "boolean", Description: "Invented data."},
	}}
	members := jsonFields(reflect.TypeOf(info.New()).Elem())
	for _, c := range layers.Columns(l) {
		s.Properties[c.Name] = schemaOf(members[c.Name].Type)
	}
	if info.Geometry != "" {
		s.Properties["geometry"] = geometrySchema(info.Geometry)
	}
	return s
}

// takenSchema is inputSchema with the members that an edit passes over, so that what was read can be sent again.
func takenSchema(l layers.Layer) *huma.Schema {
	s := inputSchema(l)
	for _, name := range []string{"version", "revision"} {
		s.Properties[name] = &huma.Schema{Type: "integer", Description: "Passed over; `If-Match` names the state."}
	}
	if info, _ := l.Info(); info.Geometry == "MultiPolygon" {
		s.Properties["geometry"] = &huma.Schema{OneOf: []*huma.Schema{geometrySchema("MultiPolygon"), geometrySchema("Polygon")}}
	}
	return s
}

func pageSchema(l layers.Layer) *huma.Schema {
	return &huma.Schema{Type: "object", AdditionalProperties: false, Required: []string{"items"}, Properties: map[string]*huma.Schema{
		"items": {Type: "array", Items: featureSchema(l)},
		"next":  {Type: "string", Description: "The `cursor` of the next page; left out on the last."},
	}}
}

func describedTime(text string) *huma.Schema {
	s := timeSchema()
	s.Description = text
	return s
}

// schemaOf describes a type of package layers as its JSON is.
func schemaOf(t reflect.Type) *huma.Schema {
	switch t {
	case reflect.TypeFor[layers.Instant]():
		return timeSchema()
	case reflect.TypeFor[orb.Point]():
		return positionSchema()
	}
	if name := parts[t]; name != "" {
		return &huma.Schema{Ref: schemaPrefix + name}
	}
	if own, ok := reflect.Zero(t).Interface().(huma.SchemaProvider); ok && t.Kind() == reflect.Struct {
		return own.Schema(nil)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Bool:
		return &huma.Schema{Type: "boolean"}
	case reflect.Int, reflect.Int64:
		return &huma.Schema{Type: "integer"}
	case reflect.Float64:
		return &huma.Schema{Type: "number"}
	case reflect.Slice:
		return &huma.Schema{Type: "array", Items: schemaOf(t.Elem())}
	case reflect.Map:
		return &huma.Schema{Type: "object", AdditionalProperties: schemaOf(t.Elem())}
	case reflect.Struct:
		s := &huma.Schema{Type: "object", AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
		for name, f := range jsonFields(t) {
			s.Properties[name] = schemaOf(f.Type)
		}
		return s
	}
	return &huma.Schema{Type: "string", Enum: valuesOf(t)}
}

func positionSchema() *huma.Schema {
	two := 2
	return &huma.Schema{Type: "array", Items: &huma.Schema{Type: "number"}, MinItems: &two, MaxItems: &two, Description: "Longitude, latitude in CGCS2000."}
}

// geometrySchema describes a GeoJSON geometry of the type.
func geometrySchema(kind string) *huma.Schema {
	depth := map[string]int{"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}[kind]
	coordinates := positionSchema()
	for range depth {
		coordinates = &huma.Schema{Type: "array", Items: coordinates}
	}
	return &huma.Schema{Type: "object", AdditionalProperties: false, Required: []string{"type", "coordinates"}, Properties: map[string]*huma.Schema{
		"type": {Type: "string", Enum: []any{kind}}, "coordinates": coordinates,
	}}
}
