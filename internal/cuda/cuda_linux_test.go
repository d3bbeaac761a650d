//go:build cgo

package cuda

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"remoteviewer/internal/cuda/cudatest"
	"remoteviewer/internal/pixel"
)

func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

// fetch copies an image and gives it packed.
func fetch(t *testing.T, f pixel.Format, pointer uint64, row, px, channel int, stream uint64) []byte {
	t.Helper()
	c, src := begin(t, f, pointer, row, px, channel, stream)
	defer c.Release()
	return finish(t, c, f, src)
}

func begin(t *testing.T, f pixel.Format, pointer uint64, row, px, channel int, stream uint64) (*Copy, pixel.Source) {
	t.Helper()
	m, src, err := Find(f, pointer, row, px, channel, stream)
	if err != nil {
		t.Fatal(err)
	}
	c, err := m.Start()
	if err != nil {
		t.Fatal(err)
	}
	return c, src
}

func finish(t *testing.T, c *Copy, f pixel.Format, src pixel.Source) []byte {
	t.Helper()
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	src.Data = c.Bytes()
	out := make([]byte, f.Bytes())
	if err := f.CopyFrom(out, src); err != nil {
		t.Fatal(err)
	}
	return out
}

// What is the same with a device and with the stand-in.
func imagesArriveExactly(t *testing.T, d *cudatest.Driver) {
	stream := d.Stream()
	for i := range 200 {
		f := format(1+rand.IntN(90), 1+rand.IntN(40), 1+rand.IntN(5), []pixel.DType{pixel.U8, pixel.U16, pixel.F32}[rand.IntN(3)])
		row, px, channel := randomStrides(f)
		lo, hi, err := f.Extent(row, px, channel)
		if err != nil {
			t.Fatal(err)
		}
		host, want := noise(hi-lo), make([]byte, f.Bytes())
		if err := f.CopyFrom(want, pixel.Source{Data: host, Offset: -lo, Row: row, Pixel: px, Channel: channel}); err != nil {
			t.Fatal(err)
		}
		pointer := d.Upload(host, i%3) + uint64(-lo)
		got := fetch(t, f, pointer, row, px, channel, []uint64{0, 1, 2, stream}[i%4])
		if !bytes.Equal(got, want) {
			t.Fatalf("%+v, strides %d %d %d: another image came", f, row, px, channel)
		}
	}
}

func onStream(t *testing.T, d *cudatest.Driver) {
	const n = 1 << 20
	stream, f := d.Stream(), format(1024, 1024, 1, pixel.U8)
	pointer := d.Upload(make([]byte, n), cudatest.Plain)
	d.Set(pointer, 7, n, stream)
	c, src := begin(t, f, pointer, 0, 0, 0, stream)
	d.Set(pointer, 8, n, stream) // behind the copy: it changes nothing of it
	if got := finish(t, c, f, src); !bytes.Equal(got, bytes.Repeat([]byte{7}, n)) {
		t.Error("the copy is not where it belongs between the work of its stream")
	}
	c.Release()
}

func pointersThatAreRefused(t *testing.T, d *cudatest.Driver) {
	f := format(64, 64, 1, pixel.U8)
	pointer := d.Upload(make([]byte, 64*64), cudatest.Plain)
	local := make([]byte, 64*64)
	host := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(local))))
	pinned, err := memory.get(64*64, contextOf(t, pointer))
	if err != nil {
		t.Fatal(err)
	}
	defer memory.put(pinned)
	cases := []struct {
		what    string
		pointer uint64
		row     int
		word    string
	}{
		{"host memory", host, 0, "not a pointer to device memory"},
		{"a small number", 0x40, 0, "not a pointer to device memory"},
		{"page-locked host memory", pinned.address(), 0, "RV_MEMORY_HOST"},
		{"one byte further", pointer + 1, 0, "bytes 1 to 4097 of its allocation, which has"},
		{"upside down from the top", pointer, -64, "bytes -4032 to 64"},
		{"rows too far apart", pointer, 1 << 20, "of its allocation"},
	}
	for _, c := range cases {
		_, _, err := Find(f, c.pointer, c.row, 0, 0, 0)
		if !errors.Is(err, ErrMemory) || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v, wanted %q", c.what, err, c.word)
		}
	}
}

