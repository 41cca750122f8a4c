package api

import "wangge/layers"

func (s *Server) searchOperations() []operation { return nil }

type nameIndex struct{}

func newNameIndex(s *layers.Snapshot, before *nameIndex) *nameIndex { return &nameIndex{} }
