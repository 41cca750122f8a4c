package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// mostDiffs is how many differences are told of.
const mostDiffs = 8

// diff returns "" for values that are deeply equal, or the places where got is not want. An empty list or map is not nil.
func diff(want, got any) string {
	d := &differ{}
	d.compare("", reflect.ValueOf(want), reflect.ValueOf(got))
	if len(d.lines) > mostDiffs {
		d.lines = append(d.lines[:mostDiffs], fmt.Sprintf("… and %d more", len(d.lines)-mostDiffs))
	}
	return strings.Join(d.lines, "\n")
}

type differ struct{ lines []string }

func (d *differ) note(path string, want, got reflect.Value) {
	d.lines = append(d.lines, fmt.Sprintf("%s: want %s, got %s", strings.TrimPrefix(path, "."), show(want), show(got)))
}

func show(v reflect.Value) string {
	if !v.IsValid() {
		return "nothing"
	}
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	return fmt.Sprintf("%#v", v)
}

func (d *differ) compare(path string, want, got reflect.Value) {
	if !want.IsValid() || !got.IsValid() || want.Type() != got.Type() {
		if want.IsValid() || got.IsValid() {
			d.note(path, want, got)
		}
		return
	}
	switch want.Kind() {
	case reflect.Pointer, reflect.Interface:
		if want.IsNil() || got.IsNil() {
			if want.IsNil() != got.IsNil() {
				d.note(path, want, got)
			}
			return
		}
		d.compare(path, want.Elem(), got.Elem())
	case reflect.Struct:
		for i := range want.NumField() {
			d.compare(path+"."+want.Type().Field(i).Name, want.Field(i), got.Field(i))
		}
	case reflect.Slice, reflect.Array:
		d.list(path, want, got)
	case reflect.Map:
		d.table(path, want, got)
	default:
		if !want.Equal(got) {
			d.note(path, want, got)
		}
	}
}

func (d *differ) list(path string, want, got reflect.Value) {
	if want.Kind() == reflect.Slice && want.IsNil() != got.IsNil() {
		d.note(path, want, got)
		return
	}
	for i := range max(want.Len(), got.Len()) {
		var w, g reflect.Value
		if i < want.Len() {
			w = want.Index(i)
		}
		if i < got.Len() {
			g = got.Index(i)
		}
		d.compare(fmt.Sprintf("%s[%d]", path, i), w, g)
	}
}

func (d *differ) table(path string, want, got reflect.Value) {
	keys := map[string]reflect.Value{}
	for _, v := range []reflect.Value{want, got} {
		for _, k := range v.MapKeys() {
			keys[fmt.Sprint(k)] = k
		}
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		d.compare(fmt.Sprintf("%s[%s]", path, name), want.MapIndex(keys[name]), got.MapIndex(keys[name]))
	}
}
