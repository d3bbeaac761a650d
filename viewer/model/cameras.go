package model

import (
	"fmt"
	"path/filepath"
	"time"

	"remoteviewer/internal/camerafile"
	"remoteviewer/internal/wire"
)

// CameraFile is a file whose cameras the user steps through.
type CameraFile struct {
	Name  string // for people
	Count int
	Notes []string // what the file had and the cameras have not
}

// Shot is which of the file's cameras a connection went to last.
type Shot struct {
	Index, Count int // from 0
	Name         string
	At           time.Time // when; zero never
}

// shots are a file's cameras.
type shots struct {
	file CameraFile
	all  []camerafile.Entry
}

// OpenCameras reads a file of cameras, or a folder's. Its first camera is from now on
// the first view of renderers that want cameras, in place of their own.
func (m *Model) OpenCameras(path string) error {
	list, err := camerafile.Read(path)
	if err != nil {
		return err
	}
	name := filepath.Base(filepath.Clean(path))
	s := &shots{file: CameraFile{Name: Printable(name), Count: len(list.Entries), Notes: list.Notes}, all: list.Entries}
	for i := range s.all {
		s.all[i].Name = Printable(s.all[i].Name)
	}
	m.Log.Info(fmt.Sprintf("%s of %s: N and P step through them", countText(s.file.Count, "camera"), s.file.Name))
	for _, note := range s.file.Notes {
		m.Log.Warn(s.file.Name + ": " + note)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shots = s
	for _, c := range m.conns {
		m.goTo(c, 0)
		if c.link != nil && c.Cameras {
			m.emit(c, wire.CauseInput)
		}
	}
	m.wake()
	return nil
}

// Step goes n cameras on in the file, around its ends, and says whether it did. The
// connection of the window becomes the driver.
func (m *Model) Step(k Key, n int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.of(k)
	if c == nil || !c.Cameras || m.shots == nil {
		return false
	}
	count := len(m.shots.all)
	m.goTo(c, ((c.cam.shot+n)%count+count)%count)
	c.cam.nav, c.cam.moved = k, true
	m.emit(c, wire.CauseInput)
	return true
}

// goTo puts a connection at one of the file's cameras, without sending it.
func (m *Model) goTo(c *conn, index int) {
	e := &m.shots.all[index]
	c.cam.shot, c.cam.atShot, c.cam.now = index, true, e.Camera
	c.Shot = Shot{index, len(m.shots.all), e.Name, time.Now()}
	if c.Lists == 0 || !c.Cameras {
		c.Shot.At = time.Time{} // nobody looks yet: said with the first image
	}
	c.NoView = false
}

// sizedCamera gives the camera the size that it shall have. One of the file's shows all that
// its photo shows; one that was moved keeps the height of what is seen.
func (m *Model) sizedCamera(c *conn, size Size) Camera {
	if c.cam.atShot && m.shots != nil {
		return m.shots.all[c.cam.shot].Camera.Fit(size.W, size.H)
	}
	return c.cam.now.WithSize(size.W, size.H)
}

// announce says at which camera the first image was taken.
func (m *Model) announce(c *conn, now time.Time) {
	if m.shots != nil && c.Cameras && c.cam.atShot && c.Shot.At.IsZero() {
		c.Shot.At = now
	}
}
