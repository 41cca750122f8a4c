package postgis

// For the tests of the codec, which no exported function reaches with bytes.
var (
	DecodeGeometry = decodeGeometry
	EncodeGeometry = encodeGeometry
)

// Newest is the number of the last migration.
func Newest() (int64, error) { return newest() }

const (
	LargeTx     = largeTx
	QueueLimit  = queueLimit
	Connections = connections
)
