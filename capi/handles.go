package main

// #include "capi.h"
import "C"

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// entry is what a handle stands for.
type entry struct {
	r       *session.Renderer
	address transport.Address // dialed, or listening at
}

// handles are never reused, so that a stale one is found out. The map is replaced
// and not changed: a lookup takes no lock.
var handles struct {
	sync.Mutex
	last uint64
	open atomic.Pointer[map[uint64]*entry]
}

// changeHandles replaces the map by one that differs. The lock is held.
func changeHandles(change func(open map[uint64]*entry)) {
	open := map[uint64]*entry{}
	if old := handles.open.Load(); old != nil {
		maps.Copy(open, *old)
	}
	change(open)
	handles.open.Store(&open)
}

func addHandle(e *entry) C.uint64_t {
	handles.Lock()
	defer handles.Unlock()
	handles.last++
	changeHandles(func(open map[uint64]*entry) { open[handles.last] = e })
	return C.uint64_t(handles.last)
}

func find(handle C.uint64_t) (*entry, error) {
	if open := handles.open.Load(); open != nil {
		if e := (*open)[uint64(handle)]; e != nil {
			return e, nil
		}
	}
	handles.Lock()
	defer handles.Unlock()
	return nil, badHandle(uint64(handle))
}

// takeHandle makes a handle stale.
func takeHandle(handle C.uint64_t) (*entry, error) {
	handles.Lock()
	defer handles.Unlock()
	open := handles.open.Load()
	if open == nil || (*open)[uint64(handle)] == nil {
		return nil, badHandle(uint64(handle))
	}
	e := (*open)[uint64(handle)]
	changeHandles(func(open map[uint64]*entry) { delete(open, uint64(handle)) })
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
