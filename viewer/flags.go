package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `rvviewer shows the images that renderers send, each in a window of its own,
and sends them the camera that you move with the mouse.

usage: rvviewer [--listen ADDR]... [--token-file F] [--insecure] [--any-user]
                [--cameras FILE] [ADDRESS...]

  rvviewer                        wait on 127.0.0.1:12345: Python's rv.show(image) and
                                  rv.connect() find it there
  rvviewer 127.0.0.1:12346        look at a renderer that listens: rv.listen() prints
                                  its address, and the ssh line for another machine
  rvviewer --listen 0.0.0.0:12345 let other machines in; prints the address and token
                                  that they need
  rvviewer --cameras data/garden  begin at a dataset's first camera; N and P step

Each ADDRESS is dialed, and dialed again when it is lost. Addresses can be typed
into the control window as well; closing that window ends the viewer.

addresses
  host:port, rv://TOKEN@host:port, unix:/path; the port is 12345 to listen on
  and 12346 to dial where it is left out

options
  --listen ADDR      listen there; may be given several times; "none" for nowhere.
                     Beyond loopback a token is made, kept and printed
  --token-file F     the first line of F is the token that renderers have to know, and
                     that is proved to those dialed (rvtool token makes one); else RV_TOKEN
  --insecure         listen beyond loopback without a token: anyone may send images
  --any-user         let other users of this machine in without a token
  --cameras FILE     FILE's first camera is the first view, in place of the renderer's; in
                     image windows N and P step through the others, Home goes to the
                     first. FILE is gaussian-splatting's cameras.json, a transforms.json
                     (nerfstudio, instant-ngp, Blender), or COLMAP's cameras and images,
                     text or binary; or a folder that has them, also in its sparse/0.
                     It may as well be dropped onto any of the windows
  --dump DIR         for tests: print JSON lines: where the controls stand, and each
                     list that is shown with the SHA-256 of its textures as read
                     back, kept in DIR ("-" keeps none)
  --version          print the version
  --help             print this

in an image window H lists the keys and what the mouse does; clicks, drags with Shift
and keys that the viewer has no use for are told to the renderer, if it takes them

exit codes
  0 closed, 1 wrong usage or trouble, 2 no display or OpenGL older than 4.1
`

// flags are the command line.
type flags struct {
	listen, dial      []string
	tokenFile, dump   string
	cameras           string
	insecure, anyUser bool
}

// many is a flag that may be given several times.
type many []string

func (m *many) String() string     { return strings.Join(*m, " ") }
func (m *many) Set(s string) error { *m = append(*m, s); return nil }

// parseFlags returns nil and an exit code when there is nothing to run.
func parseFlags(args []string) (*flags, int) {
	f := &flags{}
	set := flag.NewFlagSet("rvviewer", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Var((*many)(&f.listen), "listen", "")
	set.StringVar(&f.tokenFile, "token-file", "", "")
	set.StringVar(&f.dump, "dump", "", "")
	set.StringVar(&f.cameras, "cameras", "", "")
	set.BoolVar(&f.insecure, "insecure", false, "")
	set.BoolVar(&f.anyUser, "any-user", false, "")
	showVersion := set.Bool("version", false, "")
	for len(args) > 0 { // flags may stand behind addresses as well
		err := set.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			fmt.Print(usage)
			return nil, 0
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "rvviewer: %v; rvviewer --help lists what there is\n", err)
			return nil, exitFailure
		}
		if args = set.Args(); len(args) > 0 {
			f.dial = append(f.dial, args[0])
			args = args[1:]
		}
	}
	if *showVersion {
		fmt.Println("rvviewer " + version)
		return nil, 0
	}
	switch {
	case len(f.listen) == 0:
		f.listen = []string{"127.0.0.1:12345"}
	case len(f.listen) == 1 && f.listen[0] == "none":
		f.listen = nil
	}
	return f, 0
}
