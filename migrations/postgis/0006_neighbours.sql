-- The ground of a neighbouring district or county is a kind of overlay.

-- +goose Up
-- +goose StatementBegin
ALTER TABLE wangge.overlays DROP CONSTRAINT overlays_kind_check,
    ADD CONSTRAINT overlays_kind_check CHECK (kind IN ('block', 'park', 'building', 'police_area', 'kept_clear', 'neighbour'));
COMMENT ON COLUMN wangge.overlays.kind IS 'block, park, building, police_area, kept_clear or neighbour';
-- +goose StatementEnd
