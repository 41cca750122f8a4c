package api

import (
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/paulmach/orb"

	"wangge/geo"
	"wangge/layers"
	"wangge/routing/duty"
)

// What a camera sees is somewhere else than the camera: these bound and round the way from one to the other.
const (
	mostSight         = 1000.0 // metres: how far a camera sees
	leastSightError   = 15.0   // metres: no position that was read off a picture is better
	usualBearingError = 5.0    // degrees
	usualSightError   = 0.1    // of the distance
)

func (s *Server) detectionOperations() []operation {
	return []operation{{
		Method: http.MethodPost, Path: "/v1/detections", ID: "createDetection", Tag: "lookup",
		Summary: "Who is responsible for what a camera has recognised",
		Text: fmt.Sprintf("The incident lies `distance_m` (at most %g) from the camera in the direction `bearing_deg` (0 is north, 90 east). Its error is that of the distance (a tenth if it is not given) and of the direction "+
			"(%g° if it is not given) together, and %g m at the least, as a 68 %% radius; near a border the answer is `ambiguous` then. `algorithm` is one that a category has (400 `unknown-category` with its name otherwise), "+
			"`confidence` decides with the rules whether the case is checked first. `source` and `detection_id` are given back. Nothing is stored: the answer's `answer_id` gives it again.",
			mostSight, usualBearingError, leastSightError),
		Body: &content{Type: partSchema[detection]()}, Limit: editBytes,
		Answers: []answer{{Status: http.StatusOK, Text: "Where it is, and the answer of a lookup there", Content: &content{Type: detected{}}}},
		Roles:   []layers.Role{layers.Dispatcher},
		Handle:  (*call).detect,
	}}
}

// detection is the body of /v1/detections.
type detection struct {
	Camera        cameraPlace    `json:"camera"`
	BearingDeg    float64        `json:"bearing_deg" doc:"From the camera to the incident, 0 to 360"`
	DistanceM     float64        `json:"distance_m" doc:"From the camera to the incident"`
	BearingError  *float64       `json:"bearing_error_deg,omitempty" doc:"68 % error of the direction, 0 to 90"`
	DistanceError *float64       `json:"distance_error_m,omitempty" doc:"68 % error of the distance"`
	Algorithm     string         `json:"algorithm" doc:"What was recognised, by the name that a category has for it"`
	Confidence    float64        `json:"confidence" doc:"Above 0 to 1"`
	At            layers.Instant `json:"at,omitzero" doc:"When; now if it is not given"`
	Source        string         `json:"source,omitempty" doc:"Name of the camera"`
	DetectionID   string         `json:"detection_id,omitempty" doc:"The platform's own id of it"`
}

// cameraPlace is where a camera hangs.
type cameraPlace struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
	CRS string  `json:"crs" doc:"System of lon and lat; never guessed"`
}

// detected is the answer of /v1/detections.
type detected struct {
	Incident    incident    `json:"incident"`
	Source      string      `json:"source,omitempty"`
	DetectionID string      `json:"detection_id,omitempty"`
	Answer      wholeAnswer `json:"answer"`
}

// incident is where something was recognised.
type incident struct {
	Lon       float64 `json:"lon" doc:"CGCS2000"`
	Lat       float64 `json:"lat"`
	AccuracyM float64 `json:"accuracy_m" doc:"68 % radius in metres"`
}

func (c *call) detect() error {
	body, err := c.readBody()
	if err != nil {
		return err
	}
	var bad issues
	var d detection
	fill(body, &d, "", &bad)
	if len(bad) == 0 {
		d.check(&bad)
	}
	if err := bad.invalid("", d.DetectionID); err != nil {
		return err
	}
	at, err := c.s.Converter.ToStorage(geo.CRS(d.Camera.CRS), orb.Point{d.Camera.Lon, d.Camera.Lat})
	if err != nil {
		return problemOf(err).inBody("/camera")
	}
	if p := c.w.mistaken(geo.CRS(d.Camera.CRS), orb.Point{d.Camera.Lon, d.Camera.Lat}); p != nil {
		return p.inBody("/camera")
	}
	p := geo.Destination(at, d.BearingDeg, geo.Metres(d.DistanceM))
	q := asking{Question: duty.Question{Lon: round7(p[0]), Lat: round7(p[1]), CRS: geo.CGCS2000, AccuracyM: d.accuracy(), At: d.At, Channel: "camera", Reporter: "machine",
		Confidence: d.Confidence}, code: layers.ExternalCode{Scheme: layers.AlgorithmScheme, Code: d.Algorithm}}
	if q.At == 0 {
		q.At = c.now()
	}
	question, err := c.resolve(q)
	if err != nil {
		return err
	}
	began := time.Now()
	text, err := c.s.answer(nil, c.w, question)
	if err != nil {
		return c.w.answerProblem(err, question)
	}
	c.timing(began)
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, detected{Incident: incident{question.Lon, question.Lat, question.AccuracyM}, Source: d.Source, DetectionID: d.DetectionID, Answer: wholeAnswer{text}})
}

// check notes what is out of range.
func (d *detection) check(bad *issues) {
	within := func(pointer string, v, low, high float64) {
		if !(v >= low && v <= high) {
			bad.add(pointer, "range", fmt.Sprintf("must be %g to %g", low, high))
		}
	}
	if _, err := geo.ParseCRS(d.Camera.CRS); err != nil {
		bad.add("/camera/crs", "required", "name the system of lon and lat: "+listCRS())
	}
	within("/bearing_deg", d.BearingDeg, 0, 360)
	within("/distance_m", d.DistanceM, 0, mostSight)
	if d.BearingError != nil {
		within("/bearing_error_deg", *d.BearingError, 0, 90)
	}
	if d.DistanceError != nil {
		within("/distance_error_m", *d.DistanceError, 0, mostSight)
	}
	if !(d.Confidence > 0 && d.Confidence <= 1) {
		bad.add("/confidence", "range", "must be above 0 and at most 1")
	}
	if d.Algorithm == "" || len(d.Algorithm) > mostCode {
		bad.add("/algorithm", "required", "name what was recognised")
	}
	for pointer, text := range map[string]string{"/source": d.Source, "/detection_id": d.DetectionID} {
		if len(text) > mostCode {
			bad.add(pointer, "range", fmt.Sprintf("at most %d bytes", mostCode))
		}
	}
}

// accuracy is the 68 % radius of the position in metres, to 0.1.
func (d *detection) accuracy() float64 {
	along, turn := usualSightError*d.DistanceM, usualBearingError
	if d.DistanceError != nil {
		along = *d.DistanceError
	}
	if d.BearingError != nil {
		turn = *d.BearingError
	}
	across := d.DistanceM * math.Sin(turn*math.Pi/180)
	return max(leastSightError, math.Round(math.Hypot(along, across)*10)/10)
}
