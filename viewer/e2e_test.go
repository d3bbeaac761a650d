package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"remoteviewer/internal/camera"
	"remoteviewer/internal/pixel"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
)

// asViewer makes the test's own binary be rvviewer: nothing has to be built,
// and what is tested is always the newest.
const asViewer = "RVVIEWER_TEST_IS_VIEWER"

func TestMain(m *testing.M) {
	if os.Getenv(asViewer) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// patience is for a busy machine; nothing here takes a second.
const patience = 30 * time.Second

// shownLine is what --dump prints.
type shownLine struct {
	Source     string
	Stream     string
	Seq        uint64
	CameraMine bool `json:"camera_mine"`
	Images     []struct {
		Name          string
		Width, Height int
		DType         string
		Channels      []string
		Window        bool
		SHA256        string
	}
}

// cardLine is what --dump prints of the card beside the pointer.
type cardLine struct {
	Name   string
	X, Y   int
	Fields [][2]string
}

// viewerProcess is a running rvviewer.
type viewerProcess struct {
	cmd     *exec.Cmd
	address string
	lines   chan shownLine
	cards   chan cardLine
	helps   chan helpLine
	mu      sync.Mutex
	items   map[string][4]int // of the control window: left, top, width, height
	stderr  bytes.Buffer
}

func needDisplay(t *testing.T) {
	t.Helper()
	if os.Getenv("DISPLAY") == "" {
		t.Skip("no DISPLAY; make test-go and make test-e2e give one")
	}
	if _, err := exec.LookPath("xdotool"); err != nil {
		t.Skip("no xdotool")
	}
}

func viewerCommand(t *testing.T, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	dir := t.TempDir()
	cmd.Env = append(os.Environ(), asViewer+"=1", "XDG_CONFIG_HOME="+dir, "XDG_STATE_HOME="+dir, "RV_TOKEN=")
	return cmd
}

// startViewer runs rvviewer on a free port until the test ends.
func startViewer(t *testing.T, args ...string) *viewerProcess {
	t.Helper()
	needDisplay(t)
	args = append([]string{"--listen", "127.0.0.1:0", "--dump", "-"}, args...)
	v := &viewerProcess{
		cmd: viewerCommand(t, args...), lines: make(chan shownLine, 1000), cards: make(chan cardLine, 100),
		helps: make(chan helpLine, 100),
	}
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := v.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go v.readErrors(errs, found)
	go v.readLines(out)
	t.Cleanup(func() {
		_ = v.cmd.Process.Signal(syscall.SIGTERM)
		_ = v.cmd.Wait()
		if t.Failed() {
			v.mu.Lock()
			t.Logf("rvviewer said:\n%s", v.stderr.String())
			v.mu.Unlock()
		}
	})
	select {
	case v.address = <-found:
	case <-time.After(patience):
		t.Fatal("rvviewer does not listen")
	}
	return v
}

func (v *viewerProcess) readErrors(r io.Reader, found chan<- string) {
	for s := bufio.NewScanner(r); s.Scan(); {
		v.mu.Lock()
		fmt.Fprintln(&v.stderr, s.Text())
		v.mu.Unlock()
		if _, a, ok := strings.Cut(s.Text(), "listening on "); ok {
			found <- a
		}
	}
}

func (v *viewerProcess) readLines(r io.Reader) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var line struct {
			shownLine
			Card *cardLine
			Help *helpLine

			Controls map[string][4]int
		}
		switch {
		case json.Unmarshal(s.Bytes(), &line) != nil:
		case line.Images != nil:
			v.lines <- line.shownLine
		case line.Card != nil:
			v.cards <- *line.Card
		case line.Help != nil:
			v.helps <- *line.Help
		case line.Controls != nil:
			v.mu.Lock()
			v.items = line.Controls
			v.mu.Unlock()
		}
	}
	close(v.lines)
}

// until reads shown lists until one is as wanted.
func (v *viewerProcess) until(t *testing.T, what string, ok func(shownLine) bool) shownLine {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case l, open := <-v.lines:
			if !open {
				t.Fatalf("rvviewer ended before %s", what)
			}
			if ok(l) {
				return l
			}
		case <-limit:
			t.Fatalf("never shown: %s", what)
		}
	}
}

