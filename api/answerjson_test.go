package api_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangge/api"
	"wangge/routing/duty"
)

// fill sets every exported field that v leads to, some of them to zero, as many lists and pointers nil as not.
func fill(random *rand.Rand, v reflect.Value) {
	if random.IntN(6) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(random, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), random.IntN(4), 4))
		for i := range v.Len() {
			fill(random, v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(random, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(random, v.Field(i))
			}
		}
	case reflect.String:
		texts := []string{"亭林镇", "a", "<&>\"\\/", "\x00\x1f\x7f\b\f\n\r\t", "\u2028\u2029\ufffd", "\xff\xc0", "😀", strings.Repeat("长", 50)}
		v.SetString(texts[random.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(random.Int64N(100) - 20)
	case reflect.Int64:
		v.SetInt(random.Int64N(4e12) - 1e12)
	case reflect.Float64:
		v.SetFloat([]float64{121.3254, -0.5, 1e-7, 1.5e-9, 1e21, -2.25e300, 12, 18.4, math.Copysign(0, -1), 5e-324, random.NormFloat64()}[random.IntN(11)])
	}
}

// The bytes are those of encoding/json, whatever the fields hold: a field that is new in duty.Answer fails here until it is written.
func TestAnswerIsWrittenAsByTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var a duty.Answer
		fill(random, reflect.ValueOf(&a).Elem())
		a.ID = ""
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		must(t, enc.Encode(a))
		if got := api.AppendAnswer(nil, &a); !bytes.Equal(got, want.Bytes()) {
			t.Fatal(cmp.Diff(want.String(), string(got)))
		}
	}
}

func BenchmarkAnswerJSON(b *testing.B) {
	var a duty.Answer
	readServer(b).get(lookupPath(at(3, 1))).json(&a)
	a.ID = ""
	b.Run("baseline", func(b *testing.B) {
		for b.Loop() {
			if _, err := json.Marshal(a); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("append", func(b *testing.B) {
		room := make([]byte, 0, 4096)
		for b.Loop() {
			room = api.AppendAnswer(room[:0], &a)
		}
	})
}
