package cuda

import (
	"math/bits"
	"slices"
	"sync"
	"unsafe"
)

const (
	idleLimit   = 256 << 20 // page-locked bytes that are kept for later
	lockedLimit = 1 << 30   // page-locked bytes in all; beyond, copies go to plain memory
)

// block is a piece of host memory that a copy goes to.
type block struct {
	bytes   []byte // whole pages, a size class
	locked  bool
	locker  uint64 // the context that it was locked in
	context uint64 // the event's
	event   event  // behind the copy into it; 0: there is none under way
}

func (b *block) address() uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b.bytes)))) }

// pool hands out page-locked memory again and again. What a copy goes to is used
// again when that copy is over, and not before.
type pool struct {
	mu     sync.Mutex // held for bookkeeping, and to ask for events
	idle   []*block   // the longest unused first
	flying []*block   // given back while their copy was under way, the oldest first
	kept   int        // bytes of idle
	locked int        // bytes that are page-locked
}

var memory pool // one for all sessions: it is the machine's memory that counts

// sizeClass rounds up to an eighth of a power of two, at least a page.
func sizeClass(n int) int {
	if n <= 4096 {
		return 4096
	}
	step := max(4096, 1<<(bits.Len(uint(n-1))-4))
	return (n + step - 1) / step * step
}

// get takes memory for n bytes: idle memory of that size, else new memory, locked
// for the context given. Only who would need more than lockedLimit waits, for the
// oldest copy whose pixels nobody wants any more.
func (p *pool) get(n int, context uint64) (*block, error) {
	class := sizeClass(n)
	b, busy := p.reserve(class)
	for busy != nil {
		if busy.event != 0 {
			_ = wait(busy.context, busy.event) // whatever became of it, it is over
			p.put(busy)
		} else {
			p.discard(busy)
		}
		b, busy = p.reserve(class)
	}
	fresh := b.bytes == nil
	if fresh {
		var err error
		if b.bytes, err = mapMemory(class); err != nil {
			p.unlocked(b, class)
			return nil, err
		}
	}
	// Memory whose context is gone is no longer locked. Where it can't be locked
	// copies to it work all the same, and keep their caller waiting.
	if b.locked && (fresh || !locked(b.address())) {
		b.locker = context
		if lock(context, b.address(), class) != nil {
			p.unlocked(b, class)
		}
	}
	return b, nil
}

// reserve finds idle memory, or room for new memory, or what has to go before: idle
// memory of another size, or else a copy.
func (p *pool) reserve(class int) (b, busy *block) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reap()
	for i := len(p.idle) - 1; i >= 0; i-- {
		if b := p.idle[i]; len(b.bytes) == class {
			p.idle = slices.Delete(p.idle, i, i+1)
			p.kept -= class
			return b, nil
		}
	}
	if p.locked+class > lockedLimit && len(p.idle) > 0 {
		return nil, p.oldest()
	}
	if p.locked+class <= lockedLimit {
		p.locked += class
		return &block{locked: true}, nil
	}
	if len(p.flying) > 0 {
		busy = p.flying[0]
		p.flying = slices.Delete(p.flying, 0, 1)
		return nil, busy
	}
	return &block{}, nil
}

// unlocked corrects the count for memory that isn't locked, or is no more.
func (p *pool) unlocked(b *block, class int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b.locked {
		b.locked = false
		p.locked -= class
	}
}

// put takes memory back. A copy into it may still be under way.
func (p *pool) put(b *block) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying = append(p.flying, b)
	p.reap()
}

// reap makes memory idle whose copy is over. The mutex is held.
func (p *pool) reap() {
	p.flying = slices.DeleteFunc(p.flying, func(b *block) bool {
		if b.event != 0 && !over(b.context, b.event) {
			return false
		}
		if b.event != 0 {
			forget(b.context, b.event)
			b.event = 0
		}
		if !b.locked { // it was only a makeshift
			go p.discard(b)
			return true
		}
		p.idle = append(p.idle, b)
		p.kept += len(b.bytes)
		return true
	})
	for p.kept > idleLimit {
		go p.discard(p.oldest()) // the driver may take its time
	}
}

// oldest takes the longest unused memory out. The mutex is held.
func (p *pool) oldest() *block {
	b := p.idle[0]
	p.idle = slices.Delete(p.idle, 0, 1)
	p.kept -= len(b.bytes)
	return b
}

// discard gives memory back to the system.
func (p *pool) discard(b *block) {
	class := len(b.bytes)
	if b.locked {
		unlock(b.locker, b.address())
	}
	unmapMemory(b.bytes)
	p.unlocked(b, class)
}
