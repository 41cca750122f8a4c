package main

// This file is the drawing: where the district, its towns and grids lie. Names, codes and seats of the towns are facts; every
// line is invented, drawn by hand for this data set at about the right place and size.

// outline is the border of the district, clockwise from the north-west. The last control is joined to the first. The stretch
// from coastEast to coastWest is the shore of Hangzhou Bay, the rest is land border.
var outline = [][2]float64{
	{120.9960, 30.9522}, {121.0200, 30.9470}, {121.0180, 30.9220}, {121.0290, 30.9050}, {121.0600, 30.9010}, {121.0850, 30.9035},
	{121.0935, 30.9140}, {121.1075, 30.9130}, {121.1110, 30.9020}, {121.1340, 30.8995}, {121.1430, 30.9115}, {121.1700, 30.9125},
	{121.1980, 30.9140}, {121.2190, 30.9220}, {121.2360, 30.9165}, {121.2450, 30.9060}, {121.2640, 30.9020}, {121.2800, 30.8985},
	{121.2910, 30.9080}, {121.3110, 30.9095}, {121.3350, 30.9080}, {121.3470, 30.9030}, {121.3530, 30.8880}, {121.3650, 30.8750},
	{121.3680, 30.8530}, {121.3810, 30.8330}, {121.4040, 30.8200}, {121.4250, 30.8130}, {121.4380, 30.8000}, {121.4540, 30.7850},
	{121.4731, 30.7690}, {121.4540, 30.7565}, {121.4220, 30.7440}, {121.3960, 30.7290}, {121.3770, 30.7095}, {121.3610, 30.6900},
	{121.3450, 30.6810}, {121.3240, 30.6786}, {121.2960, 30.6820}, {121.2760, 30.6850}, {121.2740, 30.7050}, {121.2700, 30.7290},
	{121.2580, 30.7440}, {121.2380, 30.7590}, {121.2280, 30.7720}, {121.2100, 30.7820}, {121.1900, 30.7810}, {121.1600, 30.7830},
	{121.1340, 30.7860}, {121.1290, 30.8000}, {121.1320, 30.8170}, {121.1370, 30.8330}, {121.1270, 30.8450}, {121.1180, 30.8560},
	{121.0940, 30.8620}, {121.0700, 30.8580}, {121.0540, 30.8490}, {121.0410, 30.8340}, {121.0270, 30.8400}, {121.0080, 30.8450},
	{120.9950, 30.8400}, {121.0010, 30.8550}, {121.0060, 30.8690}, {121.0010, 30.8800}, {120.9862, 30.8930}, {120.9930, 30.9080},
	{120.9965, 30.9300},
}

// Numbers of controls of the outline at which a town border ends, the neighbour changes, or the coast begins or ends.
const (
	qingpuEnd     = 1  // 青浦 and 松江
	northFengjing = 8  // 枫泾 and 朱泾
	northTinglin  = 15 // 朱泾 and 亭林
	songjiangEnd  = 21 // 松江 and 奉贤
	eastTinglin   = 25 // 亭林 and 漕泾
	coastEast     = 30 // the land border with 奉贤 ends
	coastCaojing  = 33 // 漕泾 and 山阳
	coastShanyang = 34 // 山阳 and 石化
	coastShihua   = 37 // 石化 and 金山卫
	coastWest     = 39 // the land border with 平湖 begins
	westJinshan   = 43 // 金山卫 and 廊下
	westLangxia   = 50 // 廊下 and 吕巷
	westLuxiang   = 53 // 吕巷 and 枫泾
)

