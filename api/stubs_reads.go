package api

import "wangge/layers"

func (s *Server) lookupOperations() []operation { return nil }
func (s *Server) answerOperations() []operation { return nil }
func (s *Server) searchOperations() []operation { return nil }
func (s *Server) tileOperations() []operation   { return nil }
func (s *Server) styleOperations() []operation  { return nil }

type nameIndex struct{}

func newNameIndex(s *layers.Snapshot, before *nameIndex) *nameIndex { return &nameIndex{} }
