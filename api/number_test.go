package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"wangge/api"
)

// numberAt is what a number at the beginning of text must be read as: the longest beginning that is a JSON number, by the
// standard library alone.
func numberAt(text string) (v float64, end int, ok bool) {
	for n := len(text); n > 0; n-- {
		if c := text[n-1]; (c >= '0' && c <= '9') && json.Valid([]byte(text[:n])) && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') {
			v, err := strconv.ParseFloat(text[:n], 64)
			return v, n, err == nil && n <= 40
		}
	}
	return 0, 0, false
}

// badFollow reports whether what follows the number of that end makes it wrong itself: 1.x, 1e, 01.
func badFollow(text string, end int) bool {
	if end >= len(text) {
		return false
	}
	hasExponent := strings.ContainsAny(text[:end], "eE")
	switch c := text[end]; {
	case c == '.':
		return !hasExponent && !strings.Contains(text[:end], ".")
	case c == 'e', c == 'E':
		return !hasExponent
	default:
		return c >= '0' && c <= '9'
	}
}

func checkNumber(t *testing.T, text string) {
	t.Helper()
	got, end, ok := api.ScanNumber([]byte(text), 0)
	want, wantEnd, wantOK := numberAt(text)
	if wantOK && badFollow(text, wantEnd) {
		wantOK = false
	}
	if ok != wantOK || ok && (end != wantEnd || math.Float64bits(got) != math.Float64bits(want)) {
		t.Errorf("%q: %v (%x) to %d, %v; want %v (%x) to %d, %v", text, got, math.Float64bits(got), end, ok, want, math.Float64bits(want), wantEnd, wantOK)
	}
}

func TestNumbersAreThoseOfStrconv(t *testing.T) {
	for _, text := range []string{"0", "-0", "0.0", "-0.0", "1", "121.3254", "-121.3254", "9007199254740993", "999999999999999", "0.000000000000001",
		"0.00000000000000000000001", "123456789012345.1", "1e22", "1e23", "1E+2", "1e-2", "1e999", "5e-324", "1.7976931348623157e308", "1e-999", "0e0",
		"121.32559199999999", "2.2250738585072011e-308", "12345678901234567890123456789012345678.9", "0.1234567890123456789012345678901234567890",
		"", "-", "+1", ".5", "5.", "01", "-01", "00", "1.", "1e", "1e+", "1e-x", "0x10", "1_0", "Inf", "NaN", "-Inf", "--1", "1.2.3", "1e5e5", "٣", "1 ", "1,2", "1]"} {
		checkNumber(t, text)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		v := (random.Float64() - 0.5) * math.Pow10(random.IntN(20)-10)
		for _, text := range []string{strconv.FormatFloat(v, 'f', -1, 64), strconv.FormatFloat(v, 'f', random.IntN(16), 64), strconv.FormatFloat(v, 'e', random.IntN(18), 64),
			fmt.Sprintf("%.7f", v*180)} {
			got, end, ok := api.ScanNumber([]byte(text+"]"), 0)
			want, err := strconv.ParseFloat(text, 64)
			if len(text) > 40 {
				continue
			}
			if !ok || err != nil || end != len(text) || math.Float64bits(got) != math.Float64bits(want) {
				t.Fatalf("%q: %v to %d, %v; want %v", text, got, end, ok, want)
			}
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, text := range []string{"121.3254", "-0", "1e5", "9007199254740993", "0.00000000000000000000001", "01", "1.", "1ex"} {
		f.Add(text)
	}
	f.Fuzz(checkNumber)
}

func BenchmarkNumber(b *testing.B) {
	text := []byte("121.3255921,30.8924205")
	b.Run("baseline", func(b *testing.B) {
		for b.Loop() {
			if _, err := strconv.ParseFloat(string(text[:11]), 64); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			if _, _, ok := api.ScanNumber(text, 0); !ok {
				b.Fatal("not read")
			}
		}
	})
}
