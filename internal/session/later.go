package session

import (
	"errors"
	"fmt"
	"slices"

	"remoteviewer/internal/pixel"
)

// Later is pixels on their way into host memory, as from a device.
type Later interface {
	// Bytes is where they will be. They are looked at once Wait has returned nil,
	// until Release.
	Bytes() []byte
	// Wait waits until they are there. It is called once at the most, by a
	// goroutine of the session.
	Wait() error
	// Release gives the memory back, also while they are on their way; it never waits.
	Release()
}

// comingLimit is how many lists of a stream wait for their pixels, beside those
// that have to be seen each.
const comingLimit = 2

// coming is an image of a list whose pixels come later, and how they will lie.
type coming struct {
	Later
	source pixel.Source
}

// start puts an image's pixels on their way.
func (l *list) start(i int, g *Given) error {
	later, err := g.Start()
	if err != nil {
		return fmt.Errorf("image %q: %w", l.names[i], err)
	}
	if l.later == nil {
		l.later = make([]coming, len(l.images))
	}
	l.later[i] = coming{Later: later, source: g.Source}
	return nil
}

// arrive waits for the pixels of a list. What lies packed is used where it is;
// the rest is rearranged here, once.
func (l *list) arrive() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	for i := range l.later {
		c, img := &l.later[i], &l.images[i]
		if c.Later == nil {
			continue
		}
		if err := c.Wait(); err != nil {
			return fmt.Errorf("image %q: %w", l.names[i], err)
		}
		c.source.Data = c.Bytes()
		if img.Format.Packed(c.source) {
			img.Pix = c.source.Data[:img.Format.Bytes()]
			continue
		}
		img.Pix = l.pool.Get(img.Format.Bytes())
		err := img.Format.CopyFrom(img.Pix, c.source)
		c.Release()
		*c = coming{}
		if err != nil {
			return fmt.Errorf("image %q: %w", l.names[i], err)
		}
	}
	return nil
}

// await leaves a list to the goroutine that waits for pixels of its stream, in the
// order of the calls. The mutex is held.
func (r *Renderer) await(s *stream, l *list) {
	s.coming = append(s.coming, l)
	if len(s.coming) == 1 {
		go r.arrivals(s)
		return
	}
	// The first is waited for now and will be shown; of the others the newest counts.
	newest, n := len(s.coming)-1, 0
	s.coming = slices.DeleteFunc(s.coming, func(l *list) bool {
		n++
		void := n > 1 && n <= newest && newest >= comingLimit && !l.every
		if void {
			r.stats.Dropped++
			l.release()
		}
		return void
	})
}

// arrivals waits for the lists of a stream, one after the other, until there are
// none. Close doesn't wait for it: a device may take any time.
func (r *Renderer) arrivals(s *stream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(s.coming) > 0 {
		l := s.coming[0]
		r.mu.Unlock()
		err := l.arrive()
		r.mu.Lock()
		s.coming = slices.Delete(s.coming, 0, 1)
		if l.every {
			s.reserved--
		}
		switch {
		case r.freed:
			l.release()
		case errors.Is(err, ErrInternal):
			r.fail(err)
			return
		case err != nil:
			r.lose(l, err)
		default:
			r.place(s, l)
		}
		r.changed.wake()
	}
}

// lose drops a list whose pixels did not come. The mutex is held.
func (r *Renderer) lose(l *list, err error) {
	r.stats.Failed++
	r.say(fmt.Sprintf("list %d is not shown: %v", l.seq, err), &r.lost)
	l.release()
	r.trigger() // or who waits for its acknowledgement would wait for ever
}

// drop gives lists back whose pixels are not there yet. That which is waited for
// now is the goroutine's. The mutex is held.
func (s *stream) drop() {
	for _, l := range s.coming[min(1, len(s.coming)):] {
		l.release()
	}
	s.coming = s.coming[:min(1, len(s.coming))]
}
