package main

import (
	"slices"

	"wangge/geo"
)

// insideOnly keeps of each stretch what lies in the district.
func insideOnly(list []stretch, in func(geo.Fixed) bool) []stretch {
	var out []stretch
	for _, s := range list {
		part := s
		part.points = nil
		flush := func() {
			if len(part.points) > 1 {
				out = append(out, part)
			}
			part.points = nil
		}
		for i, p := range s.points {
			if i > 0 && !in(middleOf(s.points[i-1], p)) {
				flush()
			}
			if !in(p) {
				flush()
				continue
			}
			part.points = append(part.points, p)
		}
		flush()
	}
	return out
}

func middleOf(a, b geo.Fixed) geo.Fixed { return geo.Fixed{X: a.X/2 + b.X/2, Y: a.Y/2 + b.Y/2} }

// degrees counts the ends at each place.
func degrees(list []stretch) map[geo.Fixed]int {
	n := map[geo.Fixed]int{}
	for _, s := range list {
		for _, e := range s.ends() {
			n[e]++
		}
	}
	return n
}

// stub is the length in metres under which an end that leads nowhere is cut off.
func (s stretch) stub() float64 {
	if s.class == "residential" || s.class == "tertiary" {
		return 150
	}
	return 90
}

// withoutStubs removes ends that lead nowhere and are short, and stretches that begin where they end, until there are none.
func withoutStubs(list []stretch) []stretch {
	for {
		n := degrees(list)
		kept := list[:0:0]
		for _, s := range list {
			e := s.ends()
			if e[0] == e[1] || (n[e[0]] == 1 || n[e[1]] == 1) && s.metres() < s.stub() {
				continue
			}
			kept = append(kept, s)
		}
		if len(kept) == len(list) {
			return list
		}
		list = kept
	}
}

// joined puts together two stretches of one strand that meet where nothing else does.
func joined(list []stretch) []stretch {
	n := degrees(list)
	var out []stretch
	for _, s := range list {
		if k := len(out) - 1; k >= 0 && out[k].number == s.number && out[k].ends()[1] == s.points[0] && n[s.points[0]] == 2 {
			out[k].points = append(slices.Clone(out[k].points), s.points[1:]...)
			continue
		}
		out = append(out, s)
	}
	return out
}

// withoutTwins keeps one of several stretches between the same two junctions unless they differ much in length.
func withoutTwins(list []stretch) []stretch {
	have := map[[2]geo.Fixed]float64{}
	var out []stretch
	for _, s := range list {
		e, length := s.ends(), s.metres()
		if e[1].X < e[0].X || e[1].X == e[0].X && e[1].Y < e[0].Y {
			e[0], e[1] = e[1], e[0]
		}
		if l, ok := have[e]; ok && length < l+60 {
			continue
		}
		have[e] = length
		out = append(out, s)
	}
	return out
}

// connected keeps the largest network.
func connected(list []stretch) []stretch {
	group := map[geo.Fixed]geo.Fixed{}
	var find func(p geo.Fixed) geo.Fixed
	find = func(p geo.Fixed) geo.Fixed {
		g, ok := group[p]
		if !ok || g == p {
			return p
		}
		root := find(g)
		group[p] = root
		return root
	}
	for _, s := range list {
		group[find(s.points[0])] = find(s.ends()[1])
	}
	count := map[geo.Fixed]int{}
	largest := geo.Fixed{}
	for _, s := range list {
		g := find(s.points[0])
		if count[g]++; count[g] > count[largest] {
			largest = g
		}
	}
	var out []stretch
	for _, s := range list {
		if find(s.points[0]) == largest {
			out = append(out, s)
		}
	}
	return out
}

// plain leaves out vertices that lie within tolerance metres of the line without them (Douglas and Peucker 1973).
func plain(points []geo.Fixed, tolerance float64) []geo.Fixed {
	if len(points) < 3 {
		return points
	}
	chord := curve{placeOf(points[0]), placeOf(points[len(points)-1])}
	far, at := 0.0, 0
	for i := 1; i+1 < len(points); i++ {
		if _, d := chord.foot(placeOf(points[i])); d > far {
			far, at = d, i
		}
	}
	if far <= tolerance {
		return []geo.Fixed{points[0], points[len(points)-1]}
	}
	left := plain(points[:at+1], tolerance)
	return append(slices.Clone(left[:len(left)-1]), plain(points[at:], tolerance)...)
}
