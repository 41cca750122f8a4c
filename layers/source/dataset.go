package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"

	"wangge/layers"
)

// Dataset is everything that a store is filled with at once.
type Dataset struct {
	Settings layers.Settings
	// Features stand in the order in which they depend on each other: layer by layer as layers.All, a parent unit before its children.
	Features []layers.Feature
}

// datasetManifest is what this package reads of manifest.json.
type datasetManifest struct {
	Settings layers.Settings `json:"settings"`
	Layers   []datasetFile   `json:"layers"`
}

type datasetFile struct {
	Layer    layers.Layer `json:"layer"`
	File     string       `json:"file"`
	Features int          `json:"features"`
	SHA256   string       `json:"sha256"`
}

// ReadDataset reads manifest.json and the files that it names, the demonstration district of package data for one. Each file must have
// the checksum and the number of features of the manifest, every feature must be valid, and every reference must be to a feature of
// the set. Errors name the file; those about content are of kind layers.ErrInvalid.
func ReadDataset(fsys fs.FS) (Dataset, error) {
	raw, err := fs.ReadFile(fsys, "manifest.json")
	if err != nil {
		return Dataset{}, fmt.Errorf("source: read data set: %w", err)
	}
	var m datasetManifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return Dataset{}, fmt.Errorf("source: manifest.json: %w: %w", layers.ErrInvalid, err)
	}
	byLayer := map[layers.Layer]datasetFile{}
	for _, f := range m.Layers {
		if _, ok := f.Layer.Info(); !ok {
			return Dataset{}, fmt.Errorf("source: manifest.json: %w: no layer is called %.40q", layers.ErrInvalid, f.Layer)
		}
		if _, twice := byLayer[f.Layer]; twice {
			return Dataset{}, fmt.Errorf("source: manifest.json: %w: layer %s is there twice", layers.ErrInvalid, f.Layer)
		}
		byLayer[f.Layer] = f
	}
	set := Dataset{Settings: m.Settings}
	known := map[layers.Key]bool{}
	for _, info := range layers.All() {
		f, ok := byLayer[info.Layer]
		if !ok {
			continue
		}
		list, err := f.read(fsys, m.Settings)
		if err != nil {
			return Dataset{}, err
		}
		if err := refer(f.File, list, known); err != nil {
			return Dataset{}, err
		}
		set.Features = append(set.Features, list...)
	}
	return set, nil
}

// read reads one file and compares it with the manifest.
func (f datasetFile) read(fsys fs.FS, settings layers.Settings) ([]layers.Feature, error) {
	raw, err := fs.ReadFile(fsys, f.File)
	if err != nil {
		return nil, fmt.Errorf("source: read data set: %w", err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != f.SHA256 {
		return nil, fmt.Errorf("source: %s: %w: its SHA-256 is %x, the manifest says %.64s", f.File, layers.ErrInvalid, sum, f.SHA256)
	}
	list, err := ReadFeatures(context.Background(), bytes.NewReader(raw), f.File, f.Layer, settings)
	if err != nil {
		return nil, err
	}
	if len(list) != f.Features {
		return nil, fmt.Errorf("source: %s: %w: has %d features, the manifest says %d", f.File, layers.ErrInvalid, len(list), f.Features)
	}
	return list, nil
}

// refer adds the features of a file to those known, and checks that what they refer to is known.
func refer(file string, list []layers.Feature, known map[layers.Key]bool) error {
	for _, f := range list {
		known[layers.Key{Layer: f.Layer(), ID: f.Head().ID}] = true
	}
	for _, f := range list {
		for _, r := range layers.Refs(f) {
			if !known[layers.Key{Layer: r.To, ID: r.ID}] {
				return fmt.Errorf("source: %s: %w", file, &layers.Invalid{Layer: f.Layer(), ID: f.Head().ID, Issues: []layers.Issue{r.Missing()}})
			}
		}
	}
	return nil
}
