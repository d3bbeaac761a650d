package session_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"remoteviewer/internal/session"
)

func TestRestraint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // its time is not the world's
		var r session.Restraint
		say := func(n int) (said []string) {
			for i := range n {
				if line, ok := r.Allow(fmt.Sprint("line ", i)); ok {
					said = append(said, line)
				}
			}
			return said
		}
		if said := say(30); len(said) != 10 || said[0] != "line 0" || said[9] != "line 9" {
			t.Fatalf("at first %q", said)
		}
		time.Sleep(4900 * time.Millisecond)
		if said := say(1); said != nil {
			t.Fatalf("before 5 s are over %q", said)
		}
		time.Sleep(100 * time.Millisecond)
		if said := say(6); !slices.Equal(said, []string{"line 0 (and 21 more like it)"}) {
			t.Fatalf("after 5 s %q", said)
		}
		time.Sleep(10 * time.Second)
		if said := say(7); !slices.Equal(said, []string{"line 0 (and 5 more like it)", "line 1"}) {
			t.Fatalf("after 10 s more %q", said)
		}
		time.Sleep(time.Hour)
		if said := say(30); len(said) != 10 || said[0] != "line 0 (and 5 more like it)" || said[1] != "line 1" {
			t.Fatalf("after an hour %q", said)
		}
	})
}

func TestRestrainedReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var codes []int
		var texts []string
		report := session.Restrained(func(code int, text string) { codes, texts = append(codes, code), append(texts, text) })
		for i := range 25 {
			report(i, "refused")
		}
		time.Sleep(5 * time.Second)
		report(77, "refused")
		if len(codes) != 11 || codes[10] != 77 || texts[10] != "refused (and 15 more like it)" {
			t.Fatalf("%d %q", codes, texts)
		}
	})
}