// saying waits for words on stderr.
func (v *viewerProcess) saying(t *testing.T, words string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		v.mu.Lock()
		found := strings.Contains(v.stderr.String(), words)
		v.mu.Unlock()
		if found {
			return
		}
	}
	t.Fatalf("rvviewer never said %q", words)
}

// dial connects a renderer to the viewer until the test ends or stop is called.
func dial(t *testing.T, v *viewerProcess, name string, cameras bool) (r *session.Renderer, stop func()) {
	t.Helper()
	return dialAs(t, v, session.RendererOptions{Name: name, Cameras: cameras})
}

func dialAs(t *testing.T, v *viewerProcess, opts session.RendererOptions) (r *session.Renderer, stop func()) {
	t.Helper()
	a, err := transport.ParseAddress(v.address, 0)
	if err != nil {
		t.Fatal(err)
	}
	opts.Dialing = true
	r = session.NewRenderer(opts)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	redial := &session.Redial{Address: a, Config: r.Config(), Serve: r.Serve, Report: func(int, string) {}}
	go func() { defer close(done); redial.Run(ctx) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return r, stop
}

func given(name string, f pixel.Format, pix []byte) session.Given {
	return session.Given{Name: name, Format: f, Source: pixel.Source{Data: pix}}
}

func grey(w, h int) pixel.Format {
	return pixel.Format{
		Width: w, Height: h, Channels: []string{"Y"}, DType: pixel.U8, Color: pixel.SRGB, Alpha: pixel.AlphaNone,
	}
}

func send(t *testing.T, r *session.Renderer, images ...session.Given) {
	t.Helper()
	if err := r.Send(images, session.SendOptions{}); err != nil {
		t.Fatal(err)
	}
}

// Every dtype, odd sizes: the textures hold what was sent, bit by bit.
func TestTexturesHoldWhatWasSent(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "exact", false)
	rng := rand.New(rand.NewPCG(1, 2))
	var images []session.Given
	sums := map[string]string{}
	for i, d := range []pixel.DType{pixel.U8, pixel.U16, pixel.F16, pixel.F32, pixel.U32} {
		for channels := 1; channels <= 3; channels += 2 {
			f := grey(31+62*i, 17+channels)
			f.DType, f.Channels = d, pixel.DefaultChannels(channels)
			if d == pixel.U32 {
				f.Color = pixel.Data
			}
			pix := make([]byte, f.Bytes())
			for k := range pix {
				pix[k] = byte(rng.Uint32())
			}
			name := fmt.Sprint(d, " ", channels)
			sum := sha256.Sum256(pix)
			sums[name] = hex.EncodeToString(sum[:])
			images = append(images, given(name, f, pix))
		}
	}
	send(t, r, images...)
	l := v.until(t, "the list", func(l shownLine) bool { return l.Source == "exact" })
	if len(l.Images) != len(images) {
		t.Fatalf("%d images, wanted %d", len(l.Images), len(images))
	}
	for _, img := range l.Images {
		if !img.Window || img.SHA256 != sums[img.Name] {
			t.Errorf("%s: window %v, other values in the texture", img.Name, img.Window)
		}
	}
}

// An image that no texture holds is no trouble for the others of its list.
func TestTooLargeForATexture(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "large", false)
	huge, f := grey(32768, 2), grey(40, 30)
	send(t, r, given("huge", huge, make([]byte, huge.Bytes())), given("small", f, make([]byte, f.Bytes())))
	l := v.until(t, "the list", func(l shownLine) bool { return len(l.Images) == 2 })
	if !l.Images[0].Window || l.Images[0].SHA256 != "" {
		t.Skip("this graphics driver has textures of 32768 pixels")
	}
	if l.Images[1].SHA256 == "" {
		t.Error("the small image is not shown")
	}
	window(t, "huge - large")
}

