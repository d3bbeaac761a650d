// Package model is the viewer without its pictures: which windows there are,
// what they show, who is connected and where the camera is. It knows sessions,
// but neither GL nor a window system.
//
// The network writes into a Model from its own goroutines, the interface reads
// snapshots and takes complete lists; neither ever waits for the other longer
// than it takes to copy a few words.
package model
