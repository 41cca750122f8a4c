package main

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"wangge/layers"
)

// The kerb of 海汇街: metres from the centre line, on the right hand seen from 龙皓路 to 龙翔路.
const (
	spaceCount   = 88
	spaceLength  = 6.0
	spaceWidth   = 2.5
	spacePitch   = 6.2 // from the start of one space to that of the next
	gateWidth    = 9.0 // the gap for a gate after half of them
	laneNear     = 4.4 // where a space begins
	zoneMargin   = 0.4 // by which the zone is larger than its spaces
	tidalSegment = "s_haihui"
	tidalZone    = "z_haihui"
)

// kerbs returns the segments, zones and spaces: 海汇街 first, the only one with numbered spaces, and the invented ones.
func kerbs(roads []stretch) (segments, zones, spaces []layers.Feature, err error) {
	if segments, zones, spaces, err = tidalKerb(roads); err != nil {
		return nil, nil, nil, err
	}
	for _, k := range invented {
		segment, zone, err := k.features(roads)
		if err != nil {
			return nil, nil, nil, err
		}
		segments, zones = append(segments, segment), append(zones, zone)
	}
	return segments, append(zones, sharedLot()), spaces, nil
}

// invented are the streets whose zones are made up, so that there is more to see than one: a market street, and a street with a school.
var invented = []kerbside{
	{key: "longhao", road: "龙皓路", from: "海汇街", to: "迎宾路", usual: layers.Travel},
	{key: "park_road", road: "公园路", from: "向阳路", to: "紫藤路", usual: layers.Parking},
}

// kerbside is a zone along one stretch of a street, on the right hand.
type kerbside struct {
	key, road, from, to string
	usual               layers.Mode
}

// cornerClear is how far a zone keeps from the crossings, in metres.
const cornerClear = 14.0

func (k kerbside) features(roads []stretch) (segment, zone layers.Feature, err error) {
	line, err := stretchBetween(roads, k.road, k.from, k.to)
	if err != nil {
		return nil, nil, err
	}
	from, to := line[0], line[len(line)-1]
	f, length := frame{from, to.sub(from).unit()}, from.far(to)
	used := length - float64(2*cornerClear)
	if used < float64(10*spacePitch) {
		return nil, nil, fmt.Errorf("%s is %.0f m long: too short for a zone", k.road, length)
	}
	code := strings.ReplaceAll(k.key, "_", "-")
	s := &layers.Segment{Meta: meta("s_" + k.key), Code: "S-" + code, Name: fmt.Sprintf("%s（%s—%s）", k.road, k.from, k.to), Road: k.road, From: k.from, To: k.to,
		Side: "right", Manager: unitTransport, Geometry: orb.LineString{from.point(), to.point()}}
	z := &layers.Zone{Meta: meta("z_" + k.key), Code: "Z-" + code, Name: k.road + "路内泊位", Segment: s.ID, Kind: "kerb", Capacity: int(used / spacePitch),
		DefaultMode: k.usual, Manager: unitTraffic, Geometry: f.quad(cornerClear, cornerClear+used, laneNear-zoneMargin, laneNear+spaceWidth+zoneMargin)}
	return s, z, nil
}

// sharedLot is a car park of an office building that neighbours use when the office is closed (错时共享).
func sharedLot() layers.Feature {
	f := frame{at(121.3525, 30.7634), eastNorth}
	return &layers.Zone{Meta: meta("z_shared_lot"), Code: "Z-shared-lot", Name: "山阳商务楼宇错时共享停车场", Kind: "lot", Capacity: 64, DefaultMode: layers.Closed,
		Manager: "u_town_310116113", Geometry: f.quad(0, 62, -34, 0)}
}

// quad is the rectangle from u0 to u1 ahead and from w0 to w1 to the right, in metres.
func (f frame) quad(u0, u1, w0, w1 float64) orb.Polygon {
	return shapeOf([]vec{f.place(u0, -w0), f.place(u0, -w1), f.place(u1, -w1), f.place(u1, -w0)})
}

// tidalKerb returns the segment of 海汇街, its zone and the spaces.
func tidalKerb(roads []stretch) (segments, zones, spaces []layers.Feature, err error) {
	line, err := stretchBetween(roads, "海汇街", "龙皓路", "龙翔路")
	if err != nil {
		return nil, nil, nil, err
	}
	from, to := line[0], line[len(line)-1]
	f := frame{from, to.sub(from).unit()}
	used := float64(spaceCount*spacePitch) + gateWidth - (spacePitch - spaceLength)
	first := (from.far(to) - used) / 2
	if first < 12 {
		return nil, nil, nil, fmt.Errorf("海汇街 is %.0f m long: too short for %d spaces", from.far(to), spaceCount)
	}
	segments = append(segments, &layers.Segment{Meta: meta(tidalSegment), Code: "S-haihui", Name: "海汇街（龙皓路—龙翔路）", Road: "海汇街", From: "龙皓路",
		To: "龙翔路", Side: "right", Consents: layers.SignOffRoles(), Manager: unitTransport, Geometry: orb.LineString{from.point(), to.point()}})
	zones = append(zones, &layers.Zone{Meta: meta(tidalZone), Code: "Z-haihui", Name: "海汇街潮汐泊位", Segment: tidalSegment, Kind: "kerb", Capacity: spaceCount,
		DefaultMode: layers.Travel, Manager: unitTraffic, Geometry: f.quad(first-zoneMargin, first+used+zoneMargin, laneNear-zoneMargin, laneNear+spaceWidth+zoneMargin)})
	for n := 1; n <= spaceCount; n++ {
		u := first + float64(float64(n-1)*spacePitch)
		if n > spaceCount/2 {
			u += gateWidth
		}
		spaces = append(spaces, &layers.Space{Meta: meta(fmt.Sprintf("sp_haihui_%02d", n)), Code: fmt.Sprintf("SP-haihui-%02d", n), Name: fmt.Sprintf("海汇街%d号泊位", n),
			Zone: tidalZone, Number: n, LengthM: spaceLength, WidthM: spaceWidth, Orientation: "parallel", Accessible: n == 1 || n == spaceCount,
			Charging: n > 40 && n <= 48, Geometry: f.quad(u, u+spaceLength, laneNear, laneNear+spaceWidth)})
	}
	return segments, zones, spaces, nil
}

// stretchBetween finds the stretch of a road that begins at one street and ends at another.
func stretchBetween(roads []stretch, road, from, to string) (curve, error) {
	for _, s := range roads {
		if s.name != road {
			continue
		}
		e := s.ends()
		if touches(roads, from, e[0]) && touches(roads, to, e[1]) {
			return s.curve(), nil
		}
	}
	return nil, fmt.Errorf("no stretch of %s runs from %s to %s", road, from, to)
}
