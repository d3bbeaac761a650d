//go:build !linux || !cgo

package cuda

import "fmt"

var errBuild = fmt.Errorf("%w: this build has none of it, one for Linux with cgo has: send host memory instead", ErrUnsupported)

// Load says that there is no driver.
func Load() error { return errBuild }

func look(uint64, uint64) (place, error) { return place{}, errBuild }

func put(uint64, uint64, uint64, uint64, plan) (event, error) { return 0, errBuild }

func wait(uint64, event) error { return errBuild }

func over(uint64, event) bool { return true }

func forget(uint64, event) {}

func lock(uint64, uint64, int) error { return errBuild }

func unlock(uint64, uint64) {}

func locked(uint64) bool { return false }

func mapMemory(int) ([]byte, error) { return nil, errBuild }

func unmapMemory([]byte) {}
