package main

import (
	"fmt"
	"slices"

	"wangge/layers"
)

func gridOffice(code string) string { return "u_grid_" + code }

// body is a unit that is written down, not made from a list.
type body struct {
	id, name, nameEn, kind, parent, town, grid string
	external                                   bool
}

// Units that something else in the data set names.
const (
	unitDistrict  = "u_district"
	unitPolice    = "u_police"
	unitTraffic   = "u_traffic_police"
	unitTransport = "u_transport"
	unitTelecom   = "u_telecom"
	unitMobile    = "u_mobile"
	unitUnicom    = "u_unicom"
	unitBroadcast = "u_broadcast"
	unitPower     = "u_power"
	unitLights    = "u_street_lighting"
	unitAlliance  = "u_alliance_gongyuanlu"
	unitProperty  = "u_pm_wanshengjindi"
)

// bodies are the departments, the carriers, the neighbours and the single units of places.
var bodies = []body{
	{unitDistrict, "金山区人民政府", "Jinshan District Government", "district", "", "", "", false},
	{"u_cyzx_310116", "金山区城市运行管理中心", "Jinshan City Operation Centre", "operation_centre", unitDistrict, "", "", false},
	{unitPolice, "金山公安分局", "Jinshan Public Security Sub-bureau", "police", unitDistrict, "", "", false},
	{unitTraffic, "金山公安分局交警支队", "Jinshan Traffic Police Detachment", "police", unitPolice, "", "", false},
	{unitTransport, "金山区交通委员会", "Jinshan District Transport Commission", "department", unitDistrict, "", "", false},
	{"u_data", "金山区数据局", "Jinshan District Data Bureau", "department", unitDistrict, "", "", false},
	{"u_service_centre", "金山区政务服务中心", "Jinshan District Service Centre", "department", unitDistrict, "", "", false},
	{"u_market", "金山区市场监督管理局", "Jinshan District Market Regulation Bureau", "department", unitDistrict, "", "", false},
	{"u_emergency", "金山区应急管理局", "Jinshan District Emergency Management Bureau", "department", unitDistrict, "", "", false},
	{"u_enforcement", "金山区城市管理行政执法局", "Jinshan District Urban Law Enforcement Bureau", "department", unitDistrict, "", "", false},
	{"u_greening", "金山区绿化和市容管理局", "Jinshan District Greening and City Appearance Bureau", "department", unitDistrict, "", "", false},
	{"u_housing", "金山区住房保障和房屋管理局", "Jinshan District Housing Bureau", "department", unitDistrict, "", "", false},
	{"u_water", "金山区水务局", "Jinshan District Water Bureau", "department", unitDistrict, "", "", false},
	{unitLights, "金山区道路照明管理所", "Jinshan Street Lighting Office", "department", unitTransport, "", "", false},
	{"u_court_zhujing", "金山区人民法院朱泾人民法庭", "Zhujing Tribunal of Jinshan District Court", "other", "", "310116101", "310116101Z02", false},
	{"u_planning_310116103", "张堰镇规划建设办公室", "Zhangyan Town Planning and Building Office", "department", "u_town_310116103", "310116103", "", false},
	{"u_enforcement_310116101", "朱泾镇综合行政执法队", "Zhujing Town Enforcement Team", "department", "u_town_310116101", "310116101", "", false},
	{"u_enforcement_310116113", "山阳镇综合行政执法队", "Shanyang Town Enforcement Team", "department", "u_town_310116113", "310116113", "", false},
	{unitAlliance, "公园路商户自治联盟", "Gongyuan Road Shop Alliance", "alliance", "u_grid_310116101Z03", "310116101", "310116101Z03", false},
	{unitProperty, "万盛金邸物业服务处", "Wansheng Jindi Property Management", "property_manager", "", "310116113", "310116113Z02", false},
	{unitTelecom, "中国电信金山局", "China Telecom, Jinshan", "carrier", "", "", "", true},
	{unitMobile, "中国移动金山分公司", "China Mobile, Jinshan", "carrier", "", "", "", true},
	{unitUnicom, "中国联通金山分公司", "China Unicom, Jinshan", "carrier", "", "", "", true},
	{unitBroadcast, "有线网络金山分公司", "Cable Network, Jinshan", "carrier", "", "", "", true},
	{unitPower, "国网金山供电公司", "State Grid, Jinshan Power Supply", "power", "", "", "", true},
	{"u_ext_310117", "松江区", "Songjiang District", "neighbour", "", "", "", true},
	{"u_ext_310118", "青浦区", "Qingpu District", "neighbour", "", "", "", true},
	{"u_ext_310120", "奉贤区", "Fengxian District", "neighbour", "", "", "", true},
	{"u_ext_330421", "嘉善县（浙江省嘉兴市）", "Jiashan County, Zhejiang", "neighbour", "", "", "", true},
	{"u_ext_330482", "平湖市（浙江省嘉兴市）", "Pinghu City, Zhejiang", "neighbour", "", "", "", true},
}

