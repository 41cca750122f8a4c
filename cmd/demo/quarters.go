package main

import "math"

// quarter is a built-up place: the cells of the mesh are small there, and streets are laid out as a turned net.
type quarter struct {
	town   string // the last three digits of the code
	centre [2]float64
	ahead  vec // the direction of the streets that run eastwards
	radius float64
	// across and along are where the streets lie: across those that run north, metres east of the centre; along those that run
	// east, metres north of it. nil stands for a net of 210 m.
	across, along []float64
	// names are given to streets in the order across, along; "" is drawn.
	names []string
	// blocks is how many street blocks of the quarter are overlays.
	blocks int
}

// Directions that streets run in: a few degrees north or south of east.
var (
	east      = vec{1, 0}
	eastNorth = vec{0.994522, 0.104528}  // 6 degrees
	eastSouth = vec{0.992546, -0.121869} // 7 degrees
	coastwise = vec{0.913545, 0.406737}  // 24 degrees
)

// haihui is the middle of 海汇街 between 龙皓路 and 龙翔路.
var haihui = [2]float64{121.3351, 30.7530}

// quarters are the built-up places: the seats and some more.
var quarters = []quarter{
	{town: "001", centre: [2]float64{121.3399, 30.7145}, ahead: coastwise, radius: 1100, blocks: 5},
	{town: "101", centre: [2]float64{121.1711, 30.8890}, ahead: eastNorth, radius: 800, blocks: 4},
	{town: "102", centre: [2]float64{121.0101, 30.8908}, ahead: eastSouth, radius: 700, blocks: 3},
	{town: "103", centre: [2]float64{121.2961, 30.8039}, ahead: eastNorth, radius: 640, blocks: 3},
	{town: "104", centre: [2]float64{121.3084, 30.8906}, ahead: eastSouth, radius: 750, blocks: 4},
	{town: "105", centre: [2]float64{121.2009, 30.8339}, ahead: east, radius: 520, blocks: 2},
	{town: "107", centre: [2]float64{121.1871, 30.7919}, ahead: eastNorth, radius: 500, blocks: 2},
	{town: "109", centre: [2]float64{121.3094, 30.7271}, ahead: east, radius: 720, blocks: 4},
	{town: "112", centre: [2]float64{121.4202, 30.7930}, ahead: eastSouth, radius: 560, blocks: 2},
	{town: "113", centre: [2]float64{121.3518, 30.7630}, ahead: eastNorth, radius: 620, blocks: 3},
	{town: "503", centre: [2]float64{121.2420, 30.8570}, ahead: eastSouth, radius: 620, blocks: 2},
	{town: "113", centre: haihui, ahead: eastNorth, radius: 720, across: []float64{-540, -300, 300, 540}, along: []float64{-440, -220, 0, 220, 440},
		names: []string{"", "龙皓路", "龙翔路", "", "", "", "海汇街", "", ""}, blocks: 2},
	{town: "101", centre: [2]float64{121.1605, 30.9000}, ahead: eastNorth, radius: 560, across: []float64{-400, -200, 0, 200, 400}, along: []float64{-380, -190, 0, 190, 380},
		names: []string{"", "", "", "", "", "", "", "公园路", "", ""}, blocks: 1},
	{town: "101", centre: [2]float64{121.1985, 30.8920}, ahead: eastNorth, radius: 430, blocks: 1},
	{town: "113", centre: [2]float64{121.3500, 30.7350}, ahead: eastNorth, radius: 560, blocks: 2},
	{town: "001", centre: [2]float64{121.3390, 30.6960}, ahead: coastwise, radius: 620, blocks: 1},
}

func (q quarter) frame() frame { return frame{at(q.centre[0], q.centre[1]), q.ahead} }

// net is where the streets of a quarter lie that has none of its own.
func (q quarter) net() (across, along []float64) {
	if q.across != nil {
		return q.across, q.along
	}
	const mesh, most = 210.0, 1260.0
	for d := -most; d <= most; d += mesh {
		if math.Abs(d) < 0.95*q.radius {
			across = append(across, d)
		}
	}
	return across, across
}

// streetNames are drawn for the streets of a quarter.
var streetNames = []syllable{{"人民", "renmin"}, {"新华", "xinhua"}, {"健康", "jiankang"}, {"学府", "xuefu"}, {"文化", "wenhua"}, {"建设", "jianshe"},
	{"团结", "tuanjie"}, {"前进", "qianjin"}, {"和平", "heping"}, {"友谊", "youyi"}, {"光明", "guangming"}, {"振兴", "zhenxing"}, {"育才", "yucai"},
	{"向阳", "xiangyang"}, {"迎宾", "yingbin"}, {"广场", "guangchang"}, {"南市", "nanshi"}, {"北市", "beishi"}, {"东市", "dongshi"}, {"西市", "xishi"},
	{"河滨", "hebin"}, {"中山", "zhongshan"}, {"朝阳", "chaoyang"}, {"胜利", "shengli"}, {"红旗", "hongqi"}, {"卫生", "weisheng"}, {"丽园", "liyuan"},
	{"望海", "wanghai"}, {"临桥", "linqiao"}, {"银杏", "yinxing"}, {"紫藤", "ziteng"}, {"海棠", "haitang"}}

// namedStreets is how the streets with a name of their own read.
var namedStreets = map[string]string{"龙皓路": "Longhao Road", "龙翔路": "Longxiang Road", "海汇街": "Haihui Street", "公园路": "Gongyuan Road"}
