package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// snapshotOf is what a store has.
func snapshotOf(t testing.TB, store string) *layers.Snapshot {
	t.Helper()
	at, err := parsePlace(store)
	if err != nil {
		t.Fatal(err)
	}
	s, err := at.open(t.Context(), layers.StoreOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	snap, err := layers.LoadSnapshot(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// shared are snapshots that are loaded once for all tests: they never change.
var shared struct {
	sync.Mutex
	demo, district *layers.Snapshot
}

func demoSnapshot(t testing.TB) *layers.Snapshot {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.demo == nil {
		shared.demo = snapshotOf(t, demo(t))
	}
	return shared.demo
}

func districtSnapshot(t testing.TB) *layers.Snapshot {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.district == nil {
		shared.district = snapshotOf(t, district(t))
	}
	return shared.district
}

// locatingIn is what answers positions from a snapshot, in WGS 84 if the question says nothing else.
func locatingIn(snap *layers.Snapshot, ask duty.Question) *locating {
	if ask.CRS == "" {
		ask.CRS = geo.WGS84
	}
	if ask.At == 0 {
		ask.At = layers.Instant(1_900_000_000_000) // in 2030
	}
	return newLocating(snap, geo.NewConverter(geo.Options{}), ask)
}

// answered is what came of a file of positions.
type answered struct {
	out           string
	rows, invalid int
	bad           []string // the first of the invalid rows
	err           error
}

// plainAnswers is the slow twin of the whole way: encoding/csv for reading and writing, strconv, and duty.Decide for each row.
func plainAnswers(t testing.TB, l *locating, file io.Reader) (a answered) {
	t.Helper()
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	unmarked := strings.TrimPrefix(string(text), byteOrderMark)
	rows := csv.NewReader(strings.NewReader(unmarked))
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil {
		return answered{err: err}
	}
	lon, lat, err := new(locateCmd).columns(header)
	if err != nil {
		return answered{err: err}
	}
	var to strings.Builder
	to.WriteString(string(text[:len(text)-len(unmarked)]))
	out := csv.NewWriter(&to)
	write := func(row []string) {
		if err := out.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	write(append(slices.Clip(header), l.columns()...))
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		a.rows++
		added := make([]string, len(l.columns()))
		if err == nil {
			added, err = plainRow(l, row, len(header), lon, lat)
		} else {
			err = quoteError(err)
		}
		if err != nil {
			a.invalid++
			a.bad = append(a.bad, fmt.Sprintf("row %d: %s", a.rows, lastWords(err)))
			added = make([]string, len(l.columns()))
			added[0] = "invalid"
		}
		for len(row) < len(header) {
			row = append(row, "")
		}
		write(append(slices.Clip(row[:len(header)]), added...))
	}
	out.Flush()
	a.out = to.String()
	a.bad = a.bad[:min(len(a.bad), mostComplaints)]
	return a
}

func plainRow(l *locating, row []string, width, lonAt, latAt int) ([]string, error) {
	if len(row) != width {
		return nil, fmt.Errorf("%d columns where the header has %d", len(row), width)
	}
	lon, err := strconv.ParseFloat(strings.TrimSpace(row[lonAt]), 64)
	if err != nil {
		return nil, fmt.Errorf("the longitude %.40q is no number", row[lonAt])
	}
	lat, err := strconv.ParseFloat(strings.TrimSpace(row[latAt]), 64)
	if err != nil {
		return nil, fmt.Errorf("the latitude %.40q is no number", row[latAt])
	}
	answer, err := l.decide(new(duty.Decider), lon, lat)
	if err != nil {
		return nil, err
	}
	return l.cells(answer), nil
}

// quickAnswers answers a file as the command does, in blocks of the given size; 0 is the usual one.
func quickAnswers(t testing.TB, l *locating, file io.Reader, size int) (a answered) {
	t.Helper()
	blocks := newRowBlocks(t.Context(), file)
	if size > 0 {
		blocks.size = size
	}
	header, marked, err := blocks.header()
	if err != nil {
		return answered{err: err}
	}
	table := pointsTable{width: len(header)}
	if table.lon, table.lat, err = new(locateCmd).columns(header); err != nil {
		return answered{err: err}
	}
	var out, said bytes.Buffer
	to := &answers{h: &host{stdio: stdio{out: &out, err: &said}}, bar: new(progress)}
	if err := to.header(header, l.columns(), marked); err != nil {
		t.Fatal(err)
	}
	a.err = answerRows(t.Context(), func() {}, blocks, func() *rowWorker { return newRowWorker(table, l) }, to.write)
	a.out, a.rows, a.invalid = out.String(), to.rows, to.invalid
	if said.Len() > 0 {
		a.bad = strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n")
	}
	return a
}

// sameAnswers holds the quick way against the plain one, for whole and cut blocks and for files that come in pieces.
func sameAnswers(t testing.TB, l *locating, file string, size int) {
	t.Helper()
	want := plainAnswers(t, l, strings.NewReader(file))
	for name, in := range map[string]io.Reader{"whole": strings.NewReader(file), "in halves": iotest.HalfReader(strings.NewReader(file)),
		"byte by byte": iotest.OneByteReader(strings.NewReader(file)), "with its end": iotest.DataErrReader(strings.NewReader(file))} {
		got := quickAnswers(t, l, in, size)
		if want.err != nil || got.err != nil {
			if want.err == nil || got.err == nil {
				t.Fatalf("%s in blocks of %d, %q: error %v, plain %v", name, size, file, got.err, want.err)
			}
			continue
		}
		if got.out != want.out || got.rows != want.rows || got.invalid != want.invalid {
			t.Fatalf("%s in blocks of %d\nfile  %q\nquick %q, %d rows, %d invalid\nplain %q, %d rows, %d invalid",
				name, size, file, got.out, got.rows, got.invalid, want.out, want.rows, want.invalid)
		}
		if !slices.Equal(got.bad, want.bad) {
			t.Fatalf("%s in blocks of %d, %q\nquick says %q\nplain says %q", name, size, file, got.bad, want.bad)
		}
	}
}

// nastyFiles are what CSV files have in them that is no plain row.
func nastyFiles() []string {
	h := "id,lon,lat\n"
	long := strings.Repeat("网", 3000)
	return []string{
		"", "\n\n", "id", "\ufeff", "\ufeff\n", "a,b\n1,2\n", h, "\n\r\n" + h + "1,121.305,30.705", "\ufeff" + h + "1,121.305,30.705\n", "lon,lat\n121.305,30.705",
		"\ufeff\"id\",\"lon\",\"lat\"\r\n1,121.305,30.705\r\n", "\"a\nb\",lon,\"lat\"\n1,121.305,30.705\n", "\"a,lon,lat\n1,2,3\n", "a\"b,lon,lat\n1,2,3\n",
		"lat,id,lon\n30.705,1,121.305\n", "lon,lat,\"outcome\"\n121.305,30.705,old\n", "x,y, note \n121.305,30.705, a\n",
		h + "1,121.305,30.705\n\n\n2,121.315,30.705\n", h + "1,121.305,30.705\r\n\r\n2,121.315,30.705\r\n", h + "1,121.305,30.705\r", h + "\r", h + "\r\r", h + "\r\r\n",
		h + "1,121.305,30.705\r\r\n", h + "1\r2,121.305,30.705\n", h + "1,121.305\n2,121.315,30.705,x\n3\n,\n,,\n,,,\n", h + "\"1,2\",121.305,30.705\n",
		h + "\"1\"\"2\",\"121.305\",\"30.705\"\n", h + "\"1\n2\",121.305,30.705\n3,121.315,30.705\n", h + "\"1\r\n2\",121.305,30.705\r\n", h + "12\" pipe,121.305,30.705\n3,121.315,30.705\n",
		h + "\"1\"x,121.305,30.705\n3,121.315,30.705\n", h + "\"1\n2\"x,121.305,30.705\n3,121.315,30.705\n", h + "1,121.305,\"30.705\n2,121.315,30.705\n", h + "\"", h + "\"\"", h + "\"\"\"",
		h + "\"1\",121.305,30.705\"\n", h + "1,\"121.305\"\r", h + "\"1\"\r\r\n", h + "1,121.305,\"30.705\"\r\n", h + "\"1\"\r,2,3\n",
		h + " 1, 121.305 ,\t30.705\n", h + "\u00851,121.305,30.705\n", h + "\u30001,\u3000121.305,30.705\u00a0\n", h + "\\.,121.305,30.705\n", h + "\\.x,121.305,30.705\n", h + "\x00,121.305,30.705\x00\n",
		h + "\xff\xfe,121.305,30.705\n", h + "\xe7\xbd,121.305,30.705\n", h + long + ",121.305,30.705\n2,121.315,30.705\n", h + "\"" + long + "\n" + long + "\",121.305,30.705\n2,121.315,30.705\n",
		h + "1,NaN,30.7\n2,Inf,1\n3,1e999,1\n4,0x79,30.7\n5,1_2,3\n6,+121.305,30.705\n7,1.21305e2,3.0705E1\n8,,\n9,-0,-0\n10,30.705,121.305\n11,200,95\n12,121.305,30.7050000000000000000001\n",
		h + "=1+1,121.305,30.705\n@x,121.31,30.705\n-1,121.32,30.71\n'x',121.31,30.70\n", h + "1,121.305,30.705\x1a",
	}
}

// TestRowsAsPlain: files of every form get, byte for byte, what encoding/csv and a decision a row give.
func TestRowsAsPlain(t *testing.T) {
	l := locatingIn(districtSnapshot(t), duty.Question{})
	sizes, files := []int{0, 1, 7, 64}, 3000
	if raceDetector {
		sizes, files = []int{0, 7}, 120
	}
	for _, file := range nastyFiles() {
		for _, size := range sizes {
			sameAnswers(t, l, file, size)
		}
	}
	pieces := []string{",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"", "\"\"", " ", "\t", "\x00", "\xff", "网格", "\u3000", "\\.", "a", "1", "121.305", "30.705", "1,121.305,30.705\n", "2,121.315,30.705\r\n",
		"\"a,b\"", "\"a\nb\"", "\"a\"\"b\"", ",121.31,30.705\n", strings.Repeat("x", 100)}
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 1))
	for range files {
		var file strings.Builder
		file.WriteString([]string{"id,lon,lat\n", "lon,lat\r\n", "\ufeffx,y,\"a\"\"\nb\"\n"}[r.IntN(3)])
		for range r.IntN(40) {
			file.WriteString(pieces[r.IntN(len(pieces))])
		}
		sameAnswers(t, l, file.String(), r.IntN(80))
	}
}

func FuzzRowsAsPlain(f *testing.F) {
	for i, file := range nastyFiles() {
		f.Add(file, byte(i))
	}
	l := locatingIn(districtSnapshot(f), duty.Question{})
	f.Fuzz(func(t *testing.T, file string, size byte) { sameAnswers(t, l, file, int(size)) })
}

// mixedRows are rows over the demo district: three columns, as most files have them.
func mixedRows(rows int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var in strings.Builder
	in.WriteString("id,lon,lat\n")
	for i := range rows {
		fmt.Fprintf(&in, "%d,%.6f,%.6f\n", i, 121.0+0.45*r.Float64(), 30.69+0.25*r.Float64())
	}
	return in.String()
}

// BenchmarkLocateRows answers a file of three columns on the demo store, which is loaded before; baseline is the plain twin.
func BenchmarkLocateRows(b *testing.B) {
	l := locatingIn(demoSnapshot(b), duty.Question{})
	const rows = 200_000
	file := mixedRows(rows)
	plainRate := 0.0
	b.Run("baseline", func(b *testing.B) {
		for b.Loop() {
			plainAnswers(b, l, strings.NewReader(file))
		}
		plainRate = float64(rows*b.N) / b.Elapsed().Seconds()
		b.ReportMetric(plainRate, "rows/s")
	})
	quoted := strings.ReplaceAll(file, "\n", ",\"a, b\"\n")
	accurate := *l
	accurate.ask.AccuracyM = 20
	for _, c := range []struct {
		name string
		l    *locating
		file string
	}{{"plain", l, file}, {"quoted", l, quoted}, {"accuracy", &accurate, file}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if a := quickAnswers(b, c.l, strings.NewReader(c.file), 0); a.err != nil || a.rows != rows {
					b.Fatal(a.err, a.rows)
				}
			}
			rate := float64(rows*b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "rows/s")
			b.ReportMetric(rate/plainRate, "x-baseline")
		})
	}
}