func contextOf(t *testing.T, pointer uint64) uint64 {
	t.Helper()
	p, err := look(pointer, 0)
	if err != nil {
		t.Fatal(err)
	}
	return p.context
}

func TestImagesArriveExactly(t *testing.T) {
	d := cudatest.Standin(t)
	imagesArriveExactly(t, d)
	if c := d.Counts(); c.Rows < 30 || c.Plain != 0 || c.Clashes != 0 || c.Waits != 0 || c.Unlocked != 0 {
		t.Errorf("%+v", c)
	}
}

func TestTheCopyStandsInItsStream(t *testing.T) {
	d := cudatest.Standin(t)
	d.Delay(5)
	onStream(t, d)
}

func TestPointersThatAreRefused(t *testing.T) { pointersThatAreRefused(t, cudatest.Standin(t)) }

// The tests above with a real device, in a process of their own, where the
// stand-in is not loaded.
func TestRealDevice(t *testing.T) {
	if os.Getenv("RV_TEST_REAL_CUDA") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestRealDevice$", "-test.v")
		cmd.Env = append(os.Environ(), "RV_TEST_REAL_CUDA=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if _, why, skipped := strings.Cut(string(out), "no GPU here: "); skipped {
			t.Skip("no GPU here: " + strings.SplitN(why, "\n", 2)[0])
		}
		return
	}
	d := cudatest.Machine(t)
	imagesArriveExactly(t, d)
	onStream(t, d)
	pointersThatAreRefused(t, d)
}

func TestAnotherDevicesMemory(t *testing.T) {
	d := cudatest.Standin(t)
	d.Use(1)
	f, host := format(16, 16, 3, pixel.U8), noise(16*16*3)
	plain, pooled, stream := d.Upload(host, cudatest.Plain), d.Upload(host, cudatest.Pooled), d.Stream()
	d.Use(0) // is current, and the memory is the other's
	for _, pointer := range []uint64{plain, pooled} {
		for _, s := range []uint64{stream, 0} {
			if !bytes.Equal(fetch(t, f, pointer, 0, 0, 0, s), host) {
				t.Errorf("another image came from 0x%x on stream %d", pointer, s)
			}
		}
	}
}

func TestTheCallDoesNotWait(t *testing.T) {
	d := cudatest.Standin(t)
	f, host := format(64, 64, 3, pixel.U8), noise(64*64*3)
	pointer := d.Upload(host, cudatest.Plain)
	fetch(t, f, pointer, 0, 0, 0, 0) // the memory is there
	d.Delay(300)
	start := time.Now()
	c, src := begin(t, f, pointer, 0, 0, 0, 0)
	if took := time.Since(start); took > 150*time.Millisecond {
		t.Errorf("the call took %v, the copy 300 ms", took)
	}
	if !bytes.Equal(finish(t, c, f, src), host) || time.Since(start) < 300*time.Millisecond {
		t.Error("Wait didn't wait for the pixels")
	}
	c.Release()
}

