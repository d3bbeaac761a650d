package session

import (
	"math/bits"
	"sync"
)

// idleLimit bounds the bytes that a pool keeps for later.
const idleLimit = 512 << 20

// Pool hands out byte slices again and again, so that a frame costs no
// allocation, no zeroing and no page faults. The zero value is ready.
type Pool struct {
	mu   sync.Mutex
	free map[int][][]byte
	idle int
	out  int // slices handed out and not back
}

// sizeClass rounds up to an eighth of a power of two.
func sizeClass(n int) int {
	if n <= 4096 {
		return 4096
	}
	step := 1 << (bits.Len(uint(n-1)) - 4)
	return (n + step - 1) / step * step
}

// Get returns a slice of n bytes with any content.
func (p *Pool) Get(n int) []byte {
	class := sizeClass(n)
	p.mu.Lock()
	p.out++
	if list := p.free[class]; len(list) > 0 {
		b := list[len(list)-1]
		list[len(list)-1] = nil
		p.free[class] = list[:len(list)-1]
		p.idle -= class
		p.mu.Unlock()
		return b[:n]
	}
	p.mu.Unlock()
	return make([]byte, n, class)
}

// Put gives a slice from Get back. The caller keeps no part of it.
func (p *Pool) Put(b []byte) {
	class := cap(b)
	if class == 0 || sizeClass(class) != class {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out--
	for other, list := range p.free { // sizes that are no longer asked for make room
		if p.idle+class <= idleLimit {
			break
		}
		if other != class {
			p.idle -= other * len(list)
			delete(p.free, other)
		}
	}
	if p.idle+class > idleLimit {
		return
	}
	if p.free == nil {
		p.free = map[int][][]byte{}
	}
	p.free[class] = append(p.free[class], b[:0])
	p.idle += class
}
