package main

import (
	"fmt"
	"math/rand/v2"

	"wangge/layers"
)

// describe draws what a pole is.
func describe(p *layers.Pole, r *rand.Rand) {
	p.MainUse = pick(r, "telecom", 34, "power", 30, "light", 16, "broadcast", 6, "traffic", 5, "camera", 4, "combined", 3, "unknown", 2)
	p.Material = pick(r, "concrete", 55, "steel", 30, "wood", 12, "composite", 3)
	if p.MainUse == "light" || p.MainUse == "traffic" || p.MainUse == "camera" {
		p.Material = "steel"
	}
	p.HeightM = float64(12+r.IntN(9)) / 2
	if p.MainUse == "power" {
		p.HeightM += 3
	}
	p.Condition = pick(r, "sound", 86, "leaning", 8, "cracked", 5, "stump", 1)
	p.Live = pick(r, "yes", 62, "no", 24, "unknown", 14)
	p.SurveyDate = fmt.Sprintf("2025-%02d-%02d", 3+r.IntN(2), 1+r.IntN(28))
}

// owner is the unit that poles of a use belong to.
func owner(use string, r *rand.Rand) string {
	switch use {
	case "power":
		return unitPower
	case "light":
		return unitLights
	case "traffic":
		return unitTraffic
	case "camera":
		return unitPolice
	case "broadcast":
		return unitBroadcast
	}
	return pick(r, unitTelecom, 45, unitMobile, 30, unitUnicom, 25)
}

// lifecycle draws the state of a pole, and who owns it if that is known.
func lifecycle(p *layers.Pole, n int, r *rand.Rand) {
	p.State = pick(r, "in_use", 800, "surveyed", 45, "reported", 25, "claim_open", 35, "claimed", 50, "disputed", 8, "unclaimed", 12,
		"ownerless_decided", 4, "keep", 5, "merge_planned", 5, "removal_scheduled", 8, "transferring", 3)
	if p.MainUse == "unknown" && p.State == "in_use" {
		p.State = "surveyed"
	}
	switch p.State {
	case "in_use":
		p.ClaimState = "none"
		day := fmt.Sprintf("20%02d-%02d-01", 12+r.IntN(12), 1+r.IntN(12))
		if p.MainUse == "combined" {
			p.Ownership = owned("record", day, unitLights, owner("telecom", r))
			return
		}
		basis := pick(r, "plate", 6, "record", 4)
		p.Ownership = owned(basis, day, owner(p.MainUse, r))
		if basis == "plate" {
			p.Plate = fmt.Sprintf("JS%s%06d", plateLetter(p.Ownership[0].Unit), 100000+n)
		}
	case "reported":
		p.ClaimState, p.SurveyDate, p.SurveyMethod, p.AccuracyM, p.Condition, p.Live = "none", "", "photo", 15, "unknown", "unknown"
	case "surveyed":
		p.ClaimState = "none"
	case "claim_open":
		p.ClaimState = "open"
	case "disputed":
		p.ClaimState = "disputed"
	case "unclaimed", "ownerless_decided":
		p.ClaimState = "unclaimed"
	default:
		p.ClaimState = "claimed"
		p.Ownership = owned("claim", mayDay(r), owner(p.MainUse, r))
		p.Plate = fmt.Sprintf("JS%s%06d", plateLetter(p.Ownership[0].Unit), 100000+n)
	}
}

// closed makes p a pole of the first batch: claimed in May 2025, removed, restored and closed.
func closed(p *layers.Pole, number int, r *rand.Rand) {
	p.MainUse, p.Live = pick(r, "telecom", 8, "broadcast", 1, "power", 1), "no"
	p.Condition = pick(r, "leaning", 5, "cracked", 4, "stump", 1)
	p.State, p.ClaimState, p.Batch, p.Site = "closed", "claimed", 1, fmt.Sprintf("TL5-%02d", number)
	p.SurveyDate = fmt.Sprintf("2025-04-%02d", 1+r.IntN(28))
	p.Ownership = owned("claim", mayDay(r), owner(p.MainUse, r))
}

func mayDay(r *rand.Rand) string { return fmt.Sprintf("2025-05-%02d", 1+r.IntN(31)) }

// owned divides a pole among units in equal shares from a day on.
func owned(basis, day string, units ...string) []layers.Ownership {
	from, err := layers.ParseDay(day)
	if err != nil {
		from = validFrom // the days of this file are dates
	}
	var out []layers.Ownership
	for _, u := range units {
		out = append(out, layers.Ownership{Unit: u, Share: 1 / float64(len(units)), Basis: basis, From: from})
	}
	return out
}

// plateLetter starts the number on a plate: whose it is.
func plateLetter(unit string) string {
	switch unit {
	case unitPower:
		return "D"
	case unitTelecom:
		return "T"
	case unitMobile:
		return "M"
	case unitUnicom:
		return "U"
	}
	return "S"
}

// pick draws one of several texts, each followed by its weight.
func pick(r *rand.Rand, choices ...any) string {
	sum := 0
	for i := 1; i < len(choices); i += 2 {
		sum += choices[i].(int)
	}
	n := r.IntN(sum)
	for i := 1; ; i += 2 {
		if n -= choices[i].(int); n < 0 {
			return choices[i-1].(string)
		}
	}
}
