package main

import (
	"cmp"
	"container/heap"
	"math"
)

// front is the heap of cells that an area may take next.
type front []reached

// reached is a cell that an area reaches at a cost.
type reached struct {
	cost       float64
	site, area int
}

func (f front) Len() int      { return len(f) }
func (f front) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *front) Push(x any)   { *f = append(*f, x.(reached)) }
func (f *front) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
func (f front) Less(i, j int) bool {
	a, b := f[i], f[j]
	return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.site, b.site), cmp.Compare(a.area, b.area)) < 0
}

// grow gives every cell for which in is true to the area whose start it is nearest to by the cost of the steps (Dijkstra from
// all starts at once). Every area is in one piece if its starts are. A cell that nobody reaches stays -1.
func (m *mesh) grow(in func(site int) bool, starts []reached, cost func(a, b int) float64) []int {
	area := make([]int, len(m.sites))
	for i := range area {
		area[i] = -1
	}
	f := front(append([]reached(nil), starts...))
	heap.Init(&f)
	for len(f) > 0 {
		r := heap.Pop(&f).(reached)
		if area[r.site] >= 0 || !in(r.site) {
			continue
		}
		area[r.site] = r.area
		for _, n := range m.next[r.site] {
			if area[n] < 0 && in(n) {
				if c := cost(r.site, n); !math.IsInf(c, 1) {
					heap.Push(&f, reached{r.cost + c, n, r.area})
				}
			}
		}
	}
	return area
}

// wander is the cost of a step from one cell to the next: its length, more where it crosses a road, and a little by chance, so
// that borders keep to roads and do not run straight elsewhere.
func (m *mesh) wander(a, b int) float64 {
	r := dice(forGrowth, min(a, b)<<20|max(a, b))
	length := float64(m.sites[a].far(m.sites[b]) * (0.7 + float64(0.6*r.Float64())))
	if m.between(a, b) >= 0 {
		return float64(length * 5)
	}
	return length
}

// nearest returns the cell for which in is true whose site is next to p.
func (m *mesh) nearest(p vec, in func(site int) bool) int {
	best, found := math.Inf(1), -1
	for i, s := range m.sites {
		if d := p.far(s); d < best && in(i) {
			best, found = d, i
		}
	}
	return found
}

// parts numbers the connected pieces of the cells for which same holds between neighbours; -1 where in is false.
func (m *mesh) parts(in func(site int) bool, same func(a, b int) bool) (part []int, size []int) {
	part = make([]int, len(m.sites))
	for i := range part {
		part[i] = -1
	}
	for i := range m.sites {
		if part[i] >= 0 || !in(i) {
			continue
		}
		part[i] = len(size)
		queue := []int{i}
		for k := 0; k < len(queue); k++ {
			for _, n := range m.next[queue[k]] {
				if part[n] < 0 && in(n) && same(queue[k], n) {
					part[n] = len(size)
					queue = append(queue, n)
				}
			}
		}
		size = append(size, len(queue))
	}
	return part, size
}

// split divides the cells for which in is true into n areas of like size: starts far from each other, then a few rounds in which
// each start moves to the middle of its area (after Lloyd 1982). The cells of each list of held stay together, and their areas
// come first.
func (m *mesh) split(in func(site int) bool, n int, held [][]int) []int {
	var cells, seeds []int
	for i := range m.sites {
		if in(i) {
			cells = append(cells, i)
		}
	}
	for _, h := range held {
		seeds = append(seeds, h[0])
	}
	seeds = m.spreadOut(cells, seeds, n)
	var area []int
	for range 8 {
		var starts []reached
		for k, s := range seeds {
			starts = append(starts, reached{0, s, k})
		}
		for k, h := range held {
			for _, s := range h {
				starts = append(starts, reached{0, s, k})
			}
		}
		area = m.grow(in, starts, m.wander)
		for k := len(held); k < n; k++ {
			seeds[k] = m.middle(cells, area, k)
		}
	}
	return area
}

// spreadOut adds cells to those chosen until there are n, each as far as can be from those before.
func (m *mesh) spreadOut(cells, chosen []int, n int) []int {
	if len(chosen) == 0 {
		chosen = cells[:1:1]
	}
	for len(chosen) < n {
		best, next := -1.0, 0
		for _, c := range cells {
			far := math.Inf(1)
			for _, s := range chosen {
				far = math.Min(far, m.sites[c].far(m.sites[s])/cellSize(m.sites[c]))
			}
			if far > best {
				best, next = far, c
			}
		}
		chosen = append(chosen, next)
	}
	return chosen
}

// middle returns the cell of area k whose site is next to the mean of all of them.
func (m *mesh) middle(cells, area []int, k int) int {
	var sum vec
	count := 0.0
	for _, c := range cells {
		if area[c] == k {
			sum, count = sum.add(m.sites[c]), count+1
		}
	}
	return m.nearest(sum.scale(1/count), func(i int) bool { return area[i] == k })
}
