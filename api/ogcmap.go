package api

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"

	"wangge/geo"
	"wangge/layers"
)

// The small map of a page: an SVG drawn here, with the borders around what it shows and a bar for the scale.

// Size of a map in its own pixels.
const (
	mapWidth, mapHeight = 640.0, 420.0
	wideMap             = 1072.0 // of a page without anything beside the map
	// leastView is the least width of a map in degrees, some 300 m.
	leastView = 0.003
	// leastSize is how many pixels a shape must have to be drawn as it is; a smaller one is a dot.
	leastSize = 3.0
	// mostPath bounds the paths of a map in bytes; what comes then is drawn as dots.
	mostPath = 300 << 10
	// roadView is the width in degrees up to which roads are drawn for orientation.
	roadView = 0.08
)

// drawing is a map in the making.
type drawing struct {
	width float64
	view  orb.Bound
	scale float64 // pixels a degree of latitude
	east  float64 // pixels a degree of longitude
	out   strings.Builder
	paths int
}

// newDrawing returns a map of that width that shows a box with a margin.
func newDrawing(across float64, b orb.Bound) *drawing {
	middle := b.Center()
	narrow := max(math.Cos(middle[1]*math.Pi/180), 0.01)
	width, height := max(b.Max[0]-b.Min[0], leastView)*narrow*1.12, max(b.Max[1]-b.Min[1], leastView)*1.12
	d := &drawing{width: across, scale: min(across/width, mapHeight/height)}
	d.east = d.scale * narrow
	half := orb.Point{across / 2 / d.east, mapHeight / 2 / d.scale}
	d.view = orb.Bound{Min: orb.Point{middle[0] - half[0], middle[1] - half[1]}, Max: orb.Point{middle[0] + half[0], middle[1] + half[1]}}
	return d
}

func (d *drawing) at(p orb.Point) (x, y float64) {
	return (p[0] - d.view.Min[0]) * d.east, (d.view.Max[1] - p[1]) * d.scale
}

// size is the greater side of a box in pixels.
func (d *drawing) size(b orb.Bound) float64 {
	return max((b.Max[0]-b.Min[0])*d.east, (b.Max[1]-b.Min[1])*d.scale)
}

// path returns the data of a path through a shape, clipped to a little more than the map; "" if nothing is left of it.
func (d *drawing) path(g orb.Geometry) string {
	around := d.view.Pad(leastSize / d.scale)
	if b := g.Bound(); !around.Contains(b.Min) || !around.Contains(b.Max) {
		if g = clip.Geometry(around, orb.Clone(g)); g == nil {
			return ""
		}
	}
	var b []byte
	switch g := g.(type) {
	case orb.LineString:
		b = d.line(b, g, false)
	case orb.MultiLineString:
		for _, l := range g {
			b = d.line(b, l, false)
		}
	case orb.Polygon:
		for _, r := range g {
			b = d.line(b, orb.LineString(r), true)
		}
	case orb.MultiPolygon:
		for _, pg := range g {
			for _, r := range pg {
				b = d.line(b, orb.LineString(r), true)
			}
		}
	}
	d.paths += len(b)
	return string(b)
}

// line appends a line to the data of a path, without positions that are not half a pixel from the one before.
func (d *drawing) line(b []byte, line orb.LineString, closed bool) []byte {
	var lastX, lastY float64
	for i, p := range line {
		x, y := d.at(p)
		if i > 0 && i < len(line)-1 && math.Abs(x-lastX) < 0.5 && math.Abs(y-lastY) < 0.5 {
			continue
		}
		command := byte('L')
		if i == 0 {
			command = 'M'
		}
		b = append(b, command)
		b = strconv.AppendFloat(b, math.Round(x*10)/10, 'f', -1, 64)
		b = append(b, ' ')
		b = strconv.AppendFloat(b, math.Round(y*10)/10, 'f', -1, 64)
		lastX, lastY = x, y
	}
	if closed {
		b = append(b, 'Z')
	}
	return b
}

// classOf is the class of a shape's path.
func classOf(g orb.Geometry) string {
	if _, ok := g.(orb.LineString); ok {
		return "line"
	}
	return "area"
}

// shape draws a shape, as a dot where it is too small to be seen.
func (d *drawing) shape(g orb.Geometry) {
	if b := g.Bound(); d.size(b) < leastSize || d.paths > mostPath {
		x, y := d.at(b.Center())
		fmt.Fprintf(&d.out, `<circle class="dot" cx="%.1f" cy="%.1f" r="4"/>`, x, y)
		return
	}
	if path := d.path(g); path != "" {
		fmt.Fprintf(&d.out, `<path class="%s" d="%s"/>`, classOf(g), path)
	}
}

