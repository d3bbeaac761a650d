package ui

import "fmt"

// dropped opens what was dropped onto a window: a file of cameras. Large ones take a
// while, and the images go on meanwhile.
func (a *app) dropped(names []string) {
	if len(names) == 0 {
		return
	}
	go func() {
		if err := a.model.OpenCameras(names[0]); err != nil {
			a.model.Trouble(err)
		}
	}()
}

// cameraFile says whose cameras N and P step through.
func (c *controlWindow) cameraFile() {
	file := c.app.state.CameraFile
	if file.Count == 0 {
		return
	}
	cameras := fmt.Sprintf("%d cameras", file.Count)
	if file.Count == 1 {
		cameras = "1 camera"
	}
	c.wrapped(fmt.Sprintf("%s of %s. N and P in an image window step through them, Home goes to the first.", cameras, file.Name), colDim)
	for _, note := range file.Notes {
		c.wrapped(note, colFaint)
	}
}
