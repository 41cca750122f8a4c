package rulecheck

import (
	"fmt"
	"slices"
	"strconv"

	"wangge/layers"
	"wangge/routing/duty"
)

// WhistleMatrix is which rule and unit answer each item of the whistle list in each grid.
type WhistleMatrix struct {
	// Grids are the codes of the columns, in order; Names and NamesEn what they are called.
	Grids   []string      `json:"grids"`
	Names   []string      `json:"names"`
	NamesEn []string      `json:"names_en"`
	Items   []WhistleItem `json:"items"`
	// Missing counts the cells that no rule decides at all times.
	Missing int `json:"missing"`
}

// WhistleItem is one row: an item of the list, and the category that it is.
type WhistleItem struct {
	Item     int           `json:"item"`
	Category string        `json:"category"`
	Name     string        `json:"name"`
	NameEn   string        `json:"name_en,omitempty"`
	Cells    []WhistleCell `json:"cells"`
}

// WhistleCell is one item in one grid, in a plain place without any pole or zone, at the first instant.
type WhistleCell struct {
	// State is whistle for a rule that rests on this item, other for a rule that rests on something else, sometimes where no rule decides
	// at some times, and fallback where none does at the first instant.
	State string `json:"state"`
	Rule  string `json:"rule,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// The states of a cell.
const (
	ByItem    = "whistle"
	ByOther   = "other"
	Sometimes = "sometimes"
	ByNone    = "fallback"
)

// whistle makes the matrix, and reports what is missing in it; nil without any category that is an item.
func (k *check) whistle() *WhistleMatrix {
	of := map[int]string{}
	last := 0
	for _, code := range k.all {
		for _, n := range items(k.categories[code]) {
			if of[n] == "" {
				of[n] = code
			}
			last = max(last, n)
		}
	}
	if last == 0 {
		return nil
	}
	m := &WhistleMatrix{Grids: []string{}, Names: []string{}, NamesEn: []string{}}
	for _, p := range k.plain {
		m.Grids, m.Names, m.NamesEn = append(m.Grids, p.grid.Code), append(m.Names, p.grid.Name), append(m.NamesEn, p.grid.NameEn)
	}
	for n := 1; n <= last; n++ {
		code := of[n]
		if code == "" {
			k.add(WhistleUnmapped, true, fmt.Sprintf("item %d of the whistle list is no category", n), strconv.Itoa(n))
			continue
		}
		row := WhistleItem{Item: n, Category: code, Name: k.categories[code].Name, NameEn: k.categories[code].NameEn}
		var missing []string
		for i := range k.plain {
			c := k.cell(&k.plain[i], code, n)
			if c.State == ByNone || c.State == Sometimes {
				missing = append(missing, k.plain[i].grid.Code)
			}
			row.Cells = append(row.Cells, c)
		}
		if len(missing) > 0 {
			f := k.add(WhistleGap, true, fmt.Sprintf("item %d of the whistle list, %s, has no rule in %d of %d grids", n, k.categoryName(code), len(missing), len(k.plain)), code, strconv.Itoa(n))
			f.Category, f.Grids, f.All = code, missing, len(missing) == len(k.plain)
			m.Missing += len(missing)
		}
		m.Items = append(m.Items, row)
	}
	return m
}

func (k *check) cell(at *spot, category string, item int) WhistleCell {
	c := &duty.Case{Category: category}
	c.At = k.from
	at.set(c)
	v := k.rules.Judge(k.s, c)
	k.cases++
	cell := WhistleCell{State: ByNone}
	if v.Rule != nil {
		cell.Rule = v.Rule.Ref()
	}
	if v.Primary.Unit != nil {
		cell.Unit = v.Primary.Unit.ID
	}
	switch {
	case v.Fallback:
	case k.sometimes(at, category):
		cell.State = Sometimes
	case v.Rule.Base.List == layers.Whistle && v.Rule.Base.Item == item:
		cell.State = ByItem
	default:
		cell.State = ByOther
	}
	return cell
}

// sometimes reports whether there are times at which no rule decides about a category in a plain place.
func (k *check) sometimes(at *spot, category string) bool {
	return slices.ContainsFunc(k.gaps, func(g *gap) bool {
		return g.category == category && g.spot.what == "" && g.spot.grid == at.grid && g.feature == ""
	})
}
