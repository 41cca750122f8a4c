package web_test

import "testing"

// TestMap looks at what the map draws, with one browser and one service. The first window is small, because what it draws is not
// looked at.
func TestMap(t *testing.T) {
	s := serve(t)
	a := open(t, s.url, "/#lang=zh&theme=light&on=towns&v=9/121.2/30.8", 400, 300, "zh-CN")
	t.Run("an edit elsewhere", func(t *testing.T) { followed(t, s, a) })
	t.Run("tiles", func(t *testing.T) { readByWorker(t, s, a) })
	t.Run("hexagons", func(t *testing.T) { hexagons(t, s, a) })
	t.Run("print", func(t *testing.T) { printed(t, s, a) })
}
