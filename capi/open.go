package main

// #include "capi.h"
import "C"

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unsafe"

	"remoteviewer/internal/listen"
	"remoteviewer/internal/session"
	"remoteviewer/internal/transport"
	"remoteviewer/internal/wire"
)

// options are rv_options in Go.
type options struct {
	c         C.rv_options
	renderer  session.RendererOptions
	token     string
	tokenFile string
}

func readOptions(p *C.rv_const_options) (options, error) {
	var o options
	if p != nil {
		if err := sized(unsafe.Pointer(&o.c), unsafe.Pointer(p), unsafe.Sizeof(o.c), firstOptions, "rv_options"); err != nil {
			return o, err
		}
	}
	codec := textOf((*C.rv_string)(o.c.codec), "")
	switch codec {
	case "", "raw", "lz4", "zstd", "jpeg":
	default:
		return o, fmt.Errorf("%w: codec %q, wanted raw, lz4, zstd or jpeg", errInvalid, codec)
	}
	if o.c.quality < 0 || o.c.quality > 100 {
		return o, fmt.Errorf("%w: quality %d, wanted 1 to 100, or 0", errInvalid, o.c.quality)
	}
	if w, h := o.c.width, o.c.height; w < 0 || h < 0 || w > 32768 || h > 32768 || (w == 0) != (h == 0) {
		return o, fmt.Errorf("%w: a size of %d x %d, wanted 1 to 32768 each, or 0 both", errInvalid, w, h)
	}
	o.token, o.tokenFile = textOf((*C.rv_string)(o.c.token), ""), textOf((*C.rv_string)(o.c.token_file), "")
	o.renderer = session.RendererOptions{
		Name: textOf((*C.rv_string)(o.c.name), ""), Codec: codec, Quality: int(o.c.quality),
		Cameras: o.c.cameras != 0, Width: int(o.c.width), Height: int(o.c.height),
	}
	if o.renderer.Name == "" {
		o.renderer.Name = defaultName()
	}
	// A peer would refuse the hello that it stands in.
	if err := wire.CheckName("name", o.renderer.Name, wire.DefaultLimits.Name); err != nil {
		return o, fmt.Errorf("%w: %w", errInvalid, err)
	}
	if o.c.quiet == 0 {
		o.renderer.Logger = session.NewLogger(os.Stderr)
	}
	return o, nil
}

// defaultName is program@host, as far as a name may go, with the rank of a job
// that has several: "train 3@host".
func defaultName() string {
	name, tail := "renderer", ""
	if len(os.Args) > 0 && os.Args[0] != "" {
		name = filepath.Base(os.Args[0])
	}
	if number := rank(environment); number != "" {
		tail = " " + number
	}
	if host, err := os.Hostname(); err == nil {
		tail += "@" + host
	}
	if limit := int(wire.DefaultLimits.Name) - len(tail); len(name) > limit {
		name = name[:max(0, limit)]
	}
	return strings.ToValidUTF8(name+tail, "")
}

