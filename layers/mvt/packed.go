package mvt

import (
	"slices"

	"wangge/layers"
)

// packed is the poles of a page laid out for reading one after the other, because following the pointers of 40,000 features costs
// more than writing the tile. It is immutable.
type packed struct {
	// bytes holds four values of each pole as they stand in a tile: id, code, name and batch. An empty one has no bytes.
	bytes []byte
	ends  [][4]uint32
	words [][3]uint8 // places in the lists of poleWords
}

// noWord stands for a word that is not in its list.
const noWord = 255

// poleWords returns the lists of the fields 3, 4 and 5 of poles.
func poleWords() [3][]string {
	return [3][]string{layers.PoleStates(), {"none", "open", "claimed", "disputed", "unclaimed"}, layers.PoleUses()}
}

func pack(rows []row) *packed {
	if _, ok := rows[0].feature.(*layers.Pole); !ok {
		return nil
	}
	lists := poleWords()
	p := &packed{ends: make([][4]uint32, len(rows)), words: make([][3]uint8, len(rows))}
	for i, r := range rows {
		f := r.feature.(*layers.Pole)
		for k, s := range [3]string{f.ID, f.Code, f.Name} {
			if s != "" {
				p.bytes = appendTextValue(p.bytes, s)
			}
			p.ends[i][k] = uint32(len(p.bytes))
		}
		if f.Batch > 0 {
			p.bytes = appendNumberValue(p.bytes, uint64(f.Batch))
		}
		p.ends[i][3] = uint32(len(p.bytes))
		for k, s := range [3]string{f.State, f.ClaimState, f.MainUse} {
			p.words[i][k] = noWord
			if at := slices.Index(lists[k], s); at >= 0 {
				p.words[i][k] = uint8(at)
			}
		}
	}
	p.bytes = slices.Clip(p.bytes)
	return p
}

// value returns value k of pole i.
func (p *packed) value(i, k int) []byte {
	from := uint32(0)
	switch {
	case k > 0:
		from = p.ends[i][k-1]
	case i > 0:
		from = p.ends[i-1][3]
	}
	return p.bytes[from:p.ends[i][k]]
}

// wordTable remembers the value numbers of the words that the layer has so far, plus one.
type wordTable [3][maxFields]uint32

// writePacked writes the attributes that writePole would write.
func (p *pen) writePacked(rows *packed, i int) {
	p.onlyValue(fieldID, rows.value(i, 0))
	words := rows.words[i][:]
	if p.frame.z < poleDetails {
		words = words[:poleWordsAlways]
	} else {
		p.onlyValue(fieldCode, rows.value(i, 1))
		p.value(poleFieldName, rows.value(i, 2))
		p.value(poleFieldBatch, rows.value(i, 3))
	}
	for k, at := range words {
		if at == noWord {
			continue
		}
		n := &p.words[k][at]
		if *n == 0 {
			p.text(poleFieldState+k, p.lists[k][at])
			*n = p.lastTag + 1
			continue
		}
		p.tag(poleFieldState+k, *n-1)
	}
}
