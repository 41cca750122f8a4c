package postgis

// Newest is the number of the last migration.
func Newest() (int64, error) { return newest() }

const (
	LargeTx     = largeTx
	QueueLimit  = queueLimit
	Connections = connections
)
