package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"remoteviewer/internal/codec"
	"remoteviewer/internal/session"
	"remoteviewer/internal/wire"
)

// receive is `rvtool recv`: a viewer without a screen.
type receive struct {
	door    door
	out     string
	json    bool
	hash    bool
	count   int
	camera  string
	send    []string
	set     []string
	press   []string
	codec   string
	quality int
	sleep   int

	cameras cameraSource
	wishes  []wish
	pool    session.Pool
	stop    context.CancelFunc
	mu      sync.Mutex // of the output and what follows
	taken   int        // lists of --count that somebody works at, or has done
	seen    int        // done
	err     error
	sources map[string]int // renderers by their session, numbered as they came
}

func recvCommand() *cobra.Command {
	r := &receive{}
	cmd := &cobra.Command{
		Use:   "recv [--listen ADDR | ADDR]",
		Short: "Receive images, as a viewer without a screen",
		Long: "Receives lists of images, prints a line for each and saves them when asked, until Ctrl-C or --count.\n" +
			"Without an address it listens on 127.0.0.1:12345, where rv.show(image) and rv.connect() dial; with one\n" +
			"it dials a renderer that listens (rv.listen() prints where) and dials again when it is lost.\n\n" +
			"ADDR is host:port, rv://TOKEN@host:port or unix:/path; the port is 12345 to listen on and 12346 to dial\n" +
			"where it is left out. A token may also come from --token-file or RV_TOKEN; one is made, kept and printed\n" +
			"when it listens beyond this machine. Files are called NUMBER-STREAM-NAME.png (8 and 16 bit) or .exr.\n" +
			"A camera in a file needs no more than \"c2w\": 16 numbers, row-major, camera to world, OpenCV axes.\n\n" +
			"When sliders, buttons and the like of the renderer change, they are printed too, at most 20 times a second:\n" +
			"with --json all as {\"controls\": [{name, kind, value, ...}]}, of a plot also the values since the line before.",
		Example: "  rvtool recv --out shots\n  rvtool recv 127.0.0.1:12346 --camera orbit --json --count 100\n" +
			"  rvtool recv 127.0.0.1:12346 --set 'exposure=1.5' --press reset",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringVar(&r.door.listenAt, "listen", "127.0.0.1:12345", "listen at `ADDR`")
	f.StringVar(&r.out, "out", "", "save each image in `DIR`, as PNG or EXR; nothing is saved without")
	f.BoolVar(&r.json, "json", false, "print one JSON line per list")
	f.BoolVar(&r.hash, "hash", true, "with --json: SHA-256 of the decoded pixels")
	f.IntVar(&r.count, "count", 0, "end after `N` lists; 0: go on")
	f.StringVar(&r.camera, "camera", "", "send a camera 30 times a second: `orbit|FILE`, a circle; one camera as JSON a line; cameras.json, transforms.json or a COLMAP model")
	f.StringArrayVar(&r.send, "send", nil, "send a value to each renderer, as `NAME=JSON`; may stand more than once")
	f.StringArrayVar(&r.set, "set", nil, "set a control once each renderer offers it, as `NAME=JSON`; may stand more than once")
	f.StringArrayVar(&r.press, "press", nil, "press the button `NAME` once each renderer offers it; may stand more than once")
	f.StringVar(&r.codec, "codec", "raw", "ask for the codec `NAME`: "+strings.Join(codec.Names(), ", "))
	f.IntVar(&r.quality, "quality", 0, "of jpeg, `Q` from 1 to 100; 0: 85")
	f.IntVar(&r.sleep, "sleep", 0, "wait `MS` milliseconds before each ack")
	r.door.flags(cmd)
	return cmd
}

func (r *receive) run(cmd *cobra.Command, args []string) error {
	dial := ""
	if len(args) > 0 {
		if cmd.Flags().Changed("listen") {
			return fmt.Errorf("both --listen and the address %s are given: wanted one of them", args[0])
		}
		dial = args[0]
	}
	if err := r.check(); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	r.stop = stop
	cfg := session.Config{Role: wire.RoleViewer, Name: nameOf("rvtool"), Session: session.NewSessionID(), Codecs: []string{codec.Raw}}
	if r.codec != codec.Raw {
		cfg.Codecs = append(cfg.Codecs, r.codec)
	}
	if r.codec == codec.JPEG {
		cfg.Codecs = append(cfg.Codecs, codec.Zstd) // for what can't be JPEG
	}
	err := r.door.run(ctx, dial, cfg, r.serve)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	return err
}

// check finds what is wrong with the flags before anything is opened.
func (r *receive) check() error {
	if !slices.Contains(codec.Names(), r.codec) {
		return fmt.Errorf("--codec %s: wanted one of %s", r.codec, strings.Join(codec.Names(), ", "))
	}
	if r.quality < 0 || r.quality > 100 {
		return fmt.Errorf("--quality %d: wanted 1 to 100", r.quality)
	}
	if r.sleep < 0 || r.count < 0 {
		return fmt.Errorf("--sleep and --count are 0 or more")
	}
	for _, s := range r.send {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" || !json.Valid([]byte(value)) {
			return fmt.Errorf("--send %s: wanted NAME=JSON, such as --send 'exposure=1.5' or --send 'label=\"a\"'", s)
		}
	}
	var err error
	if r.wishes, err = readWishes(r.set, r.press); err != nil {
		return err
	}
	if r.out != "" {
		if err := os.MkdirAll(r.out, 0o755); err != nil {
			return err
		}
	}
	r.cameras, err = openCameras(r.camera)
	return err
}