// background draws towns, grids and, near enough, roads.
func (d *drawing) background(w *World, at layers.Instant) {
	for _, under := range []struct {
		layer layers.Layer
		class string
		from  float64 // the widest view in degrees in which it is drawn
	}{{layers.Roads, "road", roadView}, {layers.Grids, "grid", 360}, {layers.Towns, "town", 360}} {
		if d.view.Max[0]-d.view.Min[0] > under.from {
			continue
		}
		var b strings.Builder
		w.Set(under.layer).Search(d.view, at, func(f layers.Feature) bool {
			b.WriteString(d.path(f.Shape()))
			return d.paths < mostPath
		})
		if b.Len() > 0 {
			fmt.Fprintf(&d.out, `<path class="%s" d="%s"/>`, under.class, b.String())
		}
	}
	d.paths = 0 // the bound is for what the map is of
}

// bar draws the scale: a round length of 60 to 150 pixels.
func (d *drawing) bar() {
	middle := d.view.Center()
	metres := float64(geo.Distance(orb.Point{d.view.Min[0], middle[1]}, orb.Point{d.view.Max[0], middle[1]})) / d.width // of a pixel
	if !(metres > 0) {
		return
	}
	length := math.Pow(10, math.Floor(math.Log10(metres*150)))
	for _, n := range []float64{5, 2} {
		if length*n/metres <= 150 {
			length *= n
			break
		}
	}
	label := strconv.FormatFloat(length, 'f', -1, 64) + " m"
	if length >= 1000 {
		label = strconv.FormatFloat(length/1000, 'f', -1, 64) + " km"
	}
	fmt.Fprintf(&d.out, `<path class="bar" d="M12 %[1]v v6 h%.1[2]f v-6"/><text x="16" y="%[3]v">%[4]s</text>`, mapHeight-18, length/metres, mapHeight-20, label)
}

// svg ends the map.
func (d *drawing) svg(label string) template.HTML {
	d.bar()
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 %v %v" role="img" aria-label="%s">%s</svg>`, d.width, mapHeight, html.EscapeString(label), d.out.String()))
}

// drawFeatures draws features, each with the way to its page.
func (c *call) drawFeatures(lang string, width float64, list []layers.Feature) template.HTML {
	b, ok := boundOf(list)
	if !ok {
		return ""
	}
	d := newDrawing(width, b)
	d.background(c.w, c.now())
	for _, f := range list {
		if f.Shape() == nil {
			continue
		}
		if len(list) == 1 {
			d.shape(f.Shape())
			continue
		}
		fmt.Fprintf(&d.out, `<a href="%s"><title>%s</title>`, html.EscapeString(c.itemHref(lang, f)), html.EscapeString(labelOf(f, lang)))
		d.shape(f.Shape())
		d.out.WriteString("</a>")
	}
	return d.svg(textOf(list[0].Layer()).title(lang))
}

func boundOf(list []layers.Feature) (b orb.Bound, ok bool) {
	for _, f := range list {
		switch g := f.Shape(); {
		case g == nil:
		case !ok:
			b, ok = g.Bound(), true
		default:
			b = b.Union(g.Bound())
		}
	}
	return b, ok
}

// drawSet draws what a layer holds now. What is too small to be seen is a dot where there is something, once for each place on the
// map.
func (c *call) drawSet(lang string, set *layers.Set) template.HTML {
	r := c.s.reaches.reach(set)
	if r.box.IsEmpty() {
		return ""
	}
	d := newDrawing(mapWidth, r.box)
	d.background(c.w, c.now())
	const place = 4 // pixels
	type spot struct{ x, y int }
	spots := map[spot]bool{}
	var paths strings.Builder
	class := "area"
	for f := range set.All(c.now()) {
		g := f.Shape()
		if g == nil {
			continue
		}
		if b := g.Bound(); d.size(b) < leastSize || d.paths > mostPath {
			x, y := d.at(b.Center())
			spots[spot{int(x / place), int(y / place)}] = true
			continue
		}
		class = classOf(g)
		paths.WriteString(d.path(g))
	}
	if paths.Len() > 0 {
		fmt.Fprintf(&d.out, `<path class="%s" d="%s"/>`, class, paths.String())
	}
	var dots strings.Builder
	for y := range int(mapHeight/place) + 1 {
		for x := range int(mapWidth/place) + 1 {
			if spots[spot{x, y}] {
				fmt.Fprintf(&dots, "M%d %dh%dv%dh-%dz", x*place, y*place, place-1, place-1, place-1)
			}
		}
	}
	if dots.Len() > 0 {
		fmt.Fprintf(&d.out, `<path class="dot" d="%s"/>`, dots.String())
	}
	return d.svg(textOf(set.Info().Layer).title(lang))
}
