package main

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// locateCmd is "wangge locate".
type locateCmd struct {
	atStore
	CRS      string   `name:"crs" help:"The system of the coordinates, never guessed: wgs84, cgcs2000, gcj02, bd09, epsg:4326, epsg:4490 or epsg:4549." required:"" placeholder:"CRS"`
	Lon      *float64 `arg:"" optional:"" help:"Longitude in degrees (easting in metres for epsg:4549)."`
	Lat      *float64 `arg:"" optional:"" help:"Latitude in degrees (northing in metres for epsg:4549)."`
	Geometry string   `help:"The line or the area that it is about, in place of a position: WKT, a LINESTRING or a POLYGON of at most 16 corners." placeholder:"WKT"`
	Points   string   `help:"A CSV file of positions with a header; - reads standard input. The answer is CSV." placeholder:"FILE.csv"`
	LonField string   `help:"The column of the longitude; recognised by the usual names." placeholder:"FIELD"`
	LatField string   `help:"The column of the latitude; recognised by the usual names." placeholder:"FIELD"`
	Category string   `help:"What it is about, such as part.pole.abandoned." placeholder:"PATH"`
	Accuracy float64  `name:"accuracy-m" help:"The 68 % radius of the positions' error in metres." placeholder:"METRES"`
	At       string   `help:"When the answer is to apply: a day in Shanghai or a time with offset; now if it is not given." placeholder:"TIME"`
}

// Help is the long help.
func (locateCmd) Help() string {
	return `The answer comes from the store directly; no server is needed. One position is answered in JSON, in the form of GET /v1/lookup. ` +
		`A line or an area is answered for the grid that leads, with the share of each grid. A file of positions is answered in CSV, row by row: the columns of the file, then outcome, grid_code, grid_name, town_code, unit and ` +
		`boundary_distance_m. A position outside the district is an answer (outcome outside). A row without a position has the outcome invalid, ` +
		`and makes the exit code 1 at the end; standard error names the first such rows.

With --accuracy-m there is one more column, probability: that of the grid in the row, or of being outside where there is none. Where it is below ` +
		`0.90 the outcome is ambiguous, and grid and unit are those of the position as given.

The file may be of any length: some hundred thousand rows a second are answered on each core, in constant memory. A terminal shows how far it is. ` +
		`Ctrl-C ends it with what was answered so far, and the exit code 1. Fields are separated by commas, and quoted where they must be; a line ends in LF ` +
		`or CR LF. Empty lines are left out. A row of another width than the header's, or with a quote in a wrong place, is invalid. The answer has LF, and a ` +
		`byte order mark if the file has one.

Examples:

    wangge locate --crs wgs84 121.3412 30.7405
    wangge locate --crs cgcs2000 --category event.waste.corner --geometry "LINESTRING(121.3412 30.7405, 121.3431 30.7412)"
    wangge locate --crs gcj02 --points cases.csv > answers.csv
    zcat big.csv.gz | wangge locate --crs bd09 --points - --lon-field X --lat-field Y > answers.csv
    wangge locate --crs wgs84 -- -0.5 51.5        (after -- a number may begin with a minus)`
}

// Run answers.
func (c *locateCmd) Run(ctx context.Context, h *host) error {
	ask, err := c.question(h)
	if err != nil {
		return err
	}
	return withStore(ctx, h, c.Store, layers.StoreOptions{ReadOnly: true}, func(store layers.Store) error {
		snap, err := layers.LoadSnapshot(ctx, store)
		if err != nil {
			return err
		}
		l := newLocating(snap, h.conv, ask)
		if c.Points != "" {
			return c.file(ctx, h, l)
		}
		answer, err := c.one(l)
		if err != nil {
			return &failure{what: lastWords(err), cause: err}
		}
		return writeJSON(h.out, answer)
	})
}

// one answers the position or the geometry of the command line.
func (c *locateCmd) one(l *locating) (*duty.Answer, error) {
	if c.Geometry == "" {
		return l.decide(new(duty.Decider), *c.Lon, *c.Lat)
	}
	g, err := wkt.Unmarshal(c.Geometry)
	if err != nil {
		return nil, fmt.Errorf("--geometry is not WKT: %w", err)
	}
	shape, err := duty.NewShape(g, l.ask.CRS)
	if err != nil {
		return nil, fmt.Errorf("--geometry: %w", err)
	}
	l.ask.About(shape)
	return l.decide(new(duty.Decider), l.ask.Lon, l.ask.Lat)
}

// question makes sense of the flags.
func (c *locateCmd) question(h *host) (ask duty.Question, err error) {
	switch {
	case c.Points == "" && c.Geometry == "" && c.Lat == nil:
		return ask, usage("give LON and LAT, --geometry WKT, or --points FILE.csv")
	case c.Points != "" && c.Lon != nil:
		return ask, usage("give LON and LAT or --points, not both")
	case c.Geometry != "" && (c.Lon != nil || c.Points != "" || c.Accuracy > 0):
		return ask, usage("--geometry is in place of LON and LAT, --points and --accuracy-m")
	case c.Accuracy < 0 || c.Accuracy > 10_000 || math.IsNaN(c.Accuracy):
		return ask, usage("--accuracy-m %g: want metres from 0 to 10000", c.Accuracy)
	}
	if ask.CRS, err = geo.ParseCRS(c.CRS); err != nil {
		return ask, usage("--crs %s: %s", c.CRS, lastWords(err))
	}
	if ask.At, err = parseWhen("at", c.At); err != nil {
		return ask, err
	}
	if c.At == "" {
		ask.At = layers.InstantOf(h.now())
	}
	ask.Category, ask.AccuracyM = c.Category, c.Accuracy
	return ask, nil
}

// locating answers positions from one snapshot. It is safe for concurrent use.
type locating struct {
	snap   *layers.Snapshot
	rules  *duty.Rules
	conv   geo.Converter
	ask    duty.Question
	grids  *layers.Partition // in force at the instant that is asked about; nil for none
	extent orb.Bound         // of all grids, empty without any
}

func newLocating(snap *layers.Snapshot, conv geo.Converter, ask duty.Question) *locating {
	l := &locating{snap: snap, rules: duty.NewRules(snap), conv: conv, ask: ask, grids: snap.Partition(layers.Grids, ask.At)}
	if l.grids != nil {
		if lo, hi, ok := l.grids.Coverage().Bound(); ok {
			l.extent = orb.Bound{Min: lo.Point(), Max: hi.Point()}
		}
	}
	return l
}

// swapped reports whether a position looks like latitude before longitude.
func (l *locating) swapped(lon, lat float64) bool {
	return l.ask.CRS.Normal() != geo.EPSG4549 && geo.LooksSwapped(orb.Point{lon, lat}, l.extent)
}

// decide answers one position. The answer may be read until d is used again.
func (l *locating) decide(d *duty.Decider, lon, lat float64) (*duty.Answer, error) {
	q := l.ask
	q.Lon, q.Lat = lon, lat
	if l.swapped(lon, lat) {
		return nil, fmt.Errorf("%g, %g looks like latitude before longitude; longitude comes first", lon, lat)
	}
	return d.Decide(l.snap, l.rules, l.conv, q)
}
