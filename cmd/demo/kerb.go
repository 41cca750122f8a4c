package main

import (
	"errors"
	"fmt"

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

// kerb returns the segment of 海汇街, its zone and the spaces.
func kerb(roads []stretch) (segments, zones, spaces []layers.Feature, err error) {
	line, err := tidalStretch(roads)
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
	quad := func(u0, u1, w0, w1 float64) orb.Polygon {
		return shapeOf([]vec{f.place(u0, -w0), f.place(u0, -w1), f.place(u1, -w1), f.place(u1, -w0)})
	}
	segments = append(segments, &layers.Segment{Meta: meta(tidalSegment), Code: "S-haihui", Name: "海汇街（龙皓路—龙翔路）", Road: "海汇街", From: "龙皓路",
		To: "龙翔路", Side: "right", Manager: unitTransport, Geometry: orb.LineString{from.point(), to.point()}})
	zones = append(zones, &layers.Zone{Meta: meta(tidalZone), Code: "Z-haihui", Name: "海汇街潮汐泊位", Segment: tidalSegment, Kind: "kerb", Capacity: spaceCount,
		DefaultMode: layers.Travel, Manager: unitTraffic, Geometry: quad(first-zoneMargin, first+used+zoneMargin, laneNear-zoneMargin, laneNear+spaceWidth+zoneMargin)})
	for n := 1; n <= spaceCount; n++ {
		u := first + float64(float64(n-1)*spacePitch)
		if n > spaceCount/2 {
			u += gateWidth
		}
		spaces = append(spaces, &layers.Space{Meta: meta(fmt.Sprintf("sp_haihui_%02d", n)), Code: fmt.Sprintf("SP-haihui-%02d", n), Name: fmt.Sprintf("海汇街%d号泊位", n),
			Zone: tidalZone, Number: n, LengthM: spaceLength, WidthM: spaceWidth, Orientation: "parallel", Accessible: n == 1 || n == spaceCount,
			Charging: n > 40 && n <= 48, Geometry: quad(u, u+spaceLength, laneNear, laneNear+spaceWidth)})
	}
	return segments, zones, spaces, nil
}

// tidalStretch finds the stretch of 海汇街 that begins at 龙皓路 and ends at 龙翔路.
func tidalStretch(roads []stretch) (curve, error) {
	for _, s := range roads {
		if s.name != "海汇街" {
			continue
		}
		e := s.ends()
		if touches(roads, "龙皓路", e[0]) && touches(roads, "龙翔路", e[1]) {
			return s.curve(), nil
		}
	}
	return nil, errors.New("no stretch of 海汇街 runs from 龙皓路 to 龙翔路")
}