// xdo runs xdotool.
func xdo(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("xdotool", args...).Output()
	if err != nil && args[0] != "search" {
		t.Fatalf("xdotool %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// place is where a window stands.
type place struct{ x, y, w, h int }

func window(t *testing.T, title string) (id string, p place) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if id = xdo(t, "search", "--onlyvisible", "--name", "^"+title+"$"); id != "" {
			break
		}
	}
	if id == "" {
		t.Fatalf("there is no window %q", title)
	}
	for _, line := range strings.Split(xdo(t, "getwindowgeometry", "--shell", id), "\n") {
		k, s, _ := strings.Cut(line, "=")
		n, _ := strconv.Atoi(s)
		switch k {
		case "X":
			p.x = n
		case "Y":
			p.y = n
		case "WIDTH":
			p.w = n
		case "HEIGHT":
			p.h = n
		}
	}
	return id, p
}

func (p place) touches(q place) bool {
	return p.x < q.x+q.w && q.x < p.x+p.w && p.y < q.y+q.h && q.y < p.y+p.h
}

func TestWindowsStandBesideEachOther(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "tiles", false)
	pix := make([]byte, 400*300)
	f := grey(400, 300)
	send(t, r, given("a", f, pix), given("b", f, pix), given("c", f, pix))
	v.until(t, "three windows", func(l shownLine) bool { return len(l.Images) == 3 })
	var all []place
	for _, title := range []string{"remoteviewer", "a - tiles", "b - tiles", "c - tiles"} {
		_, p := window(t, title)
		for _, q := range all {
			if p.touches(q) {
				t.Errorf("%s at %v lies on %v", title, p, q)
			}
		}
		all = append(all, p)
	}
}

// A window closed by the user stays closed, a name that is gone stays open.
func TestClosedStaysClosed(t *testing.T) {
	v := startViewer(t)
	r, stop := dial(t, v, "life", false)
	pix := make([]byte, 64*48)
	f := grey(64, 48)
	send(t, r, given("a", f, pix), given("b", f, pix))
	v.until(t, "two windows", func(l shownLine) bool { return len(l.Images) == 2 && l.Images[1].Window })
	_, p := window(t, "b - life")
	xdo(t, "mousemove", strconv.Itoa(p.x+9), strconv.Itoa(p.y+9), "key", "ctrl+w")
	for i := range 1000 {
		send(t, r, given("a", f, pix), given("b", f, pix))
		if l := v.until(t, "a list", func(shownLine) bool { return true }); len(l.Images) == 2 && !l.Images[1].Window {
			break
		} else if i == 999 {
			t.Fatal("ctrl+w did not close the window")
		}
	}
	stop()
	v.saying(t, "life is gone")
	r, _ = dial(t, v, "life", false)
	send(t, r, given("b", f, pix))
	l := v.until(t, "the next run", func(l shownLine) bool { return len(l.Images) == 1 })
	if l.Images[0].Window {
		t.Error("the closed window opened again")
	}
	window(t, "a - life")
}

// looker is a renderer's side of the camera.
type looker struct {
	t *testing.T
	r *session.Renderer
}

// input waits for the next camera that the user moved.
func (l looker) input() camera.Camera {
	l.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		e, ok, err := l.r.Read(100 * time.Millisecond)
		if err != nil {
			l.t.Fatal(err)
		}
		if ok && e.Kind == session.EventCamera && e.Camera.Cause == "input" {
			return l.settle(e.Camera.Camera)
		}
	}
	l.t.Fatal("no camera came")
	return camera.Camera{}
}

// settle waits until the camera is still.
func (l looker) settle(c camera.Camera) camera.Camera {
	last := time.Now()
	for time.Since(last) < 300*time.Millisecond {
		e, ok, err := l.r.Read(50 * time.Millisecond)
		if err != nil {
			l.t.Fatal(err)
		}
		if ok && e.Kind == session.EventCamera && e.Camera.Camera != c {
			c, last = e.Camera.Camera, time.Now()
		}
	}
	return c
}

func distance(c camera.Camera) float64 {
	d := 0.0
	for i, p := range c.Position() {
		d += (p - c.Target[i]) * (p - c.Target[i])
	}
	return d
}