// townArcs are the borders between two towns. The first and the last control of each is a node that other arcs share.
var townArcs = [][][2]float64{
	// 枫泾 with 朱泾, then with 吕巷
	{outline[northFengjing], {121.1080, 30.8930}, {121.1140, 30.8800}, nodeXinnong},
	{nodeXinnong, {121.1165, 30.8630}, outline[westLuxiang]},
	// 朱泾 with 吕巷, with 工业区, with 亭林
	{nodeXinnong, {121.1400, 30.8630}, {121.1700, 30.8610}, {121.1900, 30.8680}, nodeLongquan},
	{nodeLongquan, {121.2250, 30.8720}, nodeSongyin},
	{nodeSongyin, {121.2380, 30.8970}, outline[northTinglin]},
	// 工业区 with 吕巷, with 亭林, with 张堰
	{nodeLongquan, {121.2120, 30.8480}, {121.2290, 30.8370}, nodeGanxiang},
	{nodeSongyin, {121.2620, 30.8730}, {121.2760, 30.8610}, nodeZhuxing},
	{nodeGanxiang, {121.2570, 30.8320}, {121.2780, 30.8400}, nodeZhuxing},
	// 张堰 with 亭林, with 漕泾, with 山阳, with 金山卫, with 廊下, with 吕巷
	{nodeZhuxing, {121.3130, 30.8490}, nodeHoucheng},
	{nodeHoucheng, {121.3370, 30.8200}, nodeDongmen},
	{nodeDongmen, {121.3330, 30.7850}, {121.3220, 30.7830}, nodeWeizha},
	{nodeWeizha, {121.2900, 30.7740}, {121.2700, 30.7680}, nodeQianwei},
	{nodeQianwei, {121.2430, 30.7830}, nodeLvtang},
	{nodeLvtang, {121.2480, 30.8160}, nodeGanxiang},
	// 廊下 with 吕巷, with 金山卫
	{nodeLvtang, {121.2250, 30.8060}, {121.1950, 30.8130}, {121.1600, 30.8080}, outline[westLangxia]},
	{nodeQianwei, {121.2440, 30.7630}, outline[westJinshan]},
	// 漕泾 with 亭林, with 山阳
	{nodeHoucheng, {121.3500, 30.8400}, {121.3700, 30.8300}, outline[eastTinglin]},
	{nodeDongmen, {121.3660, 30.7880}, {121.3820, 30.7720}, {121.3900, 30.7480}, outline[coastCaojing]},
	// 山阳 with 金山卫, with 石化; 石化 with 金山卫
	{nodeWeizha, {121.3130, 30.7520}, nodeWeiqing},
	{nodeWeiqing, {121.3400, 30.7275}, {121.3600, 30.7190}, outline[coastShanyang]},
	{nodeWeiqing, {121.3230, 30.7120}, {121.3240, 30.6950}, outline[coastShihua]},
}

// The nodes where three towns meet.
var (
	nodeXinnong  = [2]float64{121.1180, 30.8700} // 枫泾 朱泾 吕巷
	nodeLongquan = [2]float64{121.2050, 30.8670} // 朱泾 吕巷 工业区
	nodeSongyin  = [2]float64{121.2450, 30.8830} // 朱泾 工业区 亭林
	nodeZhuxing  = [2]float64{121.2930, 30.8530} // 工业区 亭林 张堰
	nodeHoucheng = [2]float64{121.3320, 30.8380} // 张堰 亭林 漕泾
	nodeGanxiang = [2]float64{121.2400, 30.8280} // 吕巷 工业区 张堰
	nodeLvtang   = [2]float64{121.2460, 30.7980} // 吕巷 张堰 廊下
	nodeQianwei  = [2]float64{121.2520, 30.7690} // 廊下 张堰 金山卫
	nodeWeizha   = [2]float64{121.3090, 30.7720} // 张堰 金山卫 山阳
	nodeDongmen  = [2]float64{121.3450, 30.7970} // 张堰 山阳 漕泾
	nodeWeiqing  = [2]float64{121.3215, 30.7330} // 金山卫 山阳 石化
)

// town is a town of the drawing: its grids are where their seeds are.
type town struct {
	code, name, nameEn string
	aliases            []string
	seat               [2]float64   // zero for none; a fact
	grids              [][2]float64 // the seed of each grid, in the order of its number
	residential        int          // how many residential areas it has, and how many villages; invented but for the sum of all, 247
	villages           int
	short, shortEn     string // the name without what it is
}

