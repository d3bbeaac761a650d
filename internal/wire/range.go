package wire

import "fmt"

// checkIntegers holds a message's integer fields against the range, which a
// float in their place, or JSON's digits, may have left. What is taken here
// goes on to other peers.
func checkIntegers(m Message) error {
	var ok bool
	switch m := m.(type) {
	case *Ping:
		ok = within(m.ID, m.SentNs)
	case *Pong:
		ok = within(m.ID, m.SentNs, m.ReceivedNs)
	case *Images:
		ok = m.Seq <= MaxInt && within(int64(m.Waiting), m.GivenNs, m.SentNs)
		if c := m.Camera; c != nil {
			ok = ok && c.Seq <= MaxInt && within(int64(c.Width), int64(c.Height))
		}
		for i := range m.Images {
			img := &m.Images[i]
			ok = ok && within(int64(img.Width), int64(img.Height), int64(img.Quality), img.Bytes)
		}
	case *Want:
		ok = within(int64(m.Quality))
	case *Ack:
		ok = m.Seq <= MaxInt && within(m.DecodedNs, m.ShownNs)
	case *Cameras:
		ok = within(int64(m.Width), int64(m.Height))
	case *Camera:
		ok = m.Seq <= MaxInt && within(m.SentNs, int64(m.Width), int64(m.Height))
	case *View:
		ok = within(int64(m.Width), int64(m.Height))
	case *Hello:
		ok = within(m.Limits.Head, m.Limits.Images, m.Limits.Side, m.Limits.List, m.Limits.Name, m.Limits.Meta)
		for _, v := range m.Versions {
			ok = ok && within(int64(v))
		}
	case *Controls:
		ok = m.Seen <= MaxInt
		for i := range m.Items {
			ok = ok && within(int64(m.Items[i].Channels))
		}
	case *Control:
		ok = m.N <= MaxInt && m.Seen <= MaxInt
	case *Event:
		ok = m.ID <= MaxInt && m.List <= MaxInt
	case *Answer:
		ok = m.ID <= MaxInt
	default:
		ok = true
	}
	if !ok {
		return fmt.Errorf("%w: a %q message with an integer beyond 2^53-1", ErrLimit, m.messageType())
	}
	return nil
}

func within(values ...int64) bool {
	for _, v := range values {
		if v > MaxInt || v < -MaxInt {
			return false
		}
	}
	return true
}
