package postgis

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"

	"wangge/layers/wkb"
)

// shape is a geometry on its way to or from the database. What cannot be decoded is kept in broken, so that one bad row does
// not end the reading of the others; NULL is a shape without either.
type shape struct {
	geometry orb.Geometry
	broken   error
}

// shapeCodec codes shapes as EWKB: the bytes themselves in the binary format, which the pool asks for, hexadecimal in text.
type shapeCodec struct{}

func (shapeCodec) FormatSupported(format int16) bool {
	return format == pgtype.BinaryFormatCode || format == pgtype.TextFormatCode
}

func (shapeCodec) PreferredFormat() int16 { return pgtype.BinaryFormatCode }

func (shapeCodec) PlanEncode(_ *pgtype.Map, _ uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(shape); !ok {
		return nil
	}
	return encodeShape{text: format == pgtype.TextFormatCode}
}

type encodeShape struct{ text bool }

func (e encodeShape) Encode(value any, buf []byte) ([]byte, error) {
	v, ok := value.(shape)
	if !ok {
		return nil, fmt.Errorf("postgis: cannot write %T as a geometry", value)
	}
	if v.geometry == nil {
		return nil, nil // NULL
	}
	b, err := wkb.EncodeExtended(v.geometry)
	if err != nil {
		return nil, fmt.Errorf("postgis: %w", err)
	}
	if e.text {
		return hex.AppendEncode(buf, b), nil
	}
	return append(buf, b...), nil
}

func (shapeCodec) PlanScan(_ *pgtype.Map, _ uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*shape); !ok {
		return nil
	}
	return scanShape{text: format == pgtype.TextFormatCode}
}

type scanShape struct{ text bool }

func (p scanShape) Scan(src []byte, target any) error {
	v, ok := target.(*shape)
	if !ok {
		return fmt.Errorf("postgis: cannot read a geometry into %T", target)
	}
	*v = shape{}
	if src == nil {
		return nil
	}
	if p.text {
		b, err := hex.DecodeString(string(src))
		if err != nil {
			v.broken = errors.New("is not hexadecimal EWKB")
			return nil
		}
		src = b
	}
	v.geometry, v.broken = wkb.DecodeExtended(src)
	return nil
}

// DecodeDatabaseSQLValue returns the bytes as they are.
func (shapeCodec) DecodeDatabaseSQLValue(_ *pgtype.Map, _ uint32, _ int16, src []byte) (driver.Value, error) {
	return append([]byte(nil), src...), nil
}

// DecodeValue returns a shape.
func (c shapeCodec) DecodeValue(_ *pgtype.Map, _ uint32, format int16, src []byte) (any, error) {
	var v shape
	err := scanShape{text: format == pgtype.TextFormatCode}.Scan(src, &v)
	return v, err
}

// registerShapes teaches a connection the type of the store's geometry columns. It asks a column for it, because the
// extension may be in any schema. In a database without a store there is nothing to register.
func registerShapes(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	var oid *uint32
	err := c.QueryRow(ctx, `SELECT (SELECT atttypid FROM pg_catalog.pg_attribute
		WHERE attrelid = to_regclass('wangge.poles') AND attname = 'geom')`).Scan(&oid)
	if err != nil || oid == nil {
		return err
	}
	c.TypeMap().RegisterType(&pgtype.Type{Name: "geometry", OID: *oid, Codec: shapeCodec{}})
	return nil
}
