//go:build !windows

package session

import "golang.org/x/sys/unix"

// MonotonicNs is CLOCK_MONOTONIC, which all processes of a machine share.
func MonotonicNs() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		return 0
	}
	return ts.Nano()
}
