package main

import (
	"fmt"
	"slices"
)

// syllable is a character of a place name and how it is read.
type syllable struct{ zh, en string }

// The names of communities are made of one of the first and one of the last characters, such as people give to places between
// canals. They are invented: a real village of the same name is chance.
var (
	firstSyllables = []syllable{{"云", "yun"}, {"星", "xing"}, {"永", "yong"}, {"长", "chang"}, {"高", "gao"}, {"清", "qing"}, {"兴", "xing"},
		{"和", "he"}, {"丰", "feng"}, {"瑞", "rui"}, {"景", "jing"}, {"春", "chun"}, {"秋", "qiu"}, {"青", "qing"}, {"竹", "zhu"}, {"荷", "he"},
		{"柳", "liu"}, {"桐", "tong"}, {"桂", "gui"}, {"兰", "lan"}, {"双", "shuang"}, {"千", "qian"}, {"白", "bai"}, {"明", "ming"}}
	lastSyllables = []syllable{{"塘", "tang"}, {"桥", "qiao"}, {"浜", "bang"}, {"港", "gang"}, {"泾", "jing"}, {"圩", "wei"}, {"埭", "dai"},
		{"园", "yuan"}, {"溪", "xi"}, {"林", "lin"}, {"墩", "dun"}, {"渡", "du"}, {"坊", "fang"}, {"里", "li"}, {"亭", "ting"}, {"堰", "yan"}}
)

// placeNames returns all names that can be made, in a fixed order that looks like chance.
func placeNames() []syllable {
	var out []syllable
	for _, a := range firstSyllables {
		for _, b := range lastSyllables {
			out = append(out, syllable{a.zh + b.zh, a.en + b.en})
		}
	}
	dice(forNames, 0).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// title makes the first letter a capital; en is lower case ASCII.
func title(en string) string { return string(en[0]-'a'+'A') + en[1:] }

// numeral is a number from 1 to 9 as Chinese writes it.
func numeral(n int) string { return string([]rune("一二三四五六七八九")[n-1]) }

// community is a community with its code and name.
type community struct {
	code, name, nameEn, short, kind string
	town, grid                      int
}

// namedCommunities have a name of their own: the ground around a place belongs to the community as a whole.
var namedCommunities = []struct {
	place  [2]float64
	radius float64
	name   syllable
}{
	{[2]float64{121.3094, 30.7271}, 320, syllable{"东门", "dongmen"}}, // 金山卫
	{haihui, 470, syllable{"万盛", "wansheng"}},                       // 山阳, with 海汇街 and 万盛金邸
	{[2]float64{121.3500, 30.7350}, 300, syllable{"金湾", "jinwan"}},  // 山阳
}

// nameCommunities gives every community its kind, code and name. Residential are those with the smallest cells in their town. The
// last three digits count from 001 for residential areas and from 201 for villages, from north to south.
func (d *district) nameCommunities() []community {
	out := make([]community, len(d.communities))
	given := make([]syllable, len(d.communities))
	for _, n := range namedCommunities {
		k := d.community[d.mesh.nearest(at(n.place[0], n.place[1]), func(i int) bool { return d.community[i] >= 0 })]
		given[k] = n.name
		d.communities[k].urban = 2 // residential
	}
	free := placeNames()
	for t, tn := range towns {
		var mine []int
		for k, c := range d.communities {
			if c.town == t {
				mine = append(mine, k)
			}
		}
		slices.SortStableFunc(mine, func(a, b int) int { return compare(d.communities[b].urban, d.communities[a].urban) })
		for _, half := range []struct {
			list                   []int
			from                   int
			kind, suffix, suffixEn string
		}{
			{mine[:tn.residential], 1, "residential", "社区", " Community"},
			{mine[tn.residential:], 201, "village", "村", " Village"},
		} {
			slices.SortStableFunc(half.list, func(a, b int) int { return compare(d.communities[b].middle.y, d.communities[a].middle.y) })
			for i, k := range half.list {
				n := given[k]
				if n.zh == "" {
					n, free = free[0], free[1:]
				}
				out[k] = community{code: fmt.Sprintf("%s%03d", tn.code, half.from+i), name: n.zh + half.suffix, short: n.zh,
					nameEn: title(n.en) + half.suffixEn, kind: half.kind, town: t, grid: d.communities[k].grid}
			}
		}
	}
	return out
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
