package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"wangge/layers"
)

// version is raised when the generator's output changes.
const version = "3"

// seed starts all random numbers; see dice.
const seed = 310116

// settings are those of a store that holds the demo.
var settings = layers.Settings{Name: "金山区示范数据（虚构）", Codes: layers.CodesLocal, Demo: true}

// manifest says what the files are.
type manifest struct {
	Generator string           `json:"generator"`
	Version   string           `json:"version"`
	Seed      int              `json:"seed"`
	Notice    string           `json:"notice"`
	Licence   string           `json:"licence"`
	CRS       string           `json:"crs"`
	ValidFrom layers.Instant   `json:"valid_from"`
	Settings  layers.Settings  `json:"settings"`
	Layers    []manifestedFile `json:"layers"`
}

// manifestedFile is one layer of the manifest.
type manifestedFile struct {
	Layer    layers.Layer `json:"layer"`
	File     string       `json:"file"`
	Features int          `json:"features"`
	SHA256   string       `json:"sha256"`
	Licence  string       `json:"licence"`
	CRS      string       `json:"crs"`
	Facts    []string     `json:"facts"`
	Invented []string     `json:"invented"`
}

const (
	licence = "CC0-1.0"
	crs     = "EPSG:4490"
	notice  = "Synthetic demonstration data. No line, point or assignment in it is an official one; do not use it to decide who is responsible for anything. " +
		"演示数据，界线、点位和归属均为虚构，不得用于任何实际认定。"
)

// facts and inventions are what is true and what is made up, by layer.
func provenance(l layers.Layer) (facts, invented []string) {
	switch l {
	case layers.Editions:
		return nil, []string{"the editions: none is official"}
	case layers.Districts:
		return []string{"code and name (GB/T 2260)"}, []string{"the outline, drawn at about the right place and size"}
	case layers.Towns:
		return []string{"codes and names of the 11 towns (GB/T 10114, statistical code list)", "the seats of ten towns, to about 10 m, as a public source gives them"},
			[]string{"all borders", "the alias 高新区 of 金山工业区 is not confirmed"}
	case layers.Units:
		return []string{"that district, towns, departments, carriers, neighbours of these names exist, as published accounts name them", "37 grids, 16 police stations"},
			[]string{"names of stations, offices of grids, blocks and parks", "the tree of who is above whom"}
	case layers.Grids:
		return []string{"the number of comprehensive grids, 37", "that 亭林 has a fifth, 朱泾 a third, 山阳 and 张堰 a second grid"},
			[]string{"codes (there is no national code), borders, and how many grids each other town has"}
	case layers.Communities:
		return []string{"the number of villages and residential areas, 247", "that 东门 (金山卫), 万盛 and 金湾 (山阳) exist"},
			[]string{"all other names, all codes, all borders, which grid each belongs to, and how many each town has"}
	case layers.Overlays:
		return []string{"the numbers: 41 blocks, 12 parks, 4 buildings, 16 police stations", "that 奉贤, 松江, 青浦, 嘉善 and 平湖 are the neighbours, the order in which they lie", "that 万盛金邸 (山阳), 郁金香庭 and 公园路 (朱泾) exist"},
			[]string{"all outlines and other names", "the grounds of the five neighbours: a strip beside the drawn land border, cut where it suits"}
	case layers.Segments, layers.Zones, layers.Spaces:
		return []string{"海汇街 between 龙皓路 and 龙翔路 in 山阳 has 88 tidal spaces: lane by day, parking by night", "traffic police, the transport commission and the town took part in it"},
			[]string{"position, size and numbers of the spaces, who manages them", "the zones of 龙皓路, 公园路 and the shared car park"}
	case layers.Poles:
		return []string{"54 places were finished in a first batch in the fifth grid of 亭林", "owners claimed poles in May 2025"},
			[]string{"every pole: position, owner, state and dates"}
	case layers.Roads:
		return []string{"that 海汇街, 龙皓路, 龙翔路 (山阳) and 公园路 (朱泾) exist"}, []string{"all lines, classes and other names; main roads are named after what they join"}
	case layers.Notices:
		return []string{"days off and make-up work days of 2025 and 2026, as the State Council announced them"}, []string{"nothing but the ids"}
	case layers.Schedules:
		return []string{"海汇街 is a motor lane by day and for parking by night"}, []string{"the hours, 20:00 to 07:00 on work days, which are assumed", "the schedules of the other zones", "who signed"}
	case layers.Activations:
		return nil, []string{"there are no activations"}
	case layers.Posts:
		return []string{"54 were sent to the grids as chiefs and deputies", "the six groups of key people"}, []string{"which grids have a deputy; all names"}
	case layers.Contacts:
		return nil, []string{"every seat; there are no numbers and no addresses"}
	case layers.Categories:
		return []string{"that the whistle list has 53 items, and cameras 16 algorithms, of which occupying the road, standing water, crowd and muck truck are named"},
			[]string{"the tree, and which items and algorithms stand for what"}
	case layers.Rules:
		return []string{"what is said of poles, 海汇街, 公园路, border corners and deposits in 张堰"}, []string{"every rule that says so, all deadlines, and who answers the items of the whistle list"}
	case layers.Agreements:
		return []string{"that neighbouring grids cooperate"}, []string{"every agreement"}
	case layers.Refusals:
		return nil, []string{"there are no refusals"}
	case layers.Orders:
		return nil, []string{"there are no orders"}
	}
	return nil, nil
}

// manifestOf describes the files, and returns the bytes of the manifest.
func manifestOf(files []file) ([]byte, error) {
	m := manifest{Generator: "cmd/demo", Version: version, Seed: seed, Notice: notice, Licence: licence, CRS: crs, ValidFrom: validFrom, Settings: settings}
	for _, f := range files {
		sum := sha256.Sum256(f.content)
		facts, invented := provenance(f.layer)
		m.Layers = append(m.Layers, manifestedFile{Layer: f.layer, File: f.name, Features: f.features, SHA256: hex.EncodeToString(sum[:]), Licence: licence, CRS: crs,
			Facts: append([]string{}, facts...), Invented: invented})
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(m)
	return out.Bytes(), err
}
