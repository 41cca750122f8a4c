package geopackage

import "context"

// FillUp makes the disk look full: the file may grow by no page from now on.
func (s *Store) FillUp(full bool) error {
	query := "PRAGMA max_page_count = 1"
	if !full {
		query = "PRAGMA max_page_count = 1073741823"
	}
	var n int64
	return s.w.QueryRowContext(context.Background(), query).Scan(&n)
}

// Pragma returns a PRAGMA of the writer, and of a reader.
func (s *Store) Pragma(name string) (writer, reader string, err error) {
	if err = s.w.QueryRowContext(context.Background(), "PRAGMA "+name).Scan(&writer); err == nil {
		err = s.read.QueryRowContext(context.Background(), "PRAGMA "+name).Scan(&reader)
	}
	return writer, reader, err
}
