package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"wangge/layers"
)

// mostIssues is how many things that are wrong with one body are listed.
const mostIssues = 100

// fill fills the value that v points to from JSON whose form checkJSON has accepted. Names of members are taken exactly; each one that is not
// known, and each value of another type, is an issue with its JSON Pointer, below the one given. null leaves a value as it is.
func fill(raw []byte, v any, pointer string, bad *issues) {
	fillValue(raw, reflect.ValueOf(v).Elem(), pointer, bad)
}

func fillValue(raw []byte, v reflect.Value, pointer string, bad *issues) {
	if len(*bad) >= mostIssues || string(bytes.TrimSpace(raw)) == "null" {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		one := reflect.New(v.Type().Elem())
		fillValue(raw, one.Elem(), pointer, bad)
		v.Set(one)
	case reflect.Struct:
		fillStruct(raw, v, pointer, bad)
	case reflect.Slice:
		fillList(raw, v, pointer, bad)
	default:
		if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
			bad.add(pointer, "type", typeDetail(err))
		}
	}
}

func typeDetail(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("cannot hold a JSON %.60s", wrong.Value)
	}
	return err.Error()
}

func fillStruct(raw []byte, v reflect.Value, pointer string, bad *issues) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		bad.add(pointer, "type", typeDetail(err))
		return
	}
	fields := jsonFields(v.Type())
	for _, name := range slices.Sorted(maps.Keys(members)) {
		at := pointer + "/" + pointerToken(name)
		f, ok := fields[name]
		if !ok {
			bad.add(at, "unknown-field", fmt.Sprintf("there is no member %.80q here", name))
			continue
		}
		fillValue(members[name], v.FieldByIndex(f.Index), at, bad)
	}
}

func fillList(raw []byte, v reflect.Value, pointer string, bad *issues) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		bad.add(pointer, "type", typeDetail(err))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		fillValue(item, list.Index(i), pointer+"/"+strconv.Itoa(i), bad)
	}
	v.Set(list)
}

// membersOf returns the names of the members of a JSON object.
func membersOf(body []byte) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	if json.Unmarshal(body, &out) != nil {
		return nil
	}
	return out
}

// invalid returns what was found as an error, nil if it is nothing.
func (s issues) invalid(l layers.Layer, id string) error {
	if len(s) == 0 {
		return nil
	}
	return &layers.Invalid{Layer: l, ID: id, Issues: s}
}
