package ui

import "testing"

func TestTheKeySkipsWhatLooksTheSame(t *testing.T) {
	for _, c := range []struct {
		from metaShow
		more bool
		want metaShow
	}{{metaOne, true, metaAll}, {metaOne, false, metaNone}, {metaAll, true, metaNone}, {metaAll, false, metaNone}, {metaNone, true, metaOne}, {metaNone, false, metaOne}} {
		if got := c.from.next(c.more); got != c.want {
			t.Errorf("from %d with more %v: to %d, wanted %d", c.from, c.more, got, c.want)
		}
	}
}