// units returns all units; a parent stands before its children.
func (d *district) units(named []community, o overlayPlan) []layers.Feature {
	list := slices.Clone(bodies)
	for _, t := range towns {
		list = append(list,
			body{"u_town_" + t.code, t.government(), t.nameEn + " Government", "town", unitDistrict, t.code, "", false},
			body{"u_cyzx_" + t.code, t.name + "城市运行管理中心", t.nameEn + " City Operation Centre", "operation_centre", "u_town_" + t.code, t.code, "", false})
	}
	for _, g := range d.grids {
		t, n := towns[g.town], int(g.code[len(g.code)-1]-'0')
		list = append(list, body{gridOffice(g.code), fmt.Sprintf("%s第%s综合网格办公室", t.name, numeral(n)),
			fmt.Sprintf("%s Grid %d Office", t.nameEn, n), "grid_office", "u_town_" + t.code, t.code, g.code, false})
	}
	for _, s := range o.stations {
		list = append(list, body{s.unit(), s.name, s.nameEn, "police_station", unitPolice, towns[s.town].code, "", false})
	}
	for _, c := range named {
		what, whatEn := "居民委员会", " Residents' Committee"
		if c.kind == "village" {
			what, whatEn = "民委员会", " Villagers' Committee" // 某村 + 民委员会
		}
		list = append(list, body{"u_" + c.code, c.name + what, c.nameEn + whatEn, "village", "u_town_" + towns[c.town].code, towns[c.town].code, d.grids[c.grid].code, false})
	}
	for _, p := range o.parks {
		list = append(list, body{"u_park_" + p.number, p.name + "管理办公室", p.nameEn + " Management Office", "park", "u_town_" + p.town, p.town, p.grid, false})
	}
	for _, b := range o.blocks {
		list = append(list, body{"u_block_" + b.number, b.name + "治理工作站", b.nameEn + " Work Station", "block", "u_town_" + b.town, b.town, b.grid, false})
	}
	slices.SortStableFunc(list, byParent(list))
	out := make([]layers.Feature, len(list))
	for i, b := range list {
		out[i] = &layers.Unit{Meta: meta(b.id), Code: b.id[len("u_"):], Name: b.name, NameEn: b.nameEn, Kind: b.kind, Parent: b.parent,
			Town: b.town, Grid: b.grid, External: b.external}
	}
	return out
}

// byParent orders units by how many are above them.
func byParent(list []body) func(a, b body) int {
	parent := map[string]string{}
	for _, b := range list {
		parent[b.id] = b.parent
	}
	depth := func(id string) int {
		n := 0
		for ; parent[id] != ""; id = parent[id] {
			n++
		}
		return n
	}
	return func(a, b body) int { return depth(a.id) - depth(b.id) }
}

// government is the name of the town's government.
func (t town) government() string {
	switch t.code[6] {
	case '0':
		return t.name + "办事处"
	case '1':
		return t.name + "人民政府"
	}
	return t.name + "管理委员会"
}