// The mouse moves the camera in the right directions, and only where it should.
func TestMouseMovesTheCamera(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "cam", true)
	pix := make([]byte, 320*240)
	send(t, r, given("rgb", grey(320, 240), pix))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "rgb - cam")
	x, y := strconv.Itoa(p.x+p.w/2), strconv.Itoa(p.y+p.h/3)
	l := looker{t, r}
	before := l.settle(camera.Default())
	drag := func(button, dx, dy string) camera.Camera {
		xdo(t, "mousemove", x, y, "mousedown", button, "sleep", "0.1",
			"mousemove_relative", "--", dx, dy, "sleep", "0.1", "mouseup", button)
		return l.input()
	}
	orbited := drag("1", "30", "0")
	// The near side follows to the right, so the camera goes to the left.
	if got := orbited.Position(); got[0] >= -0.1 || distance(orbited)/distance(before) < 0.999 {
		t.Errorf("a drag to the right moved the camera to %v", got)
	}
	if orbited.Width != p.w || orbited.Height != p.h {
		t.Errorf("camera of %d x %d, the window has %d x %d", orbited.Width, orbited.Height, p.w, p.h)
	}
	panned := drag("3", "0", "25")
	if panned.Target[1] >= orbited.Target[1] {
		t.Errorf("a right drag down moved the target from %v to %v", orbited.Target, panned.Target)
	}
	xdo(t, "mousemove", x, y, "click", "4")
	nearer := l.input()
	if distance(nearer) >= distance(panned) {
		t.Error("the wheel did not come nearer")
	}
	xdo(t, "keydown", "ctrl", "sleep", "0.1", "click", "4", "sleep", "0.1", "keyup", "ctrl")
	if after := l.settle(nearer); after != nearer {
		t.Error("Ctrl and the wheel zoom the image, not the camera")
	}
	xdo(t, "key", "e")
	if rolled := l.input(); rolled.Up == nearer.Up {
		t.Error("E did not roll")
	}
	xdo(t, "key", "Home")
	if home := l.input(); home.Position() != before.Position() {
		t.Errorf("Home is at %v, wanted %v", home.Position(), before.Position())
	}
}

// Without cameras wanted the same drag moves the image and no camera comes.
func TestMouseMovesTheImage(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "still", false)
	send(t, r, given("rgb", grey(320, 240), make([]byte, 320*240)))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	_, p := window(t, "rgb - still")
	x, y := strconv.Itoa(p.x+p.w/2), strconv.Itoa(p.y+p.h/2)
	xdo(t, "mousemove", x, y, "mousedown", "1", "mousemove_relative", "--", "30", "0", "mouseup", "1", "click", "4")
	for range 10 {
		if e, ok, _ := r.Read(50 * time.Millisecond); ok && e.Kind == session.EventCamera {
			t.Fatalf("a camera came: %+v", e.Camera.Cause)
		}
	}
}

// An idle viewer sleeps.
func TestIdleCostsNothing(t *testing.T) {
	v := startViewer(t)
	r, _ := dial(t, v, "idle", false)
	send(t, r, given("rgb", grey(320, 240), make([]byte, 320*240)))
	v.until(t, "a window", func(l shownLine) bool { return len(l.Images) == 1 })
	time.Sleep(2 * time.Second)
	before := cpuTime(t, v.cmd.Process.Pid)
	time.Sleep(3 * time.Second)
	if used := cpuTime(t, v.cmd.Process.Pid) - before; used > 300*time.Millisecond {
		t.Errorf("an idle viewer used %v of 3 s", used)
	}
}

func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Skip(err)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func TestClosingTheControlWindowEnds(t *testing.T) {
	v := startViewer(t)
	_, p := window(t, "remoteviewer")
	xdo(t, "mousemove", strconv.Itoa(p.x+p.w/2), strconv.Itoa(p.y+p.h-20), "key", "ctrl+q")
	done := make(chan error, 1)
	go func() { done <- v.cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(patience):
		t.Error("it goes on")
	}
}

func TestNoDisplay(t *testing.T) {
	for _, display := range []string{"", ":4711"} {
		cmd := viewerCommand(t)
		cmd.Env = append(cmd.Env, "DISPLAY="+display, "WAYLAND_DISPLAY=")
		var said bytes.Buffer
		cmd.Stderr = &said
		err := cmd.Run()
		if cmd.ProcessState.ExitCode() != exitNoDisplay {
			t.Errorf("DISPLAY=%q: %v, wanted exit code %d", display, err, exitNoDisplay)
		}
		if n := strings.Count(said.String(), "\n"); n != 1 || !strings.Contains(said.String(), "no display") {
			t.Errorf("DISPLAY=%q: it said %q", display, said.String())
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--help"}, 0, "--token-file"},
		{[]string{"--version"}, 0, "rvviewer "},
		{[]string{"--nonsense"}, 1, "nonsense"},
	} {
		cmd := viewerCommand(t, c.args...)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.says) {
			t.Errorf("%v: exit code %d, %q", c.args, code, out)
		}
	}
}
