package main

// #include "capi.h"
import "C"

import (
	"fmt"
	"sync"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// entry is what a handle stands for.
type entry struct {
	r       *session.Renderer
	address transport.Address // dialed, or listening at
}

// handles are never reused, so that a stale one is found out.
var handles = struct {
	sync.RWMutex
	last uint64
	open map[uint64]*entry
}{open: map[uint64]*entry{}}

func addHandle(e *entry) C.uint64_t {
	handles.Lock()
	defer handles.Unlock()
	handles.last++
	handles.open[handles.last] = e
	return C.uint64_t(handles.last)
}

func find(handle C.uint64_t) (*entry, error) {
	handles.RLock()
	defer handles.RUnlock()
	if e := handles.open[uint64(handle)]; e != nil {
		return e, nil
	}
	return nil, badHandle(uint64(handle))
}

// takeHandle makes a handle stale.
func takeHandle(handle C.uint64_t) (*entry, error) {
	handles.Lock()
	defer handles.Unlock()
	e := handles.open[uint64(handle)]
	if e == nil {
		return nil, badHandle(uint64(handle))
	}
	delete(handles.open, uint64(handle))
	return e, nil
}

// badHandle is called with the lock held.
func badHandle(handle uint64) error {
	switch {
	case handle == 0:
		return fmt.Errorf("%w 0 is never a session: look at what rv_connect or rv_listen returned", errHandle)
	case handle <= handles.last:
		return fmt.Errorf("%w %d: that session is closed", errHandle, handle)
	}
	return fmt.Errorf("%w %d was never given out", errHandle, handle)
}
