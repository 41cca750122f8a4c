package main

import "math"

// triangle is one triangle of a triangulation: its corners counter-clockwise, and across[i] the triangle on the other side of
// the edge opposite corner i (-1 for none).
type triangle struct {
	corner [3]int
	across [3]int
	dead   bool
}

// triangulate returns the Delaunay triangulation of the sites after Bowyer (1981) and Watson (1981). Three corners of a
// triangle far outside are appended to the sites and stay in the result; no caller looks at them. The sites are in general
// position (they are drawn with dice), so that plain floating point decides rightly.
func triangulate(sites []vec) (all []vec, tris []triangle) {
	n := len(sites)
	const far = 1e6
	all = append(append([]vec{}, sites...), vec{-far, -far}, vec{far, -far}, vec{0, far})
	d := &delaunay{sites: all, tris: []triangle{{corner: [3]int{n, n + 1, n + 2}, across: [3]int{-1, -1, -1}}}}
	for i := range sites {
		d.insert(i)
	}
	return all, d.living()
}

type delaunay struct {
	sites []vec
	tris  []triangle
	last  int
}

// insert removes the triangles whose circle holds the site and joins the hole's rim to it.
func (d *delaunay) insert(site int) {
	p := d.sites[site]
	hole := []int{d.find(p)}
	in := map[int]bool{hole[0]: true}
	type rim struct{ a, b, out int }
	var rims []rim
	for i := 0; i < len(hole); i++ {
		t := d.tris[hole[i]]
		for k := range 3 {
			out := t.across[k]
			if out >= 0 && in[out] {
				continue
			}
			if out >= 0 && d.inCircle(out, p) {
				in[out] = true
				hole = append(hole, out)
				continue
			}
			rims = append(rims, rim{t.corner[(k+1)%3], t.corner[(k+2)%3], out})
		}
	}
	kept := rims[:0] // a rim edge found early may have been swallowed later
	for _, r := range rims {
		if r.out < 0 || !in[r.out] {
			kept = append(kept, r)
		}
	}
	for _, h := range hole {
		d.tris[h].dead = true
	}
	first := len(d.tris)
	byStart := map[int]int{}
	for i, r := range kept {
		d.tris = append(d.tris, triangle{corner: [3]int{r.a, r.b, site}, across: [3]int{-1, -1, r.out}})
		byStart[r.a] = first + i
		if r.out >= 0 {
			d.relink(r.out, r.b, r.a, first+i)
		}
	}
	for i, r := range kept { // the next triangle around the site starts where this one's rim edge ends
		next := byStart[r.b]
		d.tris[first+i].across[0] = next
		d.tris[next].across[1] = first + i
	}
	d.last = first
}

// relink tells triangle t that across its edge a b lies now.
func (d *delaunay) relink(t, a, b, now int) {
	for k := range 3 {
		if d.tris[t].corner[(k+1)%3] == a && d.tris[t].corner[(k+2)%3] == b {
			d.tris[t].across[k] = now
		}
	}
}

// find walks from the last triangle to the one that holds p.
func (d *delaunay) find(p vec) int {
	t := d.last
	for {
		moved := false
		for k := range 3 {
			a, b := d.sites[d.tris[t].corner[(k+1)%3]], d.sites[d.tris[t].corner[(k+2)%3]]
			if b.sub(a).cross(p.sub(a)) < 0 {
				t, moved = d.tris[t].across[k], true
				break
			}
		}
		if !moved {
			return t
		}
	}
}

func (d *delaunay) inCircle(t int, p vec) bool {
	a, b, c := d.sites[d.tris[t].corner[0]].sub(p), d.sites[d.tris[t].corner[1]].sub(p), d.sites[d.tris[t].corner[2]].sub(p)
	return float64(a.dot(a)*b.cross(c))-float64(b.dot(b)*a.cross(c))+float64(c.dot(c)*a.cross(b)) > 0
}

// living returns the triangles that are part of the result, renumbered.
func (d *delaunay) living() []triangle {
	number := make([]int, len(d.tris))
	var out []triangle
	for i, t := range d.tris {
		if !t.dead {
			number[i] = len(out)
			out = append(out, t)
		}
	}
	for i := range out {
		for k, n := range out[i].across {
			if n >= 0 {
				out[i].across[k] = number[n]
			}
		}
	}
	return out
}

// barycentric returns the three weights of p in the triangle a b c.
func barycentric(p, a, b, c vec) [3]float64 {
	whole := b.sub(a).cross(c.sub(a))
	if whole == 0 {
		return [3]float64{math.NaN(), math.NaN(), math.NaN()}
	}
	return [3]float64{b.sub(p).cross(c.sub(p)) / whole, c.sub(p).cross(a.sub(p)) / whole, a.sub(p).cross(b.sub(p)) / whole}
}
