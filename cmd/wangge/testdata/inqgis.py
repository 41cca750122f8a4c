"""Reads what the service and its store have to offer as a user of QGIS does, and writes what it found as JSON.

    python3 inqgis.py JOB.json

The job names the address of the service, the GeoPackage, the maps to draw and the collections to read; see qgis_test.go.
What is right is for the test to say: this program only reports what QGIS finds.
"""

import collections
import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

MERCATOR = QgsCoordinateReferenceSystem("EPSG:3857")
DEGREES = QgsCoordinateReferenceSystem("OGC:CRS84")


def symbol_of(geometry, color):
    """A symbol without outline, in one colour."""
    if geometry == "Polygon":
        return QgsFillSymbol.createSimple({"color": color, "outline_style": "no"})
    if geometry == "LineString":
        return QgsLineSymbol.createSimple({"color": color, "width": "0.6"})
    return QgsMarkerSymbol.createSimple({"color": color, "size": "1.5", "outline_style": "no"})


def style_of(layer, geometry, color, where=""):
    kind = {"Polygon": QgsWkbTypes.PolygonGeometry, "LineString": QgsWkbTypes.LineGeometry, "Point": QgsWkbTypes.PointGeometry}[geometry]
    style = QgsVectorTileBasicRendererStyle(layer, layer, kind)
    style.setSymbol(symbol_of(geometry, color))
    style.setFilterExpression(where)
    style.setEnabled(True)
    return style


def draw(tiles, styles, box, size):
    """Draws the layer of tiles, and returns the image and what went wrong."""
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(styles)
    tiles.setRenderer(renderer)
    settings = QgsMapSettings()
    settings.setLayers([tiles])
    settings.setDestinationCrs(MERCATOR)
    west, south, east, north = box
    to_mercator = QgsCoordinateTransform(DEGREES, MERCATOR, QgsProject.instance())
    settings.setExtent(to_mercator.transformBoundingBox(QgsRectangle(west, south, east, north)))
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("white"))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    extent = settings.visibleExtent()
    return job.renderedImage(), [e.message for e in job.errors()], [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]


def colors_of(image):
    """How many pixels each colour has, but for white."""
    image = image.convertToFormat(QImage.Format_RGB32)
    words = memoryview(bytes(image.constBits().asarray(image.sizeInBytes()))).cast("I")
    count = collections.Counter()
    for word, n in collections.Counter(words).items():
        count[word & 0xFFFFFF] += n
    count.pop(0xFFFFFF, None)
    return {f"#{color:06x}": n for color, n in count.items()}


def draw_map(job, one):
    """One map of the job: each style is a layer, a geometry, a colour, and a condition."""
    names = ",".join(one["layers"])
    url = f"{job['url']}/tiles/{names}/{{z}}/{{x}}/{{y}}.mvt"
    tiles = QgsVectorTileLayer(f"type=xyz&url={url}&zmin=0&zmax={one['max_zoom']}", one["name"])
    styles = [style_of(s["layer"], s["geometry"], s["color"], s.get("where", "")) for s in one["styles"]]
    image, errors, extent = draw(tiles, styles, one["box"], one["size"])
    image.save(one["image"])
    return {"valid": tiles.isValid(), "errors": errors, "extent": extent, "pixels": colors_of(image)}


def open_collection(job, name, page):
    uri = QgsDataSourceUri()
    uri.setParam("url", job["url"])
    uri.setParam("typename", name)
    uri.setParam("restrictToRequestBBOX", "1")
    uri.setParam("pagingEnabled", "true")
    uri.setParam("pageSize", str(page))
    return QgsVectorLayer(uri.uri(False), name, "OAPIF")


def read_collection(job, one):
    """All features, page by page; and in a layer of its own those of a box."""
    layer = open_collection(job, one["name"], one["page"])
    if not layer.isValid():
        return {"valid": False}
    ids, null, invalid = [], 0, 0
    for feature in layer.getFeatures():
        ids.append(feature["id"])
        null += feature.geometry().isNull()
        invalid += not feature.geometry().isNull() and not feature.geometry().isGeosValid()
    found = {
        "valid": True,
        "crs": layer.crs().authid(),
        "counted": layer.featureCount(),
        "ids": sorted(ids),
        "fields": [f.name() for f in layer.fields()],
        "without_geometry": null,
        "invalid": invalid,
    }
    if "box" in one:
        # With the coordinates of the layer, whatever order its CRS has: QGIS always has x before y.
        boxed = open_collection(job, one["name"], one["page"])
        request = QgsFeatureRequest().setFilterRect(QgsRectangle(*one["box"]))
        request.setFlags(QgsFeatureRequest.ExactIntersect)
        found["in_box"] = sorted(f["id"] for f in boxed.getFeatures(request))
    return found


def read_geopackage(job):
    path = job["geopackage"]
    found = {}
    whole = QgsVectorLayer(path, "store", "ogr")
    for line in whole.dataProvider().subLayers():
        name = line.split("!!::!!")[1]
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        found[name] = {
            "valid": layer.isValid(),
            "counted": layer.featureCount(),
            "read": sum(1 for _ in layer.getFeatures()),
            "crs": layer.crs().authid(),
            "spatial": layer.isSpatial(),
            "indexed": layer.hasSpatialIndex() == QgsFeatureSource.SpatialIndexPresent,
            "fields": [f.name() for f in layer.fields()],
        }
    return found


def edit_geopackage(job, one):
    """Changes an attribute, and the place of a point if the edit has one, and commits."""
    layer = QgsVectorLayer(f"{job['geopackage']}|layername={one['layer']}", one["layer"], "ogr")
    (feature,) = list(layer.getFeatures(QgsFeatureRequest().setFilterExpression(f"\"id\" = '{one['id']}'")))
    started = layer.startEditing()
    changed = layer.changeAttributeValue(feature.id(), layer.fields().indexOf(one["field"]), one["value"])
    if "point" in one:
        changed = changed and layer.changeGeometry(feature.id(), QgsGeometry.fromPointXY(QgsPointXY(*one["point"])))
    committed = layer.commitChanges()
    return {"started": started, "changed": changed, "committed": committed, "errors": layer.commitErrors()}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    application = QgsApplication([], False)
    application.initQgis()
    found = {
        "maps": {one["name"]: draw_map(job, one) for one in job["maps"]},
        "collections": {one["name"]: read_collection(job, one) for one in job["collections"]},
        "geopackage": read_geopackage(job),
        "edits": [edit_geopackage(job, one) for one in job["edits"]],
    }
    with open(job["found"], "w", encoding="utf-8") as file:
        json.dump(found, file)
    application.exitQgis()


main()
