package web_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/api"
	"wangge/api/client"
	"wangge/data"
	"wangge/geo"
	"wangge/layers"
	"wangge/layers/source"
)

var update = flag.Bool("update", false, "write the golden file that the tests of the web application read")

const goldenBatch = "test/golden/batch.json"

// golden is what the web application's own tests (test/batch.test.ts) hold its client against: bodies as the Go client writes them,
// answers as the service gives them and the Go client reads them, and positions as package geo converts them.
type golden struct {
	Points    []goldenPoints   `json:"points"`
	Grids     []goldenGrids    `json:"grids"`
	Converted []goldenPosition `json:"converted"`
}

type goldenPoints struct {
	Name      string        `json:"name"`
	CRS       client.CRS    `json:"crs"`
	AtMS      *int64        `json:"at_ms"`
	Positions [][2]*float64 `json:"positions"` // null for what is not a number
	Bytes     string        `json:"bytes"`     // in hexadecimal digits
}

type goldenGrids struct {
	Name     string   `json:"name"`
	Bytes    string   `json:"bytes"`
	Epoch    string   `json:"epoch"`
	Revision int64    `json:"revision"`
	Codes    []string `json:"codes"`
	Index    []int32  `json:"index"`
	Failed   int      `json:"failed"`
}

type goldenPosition struct {
	CRS    geo.CRS   `json:"crs"`
	Given  orb.Point `json:"given"`
	Stored orb.Point `json:"stored"`
}

// TestGoldenBatch compares the golden file with what client, service and package geo do now.
func TestGoldenBatch(t *testing.T) {
	address := goldenServer(t)
	var g golden
	for _, c := range goldenQuestions() {
		body, err := client.AppendPoints(nil, client.Common{CRS: c.crs, At: c.at}, c.positions)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		g.Points = append(g.Points, c.golden(body))
		answer := postPoints(t, address, body)
		if answer == nil {
			continue
		}
		g.Grids = append(g.Grids, readGrids(t, c.name, answer), readGrids(t, c.name+", wide", widened(t, answer)))
	}
	g.Converted = goldenPositions(t)
	got, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(goldenBatch, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenBatch)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what client, service and geo do; -update writes it again. Now:\n%s", goldenBatch, got)
	}
}

type question struct {
	name      string
	crs       client.CRS
	at        time.Time
	positions []client.Position
}

func goldenQuestions() []question {
	nan := math.Float64frombits(0x7ff8000000000000) // as a browser writes it
	day := time.Date(2025, 5, 20, 2, 5, 0, int(250*time.Millisecond), time.UTC)
	fixed := []client.Position{{Lon: 121.3301, Lat: 30.8903}, {Lon: 121.1234567, Lat: 30.8654321}, {Lon: 121.3301, Lat: 30.8903}, {Lon: -73.98, Lat: 40.75}, {Lon: 500, Lat: 0}}
	return []question{
		{"none", client.WGS84, time.Time{}, nil},
		{"multiples of 1e-7", client.CGCS2000, time.Time{}, fixed[:4]},
		{"one is out of range", client.WGS84, time.Time{}, fixed},
		{"finer than 1e-7", client.WGS84, day, []client.Position{{Lon: 121.33010000001, Lat: 30.8903}, {Lon: 0, Lat: 0}}},
		{"Baidu's, with one that is no number", client.BD09, time.Time{}, []client.Position{{Lon: 121.3415, Lat: 30.8964}, {Lon: nan, Lat: nan}}},
		{"of web maps, at the very beginning of time", client.GCJ02, time.UnixMilli(0), []client.Position{{Lon: 121.335, Lat: 30.888}}},
		{"plane metres", client.EPSG4549, time.Time{}, []client.Position{{Lon: 627181.25, Lat: 3418807.5}, {Lon: 121.33, Lat: 30.89}}},
	}
}

func (c question) golden(body []byte) goldenPoints {
	out := goldenPoints{Name: c.name, CRS: c.crs, Positions: [][2]*float64{}, Bytes: hex.EncodeToString(body)}
	if !c.at.IsZero() {
		ms := c.at.UnixMilli()
		out.AtMS = &ms
	}
	number := func(v float64) *float64 {
		if math.IsNaN(v) {
			return nil
		}
		return &v
	}
	for _, p := range c.positions {
		out.Positions = append(out.Positions, [2]*float64{number(p.Lon), number(p.Lat)})
	}
	return out
}

// goldenServer shows the demo district under an epoch that stays, and returns its address.
func goldenServer(t *testing.T) string {
	t.Helper()
	set, err := source.ReadDataset(data.Files())
	if err != nil {
		t.Fatal(err)
	}
	b := layers.NewBuilder()
	for _, r := range rowsOf(set.Features) {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	snap, err := b.Snapshot(layers.Base{Position: layers.Position{Epoch: "0123abcd-golden", Revision: 1 << 40}, Settings: set.Settings})
	if err != nil {
		t.Fatal(err)
	}
	s := api.New(api.Options{Key: bytes.Repeat([]byte{7}, 32), Now: func() time.Time { return time.Date(2025, 11, 25, 4, 0, 0, 0, time.UTC) }})
	t.Cleanup(s.Close)
	s.Publish(snap)
	listener := httptest.NewServer(s.Handler())
	t.Cleanup(listener.Close)
	return listener.URL
}

// postPoints returns the answer of the service; nil if at is before there were any grids.
func postPoints(t *testing.T, address string, body []byte) []byte {
	t.Helper()
	resp, err := http.Post(address+"/v1/lookup:batch", "application/vnd.wangge.points", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if resp.StatusCode == http.StatusNotFound && strings.Contains(string(answer), "not-in-edition") {
		return nil
	}
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v %s", resp.StatusCode, err, answer)
	}
	return answer
}

// readGrids is an answer as the Go client reads it.
func readGrids(t *testing.T, name string, answer []byte) goldenGrids {
	t.Helper()
	g, err := client.ParseGrids(answer)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return goldenGrids{name, hex.EncodeToString(answer), g.Epoch, g.Revision, g.Codes, g.Index, g.Failed}
}

// widened is a narrow answer with indexes of 32 bits, as the service gives when there are more codes than 16 bits can tell apart.
func widened(t *testing.T, narrow []byte) []byte {
	t.Helper()
	const head = 32
	if narrow[5] != 0 {
		t.Fatal("the answer is wide already")
	}
	le := binary.LittleEndian
	table := head + int(le.Uint32(narrow[28:]))
	wide := slices.Clone(narrow[:table])
	wide[5] = 1
	for at := table; at < len(narrow); at += 2 {
		wide = le.AppendUint32(wide, uint32(int32(int16(le.Uint16(narrow[at:])))))
	}
	return wide
}

// goldenPositions are places in and around the district, and at the other end of the country, in each system.
func goldenPositions(t *testing.T) []goldenPosition {
	t.Helper()
	var out []goldenPosition
	for _, crs := range []geo.CRS{geo.WGS84, geo.GCJ02, geo.BD09, geo.EPSG4549} {
		for _, p := range []orb.Point{{121.3301, 30.8903}, {120.9, 30.6}, {121.5, 31}, {116.4, 39.9}, {-73.98, 40.75}} {
			given, err := geo.Converter{}.FromStorage(crs, p)
			if err != nil && strings.Contains(err.Error(), "4549") {
				continue // beyond the zone
			}
			if err != nil {
				t.Fatal(err)
			}
			stored, err := geo.Converter{}.ToStorage(crs, given)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, goldenPosition{crs, given, stored})
		}
	}
	return out
}
