package postgis_test

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"wangge/layers"
	"wangge/layers/storetest"
)

// poisons spoil a row each, past the store's triggers and constraints, as a superuser can, on a session of their own.
func poisons(run func(statements ...string) error) []storetest.Poison {
	spoil := func(l layers.Layer, set string, before ...string) func(string) error {
		return func(id string) error {
			statements := []string{"SET session_replication_role = replica"}
			if before != nil { // a column that a view shows cannot be altered
				statements = append(statements, fmt.Sprintf("DROP VIEW IF EXISTS wangge.%s_present", l))
			}
			for _, alter := range before {
				statements = append(statements, fmt.Sprintf("ALTER TABLE wangge.%s %s", l, alter))
			}
			return run(append(statements, fmt.Sprintf("UPDATE wangge.%s SET %s WHERE id = '%s'", l, set, id))...)
		}
	}
	var out []storetest.Poison
	add := func(name string, l layers.Layer, set string, before ...string) {
		out = append(out, storetest.Poison{Name: name, Layer: l, Spoil: spoil(l, set, before...)})
	}
	free := func(l layers.Layer, column string) string { return "DROP CONSTRAINT " + string(l) + "_" + column }
	// A column of any geometry, as an older or a careless schema may have it.
	loose := []string{"DROP CONSTRAINT IF EXISTS poles_geom", "ALTER COLUMN geom TYPE geometry", "ALTER COLUMN geom DROP NOT NULL"}
	looseZones := []string{"DROP CONSTRAINT IF EXISTS zones_geom", "ALTER COLUMN geom TYPE geometry"}
	looseOverlays := []string{"DROP CONSTRAINT IF EXISTS overlays_geom", "ALTER COLUMN geom TYPE geometry"}

	add("not a number", layers.Poles, "geom = '"+hexOf(orb.Point{math.NaN(), 30.7})+"'", "DROP CONSTRAINT poles_geom")
	add("infinite", layers.Poles, "geom = '"+hexOf(orb.Point{121.3, math.Inf(-1)})+"'")
	add("metres for degrees", layers.Poles, "geom = '"+hexOf(orb.Point{13503000, 3593000})+"'")
	add("an empty point", layers.Poles, "geom = 'SRID=4490;POINT EMPTY'")
	add("no geometry", layers.Poles, "geom = NULL", loose...)
	add("another reference system", layers.Poles, "geom = 'SRID=3857;POINT(121.3 30.7)'", loose...)
	add("no reference system", layers.Poles, "geom = 'POINT(121.3 30.7)'", loose...)
	add("a point with Z", layers.Poles, "geom = 'SRID=4490;POINT Z (121.3 30.7 5)'", loose...)
	add("a point with M", layers.Poles, "geom = 'SRID=4490;POINT M (121.3 30.7 5)'", loose...)
	add("a line for a point", layers.Poles, "geom = 'SRID=4490;LINESTRING(121.3 30.7, 121.4 30.7)'", loose...)
	add("many points for a point", layers.Poles, "geom = 'SRID=4490;MULTIPOINT(121.3 30.7, 121.4 30.7)'", loose...)
	add("a collection", layers.Poles, "geom = 'SRID=4490;GEOMETRYCOLLECTION(GEOMETRYCOLLECTION EMPTY)'", loose...)
	add("an arc", layers.Poles, "geom = 'SRID=4490;CIRCULARSTRING(121.3 30.7, 121.31 30.71, 121.32 30.7)'", loose...)
	add("a triangle", layers.Zones, "geom = 'SRID=4490;TRIANGLE((121.3 30.7, 121.31 30.71, 121.32 30.7, 121.3 30.7))'", looseZones...)
	add("a curved polygon", layers.Zones, "geom = 'SRID=4490;CURVEPOLYGON(CIRCULARSTRING(121.3 30.7, 121.31 30.71, 121.3 30.7))'", looseZones...)
	add("an empty polygon", layers.Zones, "geom = 'SRID=4490;POLYGON EMPTY'", looseZones...)
	add("a polygon that crosses itself", layers.Zones, "geom = 'SRID=4490;POLYGON((121.3 30.7, 121.31 30.71, 121.31 30.7, 121.3 30.71, 121.3 30.7))'", looseZones...)
	add("a polygon of no area", layers.Zones, "geom = 'SRID=4490;POLYGON((121.3 30.7, 121.31 30.71, 121.3 30.7, 121.3 30.7))'", looseZones...)
	add("an empty MultiPolygon", layers.Overlays, "geom = 'SRID=4490;MULTIPOLYGON EMPTY'", looseOverlays...)
	add("members of another type", layers.Overlays, "geom = 'SRID=4490;MULTICURVE((121.3 30.7, 121.4 30.7))'", looseOverlays...)
	add("a line of two equal points", layers.Roads, "geom = 'SRID=4490;LINESTRING(121.3 30.7, 121.3 30.7)'")
	add("no version", layers.Roads, "version = NULL", "ALTER COLUMN version DROP NOT NULL")
	add("no revision", layers.Roads, "rev_from = NULL", "ALTER COLUMN rev_from DROP NOT NULL")
	add("no start", layers.Roads, "valid_from = NULL", "ALTER COLUMN valid_from DROP NOT NULL")
	add("a start before all times", layers.Roads, "valid_from = '-infinity'", free(layers.Roads, "valid_from"))
	add("a start in antiquity", layers.Roads, "valid_from = '0044-03-15 12:00:00+00 BC'")
	add("an end after all times", layers.Roads, "valid_to = 'infinity'", free(layers.Roads, "valid_to"))
	add("an end before the start", layers.Roads, "valid_to = '1999-01-01 00:00:00+00'", free(layers.Roads, "valid"))
	add("minus two lanes", layers.Roads, "lanes = -2")
	add("a class that is none of the list", layers.Roads, "class = 'fine'", free(layers.Roads, "class_check"))
	add("a height that is not a number", layers.Poles, "height_m = 'NaN'")
	add("an infinite height", layers.Poles, "height_m = 'Infinity'")
	add("JSON of another kind", layers.Poles, `ownership = '{"unit": 7}'`)
	add("JSON null", layers.Poles, `ownership = '[null]'`)
	add("a share of three", layers.Poles, `ownership = '[{"unit":"x_0","share":3,"basis":"plate"}]'`)
	add("a number for a name", layers.Towns, `aliases = '[7]'`)
	add("a condition that is none of the list", layers.Poles, "condition = 'fine'", free(layers.Poles, "condition_check"))
	add("a name with a control character", layers.Segments, "name = 'a' || chr(8) || 'b'")
	add("a name that turns the direction", layers.Segments, "name = 'a' || chr(8238) || 'b'")
	add("a name of two thousand bytes", layers.Segments, "name = repeat('a', 2000)")
	add("a code that is no code", layers.Grids, "code = 'no code!'")
	add("an empty id", layers.Units, "id = ''")
	return out
}
