//go:build !linux || !cgo

// Package cudatest gives tests device memory; this build can't.
package cudatest
