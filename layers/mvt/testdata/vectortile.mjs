// Reads vector tiles with the libraries that web maps read them with, and writes what it read, a line of JSON a tile:
//
//	node vectortile.mjs NODE_MODULES FOLDER
//
// A line is {"file", "problems": [text], "layers": [{"name", "version", "extent", "features": [...]}]}; a feature has id, type,
// properties and geometry. The geometry of a polygon is a list of polygons, each an exterior and its holes, as the library groups
// them. Rings that are wound wrongly are problems.
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, folder] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(join(resolve(modules), path)).href)
const { VectorTile, classifyRings } = await load('@mapbox/vector-tile/index.js')
const { PbfReader } = await load('pbf/index.js')

const polygon = 3

// areaOf is twice the signed area of a ring; y grows downwards.
function areaOf(ring) {
	let sum = 0
	for (let i = 1; i < ring.length; i++) sum += ring[i - 1].x * ring[i].y - ring[i].x * ring[i - 1].y
	return sum
}

function windingOf(polygons) {
	for (const rings of polygons) {
		for (const [i, ring] of rings.entries()) {
			if (areaOf(ring) > 0 !== (i === 0)) return `ring ${i} of a polygon is wound wrongly`
		}
	}
	return ''
}

const positions = (line) => line.map(({ x, y }) => [x, y])

function readFeature(feature, problem) {
	const { id, type, properties } = feature
	const parts = feature.loadGeometry()
	if (type !== polygon) return { id, type, properties, geometry: parts.map(positions) }
	const polygons = classifyRings(parts)
	const wrong = windingOf(polygons)
	if (wrong) problem(`${properties.id}: ${wrong}`)
	return { id, type, properties, geometry: polygons.map((rings) => rings.map(positions)) }
}

function readLayer(layer, problem) {
	const features = []
	for (let i = 0; i < layer.length; i++) features.push(readFeature(layer.feature(i), problem))
	return { name: layer.name, version: layer.version, extent: layer.extent, features }
}

function readTile(file) {
	const problems = []
	const layers = []
	try {
		const tile = new VectorTile(new PbfReader(readFileSync(join(folder, file))))
		for (const name of Object.keys(tile.layers)) {
			layers.push(readLayer(tile.layers[name], (text) => problems.push(`${name} ${text}`)))
		}
	} catch (error) {
		problems.push(String(error))
	}
	return { file, problems, layers }
}

console.warn = console.error = (...words) => {
	process.stderr.write(`${words.join(' ')}\n`)
}
for (const file of readdirSync(folder).filter((name) => name.endsWith('.mvt')).sort()) {
	if (!process.stdout.write(`${JSON.stringify(readTile(file))}\n`)) await once(process.stdout, 'drain')
}
