package mvt

// nearby finds the vertices of a ranker that lie in a box, by square cells about as many as the vertices that are left.
type nearby struct {
	lo       unit
	shift    uint8 // binary logarithm of the side of a cell
	nx, ny   uint32
	heads    []int32 // cell → a vertex, -1 for none
	next     []int32 // vertex → the next of its cell
	fittedTo int
}

// fit sorts the vertices into cells again when half of them are gone.
func (n *nearby) fit(r *ranker) {
	if n.heads != nil && 2*r.live > n.fittedTo || r.live == 0 {
		return
	}
	n.fittedTo = r.live
	box := boxOf(r.pos)
	n.lo = box.lo
	for n.shift = 0; ; n.shift++ {
		n.nx, n.ny = (box.hi.X-box.lo.X)>>n.shift+1, (box.hi.Y-box.lo.Y)>>n.shift+1
		if uint64(n.nx)*uint64(n.ny) <= uint64(2*r.live+16) {
			break
		}
	}
	n.heads = make([]int32, n.nx*n.ny)
	for i := range n.heads {
		n.heads[i] = -1
	}
	if n.next == nil {
		n.next = make([]int32, len(r.pos))
	}
	for v, u := range r.pos {
		if !r.gone(int32(v)) {
			cell := (u.Y-n.lo.Y)>>n.shift*n.nx + (u.X-n.lo.X)>>n.shift
			n.next[v], n.heads[cell] = n.heads[cell], int32(v)
		}
	}
}

// any reports whether is holds for a vertex in the cells of the box.
func (n *nearby) any(b unitBox, is func(v int32) bool) bool {
	for y := (b.lo.Y - n.lo.Y) >> n.shift; y <= (b.hi.Y-n.lo.Y)>>n.shift; y++ {
		for x := (b.lo.X - n.lo.X) >> n.shift; x <= (b.hi.X-n.lo.X)>>n.shift; x++ {
			for v := n.heads[y*n.nx+x]; v >= 0; v = n.next[v] {
				if is(v) {
					return true
				}
			}
		}
	}
	return false
}
