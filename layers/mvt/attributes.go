package mvt

import "wangge/layers"

// The attributes of each layer. A number names the field by its place in the layer's list (specs); a test writes each feature
// and compares names and types.
const (
	fieldID = iota
	fieldCode
	fieldName
	fieldNameEn // in layers that have it
)

func writeDistrict(w *pen, f layers.Feature) {
	d := f.(*layers.District)
	w.area(d.ID, d.Code, d.Name, d.NameEn)
}

func writeTown(w *pen, f layers.Feature) {
	t := f.(*layers.Town)
	w.area(t.ID, t.Code, t.Name, t.NameEn)
	w.text(4, t.District)
}

func writeGrid(w *pen, f layers.Feature) {
	g := f.(*layers.Grid)
	w.area(g.ID, g.Code, g.Name, g.NameEn)
	w.text(4, g.Town)
}

func writeCommunity(w *pen, f layers.Feature) {
	m := f.(*layers.Community)
	w.area(m.ID, m.Code, m.Name, m.NameEn)
	w.text(4, m.Kind)
	w.text(5, m.Town)
	w.text(6, m.Grid)
}

func writeOverlay(w *pen, f layers.Feature) {
	o := f.(*layers.Overlay)
	w.area(o.ID, o.Code, o.Name, o.NameEn)
	w.text(4, o.Kind)
	w.text(5, o.Unit)
}

func writeSegment(w *pen, f layers.Feature) {
	s := f.(*layers.Segment)
	w.area(s.ID, s.Code, s.Name, "")
	w.text(3, s.Road)
	w.text(4, s.Side)
}

func writeZone(w *pen, f layers.Feature) {
	z := f.(*layers.Zone)
	w.area(z.ID, z.Code, z.Name, "")
	w.text(3, z.Kind)
	w.text(4, z.Segment)
	w.text(5, string(w.modeAt(z)))
	w.text(6, string(z.DefaultMode))
	w.number(7, z.Capacity)
}

func writeSpace(w *pen, f layers.Feature) {
	s := f.(*layers.Space)
	w.area(s.ID, s.Code, s.Name, "")
	w.text(3, s.Zone)
	w.number(4, s.Number)
	w.text(5, string(w.modeOf(s.Zone)))
	w.yes(6, s.Accessible)
	w.yes(7, s.Charging)
}

// The fields of poles, and the zoom from which they have all of them. Below it they have what names and colours them: 40,000 poles of a
// tile show no more.
const (
	poleFieldName  = 2
	poleFieldState = 3 // then claim_state and main_use
	poleFieldBatch = 6
	poleFieldCount = 7
	poleDetails    = 14
	// poleWordsAlways is how many of the words, from state on, are there below it too.
	poleWordsAlways = 2
)

// writePole writes the attributes of a pole; writePacked does the same for one that is packed.
func writePole(w *pen, f layers.Feature) {
	p := f.(*layers.Pole)
	w.text(fieldID, p.ID)
	if w.frame.z >= poleDetails {
		w.text(fieldCode, p.Code)
		w.text(poleFieldName, p.Name)
		w.number(poleFieldBatch, p.Batch)
	}
	w.text(poleFieldState, p.State)
	w.text(poleFieldState+1, p.ClaimState)
	if w.frame.z >= poleDetails {
		w.text(poleFieldState+2, p.MainUse)
	}
}

func writeRoad(w *pen, f layers.Feature) {
	r := f.(*layers.Road)
	w.area(r.ID, r.Code, r.Name, r.NameEn)
	w.text(4, r.Class)
	w.text(5, r.Ref)
	w.yes(6, r.Oneway)
	w.yes(7, r.Bridge)
}

// area writes the fields that most layers begin with.
func (w *writer) area(id, code, name, nameEn string) {
	w.text(fieldID, id)
	w.text(fieldCode, code)
	w.text(fieldName, name)
	w.text(fieldNameEn, nameEn)
}

func overlayZoom(f layers.Feature) uint8 {
	switch f.(*layers.Overlay).Kind {
	case layers.PoliceArea:
		return 9
	case layers.Building:
		return 13
	case layers.KeptClear:
		return 15
	}
	return 10
}

func roadZoom(f layers.Feature) uint8 {
	switch f.(*layers.Road).Class {
	case "motorway", "trunk", "primary":
		return 7
	case "secondary":
		return 9
	case "tertiary":
		return 10
	case "residential", "unclassified":
		return 12
	}
	return 13
}

// FeatureID returns the numeric id of a feature inside a tile: the FNV-1a hash of its id, 64 bits folded to 53, because browsers
// read numbers as float64; 0 becomes 1. It depends on nothing but the id. Two of 500,000 features share one with a chance of
// 1 in 70,000, so the attribute id is what names a feature.
func FeatureID(id string) uint64 {
	const offset, prime, mask = 14695981039346656037, 1099511628211, 1<<53 - 1
	h := uint64(offset)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * prime
	}
	return max(1, (h>>53)^(h&mask))
}
