package source

// ParseBlob lets the fuzz test reach the decoder without a database in between.
var ParseBlob = parseBlob
