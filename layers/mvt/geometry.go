package mvt

// The commands of a geometry (MVT 2.1, 4.3): a count << 3 | an id, then the differences from the position before.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// geometryType is the type of a feature (MVT 2.1, 4.3.4).
type geometryType byte

const (
	unknownType geometryType = iota
	pointType
	lineType
	polygonType
)

// xy is a position in units: of a tile, of a zoom's square, or of the Mercator square, as the name beside it says. X grows to
// the east, Y to the south. "Left" and "positive area" are meant as in a plane whose Y grows upwards; seen on a map, where Y
// grows downwards, a ring of positive area runs clockwise.
type xy struct{ X, Y int64 }

// path writes the commands of one feature's geometry.
type path struct {
	bytes []byte
	at    xy
}

func (p *path) reset() { p.bytes, p.at = p.bytes[:0], xy{} }

func (p *path) command(id, count int) { p.bytes = appendVarint(p.bytes, uint64(count)<<3|uint64(id)) }

func (p *path) to(q xy) {
	p.bytes = appendVarint(p.bytes, zigzag(q.X-p.at.X))
	p.bytes = appendVarint(p.bytes, zigzag(q.Y-p.at.Y))
	p.at = q
}

// point writes a single point.
func (p *path) point(q xy) {
	p.command(moveTo, 1)
	p.to(q)
}

// line writes one part of a line; it has two positions at least and none equal to the one before.
func (p *path) line(line []xy) {
	p.point(line[0])
	p.command(lineTo, len(line)-1)
	for _, q := range line[1:] {
		p.to(q)
	}
}
