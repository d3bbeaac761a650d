package cuda

import (
	"fmt"
	"sync"

	"remoteviewer/internal/pixel"
)

// event is behind a copy on its stream; 0 is none.
type event uint64

// place is what a pointer was found to be.
type place struct {
	context     uint64
	start, size uint64
	device      bool // a device's memory, or managed
	host        bool // the host's, and known to CUDA
	mapped      bool // may go on where this piece ends
}

// Memory is an image on a device, whose memory was found to be there.
type Memory struct {
	context, stream uint64
	first           uint64 // the lowest byte
	plan            plan
}

// Find looks at an image in device memory: pointer is that of channel 0 of pixel
// (0, 0), strides are as in pixel.Source, stream is the CUstream that makes the pixels.
// The Source says how the image will lie in a Copy's bytes. Nothing is copied yet.
func Find(f pixel.Format, pointer uint64, row, px, channel int, stream uint64) (Memory, pixel.Source, error) {
	p, src, err := newPlan(f, row, px, channel)
	if err != nil {
		return Memory{}, src, err
	}
	if err := Load(); err != nil {
		return Memory{}, src, err
	}
	first := pointer + uint64(p.lo)
	end := pointer + uint64(p.hi)
	if end <= first {
		return Memory{}, src, fmt.Errorf("%w: its strides leave the address space", pixel.ErrShape)
	}
	context, err := inside(pointer, first, end, stream)
	return Memory{context: context, stream: stream, first: first, plan: p}, src, err
}

// inside checks that all bytes from first up to end are a device's, in the
// allocation of pointer, and gives the context to copy them in.
func inside(pointer, first, end, stream uint64) (context uint64, err error) {
	at, err := look(pointer, stream)
	switch {
	case err != nil:
		return 0, err
	case at.host:
		return 0, fmt.Errorf("%w: 0x%x is host memory: send it as that, with memory = RV_MEMORY_HOST", ErrMemory, pointer)
	case !at.device:
		return 0, fmt.Errorf("%w: 0x%x is not a pointer to device memory that the driver knows", ErrMemory, pointer)
	}
	for context = at.context; at.mapped && at.start > first; {
		before, err := look(at.start-1, stream)
		if err != nil || !before.device || !before.mapped {
			break
		}
		at.start, at.size = before.start, at.size+(at.start-before.start)
	}
	for at.mapped && at.start+at.size < end {
		behind, err := look(at.start+at.size, stream)
		if err != nil || !behind.device || !behind.mapped || behind.start != at.start+at.size {
			break
		}
		at.size += behind.size
	}
	if first < at.start || end > at.start+at.size {
		return 0, fmt.Errorf("%w: the image needs bytes %d to %d of its allocation, which has %d", ErrMemory,
			int64(first-at.start), int64(end-at.start), at.size)
	}
	return context, nil
}

// Copy is pixels on their way into host memory.
type Copy struct {
	mu    sync.Mutex
	block *block
	size  int
	inUse bool // Wait is looking at the event
	gone  bool // released
}

// Start puts one copy on the image's stream and returns. Whatever is put on that
// stream afterwards may write to the image.
func (m Memory) Start() (*Copy, error) {
	n := m.plan.bytes()
	b, err := memory.get(int(n), m.context)
	if err != nil {
		return nil, err
	}
	b.context = m.context
	b.event, err = put(m.context, m.stream, m.first, b.address(), m.plan)
	if err != nil {
		if b.event == 0 {
			memory.put(b)
		} // else something may still be written to it: it is left alone for ever
		return nil, err
	}
	return &Copy{block: b, size: int(n)}, nil
}

// Bytes is where the pixels are once Wait has returned nil, until Release.
func (c *Copy) Bytes() []byte { return c.block.bytes[:c.size] }

// Wait waits for this copy, and for nothing else. It is called once at the most.
func (c *Copy) Wait() error {
	c.mu.Lock()
	b := c.block
	c.inUse = true
	c.mu.Unlock()
	err := wait(b.context, b.event)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inUse = false
	if c.gone {
		memory.put(b)
	}
	return err
}

// Release gives the memory back, also while the copy is under way or waited for;
// it is then used again when the copy is over. It never waits.
func (c *Copy) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return
	}
	c.gone = true
	if !c.inUse {
		memory.put(c.block)
	}
}