// serve receives from one renderer until it goes.
func (r *receive) serve(ctx context.Context, peer *session.Peer) error {
	link := session.NewReceiver(peer, &r.pool, nil)
	src := link.Source()
	source := r.number(src)
	r.door.log.Info(fmt.Sprintf("renderer %s connected from %s", src.Name, src.Addr))
	for _, s := range r.send {
		name, value, _ := strings.Cut(s, "=")
		link.SendData(name, "json", []byte(value))
	}
	if r.codec != codec.Raw || r.quality != 0 {
		link.Want(session.Want{Codec: r.codec, Quality: r.quality})
	}
	panel := r.panel(link)
	var wg sync.WaitGroup
	wg.Go(func() { runLink(ctx, link) })
	wg.Go(func() { r.steer(link, panel) })
	for {
		l, err := link.Next(context.Background())
		if err != nil {
			r.door.log.Info(fmt.Sprintf("renderer %s disconnected: %v", src.Name, err))
			break
		}
		if err := panel.look(false); err != nil { // what came before the list, before its ack
			r.fail(err)
		}
		lacking := panel.missing()
		enough, err := r.take(l, source)
		if err != nil {
			r.fail(err)
		}
		if lacking != nil && r.full() {
			r.fail(lacking)
		}
		if enough || r.full() {
			link.Close()
		}
	}
	wg.Wait() // until the last ack is written
	if err := panel.look(true); err != nil {
		r.fail(err)
	}
	if r.full() {
		r.stop()
	}
	return link.Err()
}

// steer sends cameras and prints what else comes.
func (r *receive) steer(link *session.Receiver, panel *panel) {
	tick := time.NewTicker(time.Second / 30)
	defer tick.Stop()
	player := r.cameras.player()
	for {
		for _, e := range link.Events() {
			player.hear(e)
			if e.Kind == session.LinkData {
				r.printData(e)
			}
		}
		if err := panel.look(false); err != nil {
			r.fail(err)
			link.Close()
		}
		if cam, ok := player.next(); ok {
			link.SendCamera(cam, wire.CauseInput)
		}
		select {
		case <-link.Done():
			return
		case <-tick.C:
		}
	}
}

// take prints, saves and acks a list. enough says that --count lists are taken
// already: this one is for nobody.
func (r *receive) take(l *session.List, source int) (enough bool, err error) {
	defer l.Release()
	if !r.reserve() {
		return true, nil
	}
	if r.out != "" {
		if err := save(r.out, source, l); err != nil {
			l.Ack(wire.StateFailed)
			return false, err
		}
	}
	line := r.line(l)
	r.mu.Lock()
	_, err = os.Stdout.Write(line)
	r.mu.Unlock()
	if r.sleep > 0 {
		time.Sleep(time.Duration(r.sleep) * time.Millisecond)
	}
	l.Ack(wire.StateShown)
	r.mu.Lock()
	r.seen++
	r.mu.Unlock()
	return false, err
}

// reserve takes one of --count lists; false when they are all taken.
func (r *receive) reserve() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count > 0 && r.taken >= r.count {
		return false
	}
	r.taken++
	return true
}

// number is 1 for the first renderer, and up: their lists are counted alike.
func (r *receive) number(src session.Source) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sources == nil {
		r.sources = map[string]int{}
	}
	if r.sources[src.Session] == 0 {
		r.sources[src.Session] = len(r.sources) + 1
	}
	return r.sources[src.Session]
}

func (r *receive) full() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err != nil || r.count > 0 && r.seen >= r.count
}

func (r *receive) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}