// launchers are where a process finds its number, and how many there are. The first
// that is set counts: a launcher within a Slurm step knows better than Slurm.
var launchers = [...]struct {
	rank  string
	sizes []string
}{
	{"RANK", []string{"WORLD_SIZE"}},
	{"OMPI_COMM_WORLD_RANK", []string{"OMPI_COMM_WORLD_SIZE"}},
	{"PMI_RANK", []string{"PMI_SIZE"}},
	{"SLURM_PROCID", []string{"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}},
	{"LOCAL_RANK", []string{"LOCAL_WORLD_SIZE"}},
}

// rank is this process's number among those of its job, "" when it is alone.
func rank(getenv func(string) string) string {
	for _, l := range launchers {
		number := getenv(l.rank)
		if _, err := strconv.ParseUint(number, 10, 32); err != nil {
			continue
		}
		size := ""
		for _, name := range l.sizes {
			if size == "" {
				size = getenv(name)
			}
		}
		// A Slurm batch script has the number 0 and no size.
		if size == "1" || size == "" && l.rank == "SLURM_PROCID" && number == "0" {
			return ""
		}
		return number
	}
	return ""
}

//export rvgo_connect
func rvgo_connect(address *C.rv_string, opts *C.rv_const_options, out *C.uint64_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	err = connect(address, opts, out)
	return
}

func connect(address *C.rv_string, opts *C.rv_const_options, out *C.uint64_t) error {
	if out == nil {
		return fmt.Errorf("%w: out is NULL, there is no place for the handle", errInvalid)
	}
	*out = 0
	o, err := readOptions(opts)
	if err != nil {
		return err
	}
	text := textOf(address, environment("RV_ADDRESS"))
	if address == nil && text == "" {
		text = fmt.Sprintf("127.0.0.1:%d", listen.ViewerPort)
	}
	a, err := transport.ParseAddress(text, listen.ViewerPort)
	if err != nil {
		return err
	}
	if a.Scheme != transport.SchemeRV {
		return fmt.Errorf("%w: dialing %s:// is not in this version; dial rv://", transport.ErrAddress, a.Scheme)
	}
	if a.Path == "" && (a.Port == 0 || a.Host == "") {
		return fmt.Errorf("%w %q: to dial, a host and a port are needed", transport.ErrAddress, text)
	}
	token, fromEnv, err := listen.FindToken(a.Token, o.token, o.tokenFile)
	if err == nil && (token == "" || fromEnv) {
		token, fromEnv = environment(listen.TokenEnv), true
	}
	if err != nil {
		return err
	}
	o.renderer.Dialing = true
	r := session.NewRenderer(o.renderer)
	cfg := r.Config()
	cfg.Token, cfg.TokenOptional = token, fromEnv
	r.Go(func(ctx context.Context) {
		(&session.Redial{Address: a, Config: cfg, Serve: r.Serve, Report: r.Report}).Run(ctx)
	})
	*out = open(&entry{r: r, address: a})
	return nil
}

//export rvgo_listen
func rvgo_listen(address *C.rv_string, opts *C.rv_const_options, out *C.uint64_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	err = listenAt(address, opts, out)
	return
}

func listenAt(address *C.rv_string, opts *C.rv_const_options, out *C.uint64_t) error {
	if out == nil {
		return fmt.Errorf("%w: out is NULL, there is no place for the handle", errInvalid)
	}
	*out = 0
	o, err := readOptions(opts)
	if err != nil {
		return err
	}
	a, err := transport.ParseAddress(textOf(address, fmt.Sprintf("127.0.0.1:%d", listen.RendererPort)), listen.RendererPort)
	if err != nil {
		return err
	}
	if a.Token == "" && o.token == "" && o.tokenFile == "" {
		o.token = environment(listen.TokenEnv)
	}
	r := session.NewRenderer(o.renderer)
	l, err := listen.Open(listen.Options{
		Address: a, Token: o.token, TokenFile: o.tokenFile, Config: r.Config(),
		Insecure: o.c.insecure != 0, AnyUser: o.c.any_user != 0, Strict: o.c.strict != 0,
		Serve: func(ctx context.Context, p *session.Peer) { _ = r.Serve(ctx, p) }, Report: r.Report, Failed: r.Fail,
	})
	if err != nil {
		return err
	}
	r.Report(session.StatusListening, howToLook(l))
	r.Go(l.Run)
	*out = open(&entry{r: r, address: l.Reachable()})
	return nil
}

// howToLook is the line that tells a person what to type.
func howToLook(l *listen.Listener) string {
	a := l.Reachable()
	if a.Path != "" {
		return fmt.Sprintf("listening; look with: rvviewer %s", a.Full())
	}
	if !l.Address().Loopback() {
		return fmt.Sprintf("listening; look with: rvviewer %s", a.Full())
	}
	host, err := os.Hostname()
	if err != nil {
		host = "THIS_MACHINE"
	}
	return fmt.Sprintf("listening; look with: rvviewer %s (from elsewhere first: ssh -L %d:%s %s)", a.Full(), a.Port, a.Target(), host)
}

//export rvgo_close
func rvgo_close(handle C.uint64_t, linger C.int32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := takeHandle(handle)
	if err == nil {
		defer closed(handle)
		err = e.r.Close(milliseconds(linger))
	}
	return
}

//export rvgo_address
func rvgo_address(handle C.uint64_t, buffer *C.char, size C.uint32_t) (code C.int) {
	var err error
	defer answer(&code, &err)
	e, err := find(handle)
	if err != nil {
		return
	}
	if buffer == nil && size > 0 {
		err = fmt.Errorf("%w: buffer is NULL and its size is %d", errInvalid, size)
		return
	}
	text := e.address.Full()
	if size > 0 {
		cut(unsafe.Slice((*byte)(unsafe.Pointer(buffer)), int(size)), text)
	}
	return C.int(len(text) + 1)
}

// environment asks C: Go knows the environment as it was when the library was
// loaded, and a program may have set something since.
func environment(name string) string {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	if value := C.getenv(c); value != nil {
		return C.GoString(value)
	}
	return ""
}
