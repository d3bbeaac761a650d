package cuda

import (
	"math"

	"remoteviewer/internal/pixel"
)

// plan is one copy: height rows of width bytes, pitch bytes apart on the device and
// none in host memory. A copy in one piece has height 1.
type plan struct {
	lo, hi int64 // bytes of the device that belong to the image, relative to its first pixel
	width  int64
	height int64
	pitch  int64
}

// bytes is what the copy takes up in host memory.
func (p plan) bytes() int64 { return p.width * p.height }

// shortestRow is from where rows are worth a copy by rows: shorter ones go slowly.
const shortestRow = 64

// largestPitch is what every driver takes.
const largestPitch = math.MaxInt32

// axis is one direction of an image in memory.
type axis struct {
	n      int64
	stride *int
}

// newPlan finds the copy with the fewest bytes, and how the image lies in what it
// makes: all of the memory that it covers, or its rows without what is between them.
func newPlan(f pixel.Format, row, px, channel int) (plan, pixel.Source, error) {
	lo, hi, err := f.Extent(row, px, channel)
	if err != nil {
		return plan{}, pixel.Source{}, err
	}
	src := f.Strides(row, px, channel)
	src.Offset = -lo
	p := plan{lo: int64(lo), hi: int64(hi), width: int64(hi - lo), height: 1}
	p.pitch = p.width
	axes := []axis{{int64(f.Height), &src.Row}, {int64(f.Width), &src.Pixel}, {int64(len(f.Channels)), &src.Channel}}
	byRows(&p, &src, axes, int64(f.DType.Size()))
	return p, src, nil
}

// byRows makes rows of the longest piece that has gaps behind it, if that is
// noticeably less.
func byRows(p *plan, src *pixel.Source, axes []axis, size int64) {
	axes = inOrder(axes)
	covered := size // by the axes inside of the one looked at
	for i, a := range axes {
		step := abs(*a.stride)
		if step > covered && covered >= shortestRow && step <= largestPitch {
			outer, ok := together(axes[i:])
			if ok && outer*covered <= p.width-p.width/64 {
				p.width, p.height, p.pitch = covered, outer, step
				tighten(src, axes[i:], step, covered)
				return
			}
		}
		covered += step * (a.n - 1)
	}
}

// inOrder gives the axes that go anywhere, the smallest stride first.
func inOrder(axes []axis) []axis {
	kept := axes[:0]
	for _, a := range axes {
		if a.n == 1 {
			continue
		}
		at := len(kept)
		for at > 0 && abs(*kept[at-1].stride) > abs(*a.stride) {
			at--
		}
		kept = append(kept, axis{})
		copy(kept[at+1:], kept[at:])
		kept[at] = a
	}
	return kept
}

// together is how many rows these axes make when each goes on where the one inside
// of it ends, as the planes of padded rows do.
func together(axes []axis) (rows int64, ok bool) {
	rows = 1
	step := abs(*axes[0].stride)
	for _, a := range axes {
		if abs(*a.stride) != step*rows {
			return 0, false
		}
		rows *= a.n
	}
	return rows, true
}

// tighten makes the strides of rows that were pitch bytes apart those of rows
// without gaps, and puts the first pixel where it is then.
func tighten(src *pixel.Source, axes []axis, pitch, width int64) {
	rows := int64(src.Offset) / pitch // before the first pixel's
	within := int64(src.Offset) - rows*pitch
	src.Offset = int(rows*width + within)
	for _, a := range axes {
		*a.stride = int(int64(*a.stride) / pitch * width)
	}
}

func abs(n int) int64 {
	if n < 0 {
		return -int64(n)
	}
	return int64(n)
}