// towns are the eleven towns in the order of their codes. Code, name and seat are facts.
var towns = []town{
	{code: "310116001", name: "石化街道", nameEn: "Shihua Subdistrict", short: "石化", shortEn: "Shihua", residential: 28, villages: 0, seat: [2]float64{121.3399, 30.7145},
		grids: [][2]float64{{121.3399, 30.7145}, {121.3330, 30.6925}, {121.3620, 30.7050}}},
	{code: "310116101", name: "朱泾镇", nameEn: "Zhujing Town", short: "朱泾", shortEn: "Zhujing", residential: 13, villages: 13, seat: [2]float64{121.1711, 30.8906},
		grids: [][2]float64{{121.1725, 30.8880}, {121.2000, 30.8960}, {121.1620, 30.9030}, {121.1350, 30.8850}}},
	{code: "310116102", name: "枫泾镇", nameEn: "Fengjing Town", short: "枫泾", shortEn: "Fengjing", residential: 10, villages: 24, seat: [2]float64{121.0101, 30.8908},
		grids: [][2]float64{{121.0101, 30.8908}, {121.0110, 30.9250}, {121.0700, 30.8930}, {121.0300, 30.8480}}},
	{code: "310116103", name: "张堰镇", nameEn: "Zhangyan Town", short: "张堰", shortEn: "Zhangyan", residential: 4, villages: 14, seat: [2]float64{121.2961, 30.8039},
		grids: [][2]float64{{121.2961, 30.8039}, {121.3050, 30.8330}, {121.2680, 30.7880}}},
	{code: "310116104", name: "亭林镇", nameEn: "Tinglin Town", short: "亭林", shortEn: "Tinglin", residential: 10, villages: 18, seat: [2]float64{121.3084, 30.8906},
		grids: [][2]float64{{121.3084, 30.8906}, {121.2720, 30.8850}, {121.3130, 30.8630}, {121.3180, 30.8985}, {121.3440, 30.8850}}},
	{code: "310116105", name: "吕巷镇", nameEn: "Lüxiang Town", short: "吕巷", shortEn: "Lüxiang", residential: 3, villages: 11, seat: [2]float64{121.2009, 30.8339},
		grids: [][2]float64{{121.2009, 30.8339}, {121.1500, 30.8380}, {121.2230, 30.8200}}},
	{code: "310116107", name: "廊下镇", nameEn: "Langxia Town", short: "廊下", shortEn: "Langxia", residential: 2, villages: 12, seat: [2]float64{121.1871, 30.7919},
		grids: [][2]float64{{121.1871, 30.7919}, {121.2250, 30.7850}}},
	{code: "310116109", name: "金山卫镇", nameEn: "Jinshanwei Town", short: "金山卫", shortEn: "Jinshanwei", residential: 9, villages: 15, seat: [2]float64{121.3094, 30.7271},
		grids: [][2]float64{{121.3094, 30.7271}, {121.2880, 30.7000}, {121.2760, 30.7400}, {121.2980, 30.7570}}},
	{code: "310116112", name: "漕泾镇", nameEn: "Caojing Town", short: "漕泾", shortEn: "Caojing", residential: 4, villages: 17, seat: [2]float64{121.4202, 30.7930},
		grids: [][2]float64{{121.4202, 30.7930}, {121.3700, 30.8120}, {121.4350, 30.7600}}},
	{code: "310116113", name: "山阳镇", nameEn: "Shanyang Town", short: "山阳", shortEn: "Shanyang", residential: 15, villages: 11, seat: [2]float64{121.3518, 30.7630},
		grids: [][2]float64{{121.3518, 30.7630}, {121.3351, 30.7530}, {121.3500, 30.7340}, {121.3830, 30.7350}}},
	{code: "310116503", name: "金山工业区", nameEn: "Jinshan Industrial Zone", short: "金山工业区", shortEn: "Jinshan Industrial Zone", residential: 3, villages: 11, aliases: []string{"高新区"},
		grids: [][2]float64{{121.2380, 30.8590}, {121.2690, 30.8520}}},
}

// keep is a disc that belongs to one grid as a whole, because something with a name lies in it.
type keep struct {
	centre [2]float64
	radius float64
	grid   string
}

// keeps returns the discs: around every seat, so that no border comes near it, and around the named places.
func keeps() []keep {
	out := []keep{
		{haihui, 760, "310116113Z02"},                        // 海汇街 and 万盛金邸
		{[2]float64{121.1605, 30.9000}, 560, "310116101Z03"}, // 公园路
	}
	for _, t := range towns {
		if t.seat == ([2]float64{}) {
			continue
		}
		s := at(t.seat[0], t.seat[1])
		best := 0
		for i, g := range t.grids {
			if at(g[0], g[1]).far(s) < at(t.grids[best][0], t.grids[best][1]).far(s) {
				best = i
			}
		}
		out = append(out, keep{t.seat, 650, gridCode(t.code, best)})
	}
	return out
}

// The ditch between the fourth and the fifth grid of 亭林 runs straight, 18.4 m west of the example point of the documents.
var examplePoint = [2]float64{121.325592, 30.892420}

const (
	ditchAway   = 18.4
	ditchLength = 1500.0
)

// ditchAhead is the direction in which the ditch runs: 8 degrees west of north.
var ditchAhead = vec{-0.139173101, 0.990268069}

// ditch returns the straight border line beside the example point, from south to north.
func ditch() curve {
	foot := at(examplePoint[0], examplePoint[1]).add(ditchAhead.left().scale(ditchAway))
	return curve{foot.add(ditchAhead.scale(-ditchLength / 2)), foot.add(ditchAhead.scale(ditchLength / 2))}
}
