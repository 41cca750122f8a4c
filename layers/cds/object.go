package cds

import (
	"github.com/paulmach/orb"

	"wangge/layers"
)

// What every answer says of the whole.
const (
	// Version is that of the specification, Media the type of its answers.
	Version = "1.0.1"
	Media   = "application/vnd.cds+json;version=1.0"
	// TimeZone is where the times of the day hold, Currency what rates are in: fen, hundredths of a yuan.
	TimeZone = "Asia/Shanghai"
	Currency = "CNY"
)

// Polygon is an area in longitude and latitude.
type Polygon struct {
	Type        string      `json:"type"`
	Coordinates orb.Polygon `json:"coordinates"`
}

func polygonOf(p orb.Polygon) *Polygon { return &Polygon{"Polygon", p} }

// Zone is a Curb Zone: one state of the ground of a zone.
type Zone struct {
	ID        string   `json:"curb_zone_id"`
	Geometry  *Polygon `json:"geometry,omitempty"`
	PolicyIDs []string `json:"curb_policy_ids"`
	// PrevPolicies are those of revisions that are no longer in force, the latest first.
	PrevPolicies []PrevPolicy `json:"prev_policies,omitempty"`
	Published    int64        `json:"published_date"`
	Updated      int64        `json:"last_updated_date"`
	// PrevZoneIDs are those of the same zone with earlier outlines, the latest first.
	PrevZoneIDs      []string `json:"prev_curb_zone_ids,omitempty"`
	Start            int64    `json:"start_date"`
	End              int64    `json:"end_date,omitempty"`
	Name             string   `json:"name,omitempty"`
	UserZoneID       string   `json:"user_zone_id,omitempty"`
	StreetName       string   `json:"street_name,omitempty"`
	CrossStreetStart string   `json:"cross_street_start_name,omitempty"`
	CrossStreetEnd   string   `json:"cross_street_end_name,omitempty"`
	LengthCM         int      `json:"length,omitempty"`
	WidthCM          int      `json:"width,omitempty"`
	ParkingAngle     string   `json:"parking_angle,omitempty"`
	NumSpaces        int      `json:"num_spaces,omitempty"`
	StreetSide       string   `json:"street_side,omitempty"`
	EntireRoadway    bool     `json:"entire_roadway,omitempty"`
	AreaIDs          []string `json:"curb_area_ids,omitempty"`
	SpaceIDs         []string `json:"curb_space_ids,omitempty"`
}

// PrevPolicy is what held in a zone from Start until End.
type PrevPolicy struct {
	PolicyIDs []string `json:"curb_policy_ids"`
	Start     int64    `json:"start_date"`
	End       int64    `json:"end_date"`
}

// Space is a Curb Space.
type Space struct {
	ID        string   `json:"curb_space_id"`
	Geometry  *Polygon `json:"geometry"`
	Name      string   `json:"name,omitempty"`
	Published int64    `json:"published_date"`
	Updated   int64    `json:"last_updated_date"`
	ZoneID    string   `json:"curb_zone_id"`
	Number    int      `json:"space_number,omitempty"`
	LengthCM  int      `json:"length"`
	WidthCM   int      `json:"width,omitempty"`
}

// Area is a Curb Area: a grid or a business street that holds zones.
type Area struct {
	ID        string   `json:"curb_area_id"`
	Geometry  *Polygon `json:"geometry"`
	Name      string   `json:"name,omitempty"`
	Published int64    `json:"published_date"`
	Updated   int64    `json:"last_updated_date"`
	ZoneIDs   []string `json:"curb_zone_ids"`
}

// Policy is a Policy with one Rule. Its id is that of its content: policies with one id are the same in every byte.
type Policy struct {
	ID        string     `json:"curb_policy_id"`
	Published int64      `json:"published_date"`
	Priority  int        `json:"priority"`
	Rules     []Rule     `json:"rules"`
	TimeSpans []TimeSpan `json:"time_spans,omitempty"`
}

// Rule says who may do what.
type Rule struct {
	Activity    string   `json:"activity"`
	MaxStay     int      `json:"max_stay,omitempty"`
	MaxStayUnit string   `json:"max_stay_unit,omitempty"`
	UserClasses []string `json:"user_classes,omitempty"`
	Rate        []Rate   `json:"rate,omitempty"`
}

// Rate is what a stay costs, in fen.
type Rate struct {
	Rate   int    `json:"rate"`
	Unit   string `json:"rate_unit"`
	Period string `json:"rate_unit_period"`
}

// TimeSpan is when a policy holds: where all that is set does.
type TimeSpan struct {
	Start       int64    `json:"start_date,omitempty"`
	End         int64    `json:"end_date,omitempty"`
	DaysOfWeek  []string `json:"days_of_week,omitempty"`
	DaysOfMonth []int    `json:"days_of_month,omitempty"`
	Months      []int    `json:"months,omitempty"`
	TimeStart   string   `json:"time_of_day_start,omitempty"`
	TimeEnd     string   `json:"time_of_day_end,omitempty"`
}

// activities are the words of the specification for modes, and those for their contrary.
var activities = map[layers.Mode][2]string{
	layers.Travel:  {"travel", "no travel"},
	layers.Parking: {"parking", "no parking"},
	layers.Loading: {"loading", "no loading"},
	layers.Closed:  {"no stopping", ""},
}

// Activity returns the word of the specification for a mode. A closed zone is one where nobody may stop.
func Activity(m layers.Mode) string { return activities[m][0] }

// centimetres rounds metres.
func centimetres(m float64) int { return int(m*100 + 0.5) }