// Memory that is given back while its copy is under way is not used before.
func TestMemoryInFlightIsNotUsedAgain(t *testing.T) {
	d := cudatest.Standin(t)
	f, host := format(64, 64, 3, pixel.U8), noise(64*64*3)
	pointer := d.Upload(host, cudatest.Plain)
	streams := []uint64{d.Stream(), d.Stream(), d.Stream()}
	d.Delay(20)
	before := d.Counts()
	var waits sync.WaitGroup
	for i := range 12 {
		c, _ := begin(t, f, pointer, 0, 0, 0, streams[i%3])
		switch i % 3 {
		case 0:
			c.Release()
		case 1: // while somebody waits
			waits.Go(func() { _ = c.Wait() })
			time.Sleep(2 * time.Millisecond)
			c.Release()
		case 2:
			waits.Go(func() {
				_ = c.Wait()
				c.Release()
			})
		}
	}
	waits.Wait()
	d.Delay(0)
	if !bytes.Equal(fetch(t, f, pointer, 0, 0, 0, 0), host) {
		t.Error("another image came")
	}
	after := d.Counts()
	if after.Clashes != before.Clashes || after.Unlocked != before.Unlocked {
		t.Errorf("memory was used while a copy was on its way to it: %+v", after)
	}
	await(t, "the events", func() bool {
		memory.mu.Lock()
		defer memory.mu.Unlock()
		memory.reap()
		return len(memory.flying) == 0 && d.Counts().Events == 0
	})
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestLockedMemoryIsBounded(t *testing.T) {
	d := cudatest.Standin(t)
	f := format(4096, 4096, 4, pixel.U8) // 64 MiB
	pointer := d.Upload(make([]byte, f.Bytes()), cudatest.Pooled)
	d.Delay(2)
	var kept []*Copy
	for i := range 24 { // 1.5 GiB, of which every other is wanted no more
		c, _ := begin(t, f, pointer, 0, 0, 0, 0)
		if i%2 == 0 {
			c.Release()
		} else {
			kept = append(kept, c)
		}
	}
	for _, c := range kept {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
		c.Release()
	}
	d.Delay(0)
	if c := d.Counts(); c.Most > lockedLimit || c.Clashes != 0 || c.Unlocked != 0 {
		t.Errorf("%+v", c)
	}
	await(t, "what is too much to be freed", func() bool { return d.Counts().Registered <= idleLimit })
}

func TestMemoryWhoseLockIsGone(t *testing.T) {
	d := cudatest.Standin(t)
	f, host := format(64, 64, 3, pixel.U8), noise(64*64*3)
	pointer := d.Upload(host, cudatest.Plain)
	fetch(t, f, pointer, 0, 0, 0, 0)
	plain := d.Counts().Plain
	d.ForgetLocks()
	if !bytes.Equal(fetch(t, f, pointer, 0, 0, 0, 0), host) {
		t.Error("another image came")
	}
	if now := d.Counts().Plain; now != plain {
		t.Error("the memory was not locked again")
	}
}

func TestADeviceThatDies(t *testing.T) {
	d := cudatest.Standin(t)
	f := format(64, 64, 3, pixel.U8)
	pointer := d.Upload(noise(64*64*3), cudatest.Plain)
	d.Delay(50)
	c, _ := begin(t, f, pointer, 0, 0, 0, 0)
	d.Fail(700)
	const words = "an illegal memory access was encountered (CUDA_ERROR_ILLEGAL_ADDRESS)"
	if err := c.Wait(); !errors.Is(err, ErrDevice) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v", err)
	}
	c.Release()
	if _, _, err := Find(f, pointer, 0, 0, 0, 0); !errors.Is(err, ErrDevice) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v", err)
	}
	d.Fail(0)
	d.Delay(0)
}

func TestAStreamThatIsCaptured(t *testing.T) {
	d := cudatest.Standin(t)
	f := format(64, 64, 3, pixel.U8)
	m, _, err := Find(f, d.Upload(noise(64*64*3), cudatest.Plain), 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	d.Capture(true)
	if _, err := m.Start(); !errors.Is(err, ErrCapture) {
		t.Errorf("got %v", err)
	}
	d.Capture(false)
}

// Without a driver, in a process that has not loaded the stand-in.
func TestNoDriver(t *testing.T) {
	if os.Getenv("RV_TEST_NO_CUDA") != "" {
		if Load() == nil {
			return // this machine has one
		}
		_, _, err := Find(format(4, 4, 1, pixel.U8), 0x7f0000000000, 0, 0, 0, 0)
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "send host memory instead") {
			t.Errorf("got %v", err)
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestNoDriver$")
	cmd.Env = append(os.Environ(), "RV_TEST_NO_CUDA=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
