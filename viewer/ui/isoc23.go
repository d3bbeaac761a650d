package ui

// The C file beside this one is part of the package through cgo.
import "C"
