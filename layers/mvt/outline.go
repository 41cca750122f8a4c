package mvt

// outline is the borders of some areas, with the vertices that each zoom draws. It is immutable.
type outline struct {
	areas  int
	box    unitBox
	levels [deepest + 1]*level // by zoom; neighbours may be the same
}

// level is the borders at one zoom, in runs of neighbouring segments.
type level struct {
	runs []run
	size int // vertices, the ends of runs counted once each
}

// run is up to runLength segments of one arc.
type run struct {
	box         unitBox
	left, right int32
	line        []unit
}

const runLength = 32

// newOutline ranks the vertices of arcs, whose labels are below areas, and lays out each zoom. A zoom that would draw nearly as
// many vertices as the next shares what that draws.
func newOutline(arcs []arc, areas int) *outline {
	o := &outline{areas: areas}
	if len(arcs) == 0 {
		for z := range o.levels {
			o.levels[z] = &level{}
		}
		return o
	}
	first := rankArcs(arcs)
	o.box = boxOf(arcs[0].line)
	for _, a := range arcs[1:] {
		o.box = o.box.join(boxOf(a.line))
	}
	var count [deepest + 2]int
	for _, zooms := range first {
		for _, z := range zooms {
			count[z]++
		}
	}
	for z := 1; z < len(count); z++ {
		count[z] += count[z-1]
	}
	o.levels[deepest] = layOut(arcs, first, deepest)
	laid := deepest
	for z := deepest - 1; z >= 0; z-- {
		o.levels[z] = o.levels[z+1]
		if 10*count[z] < 9*count[laid] {
			o.levels[z] = layOut(arcs, first, uint8(z))
			laid = z
		}
	}
	return o
}

func layOut(arcs []arc, first [][]uint8, z uint8) *level {
	l := &level{}
	for i, a := range arcs {
		line := make([]unit, 0, len(a.line))
		for j, u := range a.line {
			if first[i][j] <= z {
				line = append(line, u)
			}
		}
		l.size += len(line)
		l.add(arc{a.left, a.right, line})
	}
	return l
}

func (l *level) add(a arc) {
	for from := 0; from+1 < len(a.line); from += runLength {
		part := a.line[from:min(from+runLength+1, len(a.line))]
		l.runs = append(l.runs, run{boxOf(part), a.left, a.right, part})
	}
}

// at returns the borders that zoom z draws.
func (o *outline) at(z uint8) *level { return o.levels[min(z, deepest)] }
