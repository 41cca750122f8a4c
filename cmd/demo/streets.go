package main

import "math"

// strand is a road as it is drawn, before the crossings are known.
type strand struct {
	name, nameEn, class, ref string
	lanes, speed             int
	oneway                   bool
	line                     curve
}

// overshoot is how far a line is drawn beyond its end, so that it crosses what it ends at; the rest is cut off again.
const overshoot = 40.0

// roadLines draws all roads: the main ones, the streets of the quarters, and lanes that join the communities.
func (d *district) roadLines(named []community) []strand {
	var out []strand
	for _, p := range mainRoads {
		out = append(out, strand{p.name, p.nameEn, p.class, p.ref, p.lanes, p.speed, false, smooth(60, p.controls...).longer(overshoot)})
	}
	out = append(out, streets(out)...)
	return append(out, d.lanes(named)...)
}

// longer adds a straight piece at both ends.
func (c curve) longer(by float64) curve {
	n := len(c)
	first := c[0].add(c[0].sub(c[1]).unit().scale(by))
	last := c[n-1].add(c[n-1].sub(c[n-2]).unit().scale(by))
	return append(append(curve{first}, c...), last)
}

// streets lays out the net of every quarter. A street ends where another quarter is nearer, and where it would run beside a main
// road.
func streets(main []strand) []strand {
	var out []strand
	for i, q := range quarters {
		r := dice(forRoads, i)
		order := r.Perm(len(streetNames))
		across, along := q.net()
		for k := range len(across) + len(along) {
			n := streetNames[order[k%len(order)]]
			s := strand{name: n.zh + "路", nameEn: title(n.en) + " Road", class: "residential", lanes: 2, speed: 30}
			if k < len(q.names) && q.names[k] != "" {
				s.name, s.nameEn, s.class, s.lanes, s.speed = q.names[k], namedStreets[q.names[k]], "tertiary", 4, 40
			} else if k%3 == 1 {
				s.class, s.speed = "tertiary", 40
			}
			at, north := 0.0, k < len(across)
			if north {
				at = across[k]
			} else {
				at = along[k-len(across)]
			}
			middle := len(across) / 2
			s.oneway = q.names == nil && len(across) > 5 && north && (k == middle-1 || k == middle+1)
			for _, run := range q.street(at, north, i, main) {
				if s.oneway && k > middle {
					run = run.reversed()
				}
				s.line = run.longer(overshoot)
				out = append(out, s)
			}
		}
	}
	return out
}

// street returns the pieces of one street of the net.
func (q quarter) street(offset float64, north bool, number int, main []strand) []curve {
	const step = 30.0
	f := q.frame()
	half := math.Sqrt(math.Max(0, float64(q.radius*q.radius)-float64(offset*offset)))
	direction := f.ahead
	if north {
		direction = direction.left()
	}
	var runs []curve
	var run curve
	for k := -int(half / step); k <= int(half/step); k++ {
		p := f.place(float64(float64(k)*step), offset)
		if north {
			p = f.place(offset, float64(float64(k)*step))
		}
		if nearestQuarter(p) == number && !beside(p, direction, main) {
			run = append(run, p)
			continue
		}
		if len(run) > 4 {
			runs = append(runs, run)
		}
		run = nil
	}
	if len(run) > 4 {
		runs = append(runs, run)
	}
	return runs
}

func nearestQuarter(p vec) int {
	best, found := math.Inf(1), -1
	for i, q := range quarters {
		if d := p.far(q.frame().at); d < best {
			best, found = d, i
		}
	}
	return found
}

// beside reports whether a line in that direction would run along a main road at p.
func beside(p, direction vec, main []strand) bool {
	for _, s := range main {
		if !boxOf(s.line).touches(box{p.add(vec{-70, -70}), p.add(vec{70, 70})}) {
			continue
		}
		for i := 1; i < len(s.line); i++ {
			along := s.line[i].sub(s.line[i-1]).unit()
			if math.Abs(along.dot(direction)) < 0.85 {
				continue
			}
			if _, d := s.line[i-1 : i+1].foot(p); d < 65 {
				return true
			}
		}
	}
	return false
}

// lanes join communities that are relative neighbours (Toussaint 1980): no third one is nearer to both than they are to each other.
// In a quarter there are streets instead.
func (d *district) lanes(named []community) []strand {
	var out []strand
	used := map[string]bool{}
	r := dice(forRoads, -1)
	for i, a := range d.communities {
		for j := range i {
			b := d.communities[j]
			if !d.relative(i, j) {
				continue
			}
			s := strand{class: "unclassified", lanes: 1, speed: 30}
			for _, c := range []community{named[i], named[j]} {
				if !used[c.short] && s.name == "" {
					used[c.short] = true
					s.name, s.nameEn, s.class, s.lanes, s.speed = c.short+"路", c.road(), "tertiary", 2, 40
				}
			}
			bend := meander([]vec{a.middle, b.middle}, 0.12, 800, r)
			for _, run := range outsideQuarters(smoothPlaces(40, bend)) {
				s.line = run.longer(overshoot)
				out = append(out, s)
			}
		}
	}
	return out
}

func (d *district) relative(i, j int) bool {
	a, b := d.communities[i].middle, d.communities[j].middle
	far := a.far(b)
	for k, c := range d.communities {
		if k != i && k != j && c.middle.far(a) < far && c.middle.far(b) < far {
			return false
		}
	}
	return true
}

// outsideQuarters returns the parts of a line that do not lie well inside a quarter.
func outsideQuarters(c curve) []curve {
	var runs []curve
	var run curve
	for _, p := range c {
		q := quarters[nearestQuarter(p)]
		if p.far(q.frame().at) > 0.9*q.radius {
			run = append(run, p)
			continue
		}
		if len(run) > 1 {
			runs = append(runs, run)
		}
		run = nil
	}
	if len(run) > 1 {
		runs = append(runs, run)
	}
	return runs
}
