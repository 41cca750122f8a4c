// Package postgis keeps the layers in one PostGIS database.
package postgis
