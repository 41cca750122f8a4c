package api

import (
	"wangge/layers"
	"wangge/layers/mvt"
)

// layerText is what a layer is called and what it holds, in both languages.
type layerText struct {
	zh, en  string
	aboutZh string
	aboutEn string
}

func (t layerText) title(lang string) string {
	if lang == english {
		return t.en
	}
	return t.zh
}

func (t layerText) about(lang string) string {
	if lang == english {
		return t.aboutEn
	}
	return t.aboutZh
}

// textOf returns the words of a layer.
func textOf(l layers.Layer) layerText {
	switch l {
	case layers.Editions:
		return layerText{"版本", "Editions", "分区图层的版本：何时生效、由谁发布、文号与精度。", "Editions of the layers of areas: from when they apply, who published them, document and accuracy."}
	case layers.Districts:
		return layerText{"区", "Districts", "区的范围。", "Areas of districts."}
	case layers.Towns:
		return layerText{"街镇", "Towns", "街道、镇和功能区的范围，合起来铺满全区。", "Areas of street offices, towns and functional areas, which together tile the district."}
	case layers.Units:
		return layerText{"单位", "Units", "承担责任的单位：部门、街镇、网格工作站、运营商等。没有几何图形。", "Units that are responsible for something: departments, towns, grid offices, carriers and others. They have no geometry."}
	case layers.Grids:
		return layerText{"网格", "Grids", "综合网格，管理的基本单元，合起来铺满全区。", "Comprehensive grids, the units of management, which together tile the district."}
	case layers.Communities:
		return layerText{"居村", "Communities", "居委会和村的范围。", "Areas of villages and residential organisations."}
	case layers.Overlays:
		return layerText{"街区、园区、楼宇、警务区", "Blocks, parks, buildings, police areas", "可以相互重叠的区域：街区、园区、楼宇、派出所辖区，以及区外的邻区。", "Areas that may overlap others: blocks, parks, buildings, areas of police stations, and the grounds of neighbours outside the district."}
	case layers.Segments:
		return layerText{"路段", "Segments", "两个路口之间的道路一侧，路内泊位沿其设置。", "Sides of roads between two cross streets, along which kerb zones lie."}
	case layers.Zones:
		return layerText{"潮汐泊位", "Tidal parking", "用途随时间变化的路内泊位区和停车场。", "Kerb zones and lots whose use changes with time."}
	case layers.Spaces:
		return layerText{"车位", "Parking spaces", "编号的车位。", "Numbered parking spaces."}
	case mvt.Hexagons:
		return layerText{"线杆计数", "Poles by hexagon", "H3 六边形及其中的线杆数，只有瓦片。", "H3 cells and how many utility poles they have, in tiles alone."}
	case layers.Poles:
		return layerText{"线杆", "Poles", "线杆及其权属、状况和处置状态。", "Utility poles with their owners, condition and state."}
	case layers.Notices:
		return layerText{"放假安排", "Days off", "各年放假和调休的通知，泊位时段、责任规则和时限都以此为准。没有几何图形。", "Notices of days off and make-up work days of a year, by which schedules, rules and deadlines go. They have no geometry."}
	case layers.Schedules:
		return layerText{"泊位时段", "Schedules", "潮汐泊位各版时段方案：何时停车、何时通行。没有几何图形。", "Revisions of what kerb zones are used for, and when. They have no geometry."}
	case layers.Activations:
		return layerText{"现场执行", "Activations", "潮汐泊位现场实际情况：摆桩、翻牌、清场。没有几何图形。", "What really happened in kerb zones: cones out, signs changed, lane cleared. They have no geometry."}
	case layers.Posts:
		return layerText{"岗位", "Posts", "网格、居村、街区、园区的岗位，不含个人信息。没有几何图形。", "Offices of grids, communities, blocks and parks; no persons. They have no geometry."}
	case layers.Contacts:
		return layerText{"值班联系", "Contacts", "单位和岗位的值班联系方式，仅限有权限的角色。", "How units and posts are reached on duty, for some roles only."}
	case layers.Categories:
		return layerText{"案件类别", "Categories", "案件类别树及其在部件事件、热线、算法、吹哨清单中的编码。没有几何图形。", "The tree of what reports are about, with the codes of other lists. They have no geometry."}
	case layers.Rules:
		return layerText{"责任规则", "Rules", "各版责任规则：何时适用、谁负责、何时办结。没有几何图形。", "Revisions of rules of responsibility: when they apply, who acts, by when. They have no geometry."}
	case layers.Agreements:
		return layerText{"毗邻协议", "Agreements", "相邻两网格沿共同边界由谁牵头。没有几何图形。", "Which of two grids leads along their common border. They have no geometry."}
	case layers.Refusals:
		return layerText{"退单", "Refusals", "单位认为不属本单位的记录及后续。没有几何图形。", "What units said is not theirs, and what became of it. They have no geometry."}
	case layers.Orders:
		return layerText{"临时管制", "Orders", "在一段时间内盖过时段方案的临时决定：应急、施工、活动。没有几何图形。", "Temporary orders that go before schedules: emergencies, works, events. They have no geometry."}
	case layers.Roads:
		return layerText{"道路", "Roads", "两个路口之间的道路。", "Roads between two junctions."}
	}
	return layerText{zh: string(l), en: string(l)}
}
