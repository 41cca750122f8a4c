// Package tileset writes the vector tiles of a district into one file: PMTiles version 3 for a web server or a CDN that knows nothing
// of maps, or MBTiles 1.3 for tile servers and GIS programs.
//
//	Plan ─ Open ─▶ Run ─ Make ─▶ FILE.part, an SQLite file with all tiles so far ─ Finish ─▶ FILE
//
// A Plan says which tiles: layers, zooms, a box, an instant, a revision of a store. Make packs them on every core and keeps them in
// the order of PMTiles' ids; Finish writes the file that was asked for beside the work file and gives it its name when it is complete.
//
// # What is promised
//
// The same Plan, district and program give the same bytes, however often the run was stopped in between and on however many cores it
// ran. Every tile that mvt.Atlas makes bytes of within zooms and box is in the file, compressed with gzip; a tile without bytes is not.
// Tiles of one content are stored once. Nothing is ever half there under the final name.
//
// A run that was stopped in any way (Ctrl-C, kill -9, a full disk, a power cut) loses up to a second of work. One process at a time
// works on a file. Memory does not grow with the number of tiles, but for about three bytes for each while a PMTiles file is finished.
//
// Why it is so, and what was tried beside it, is in DECISIONS.md.
package tileset
