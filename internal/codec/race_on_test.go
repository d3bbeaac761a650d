//go:build race

package codec

// raceDetector: it allocates by itself.
const raceDetector = true
