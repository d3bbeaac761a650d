// Command rvtool is the tool without a screen: it receives and shows images, and
// makes tokens.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := root().ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, context.Canceled) {
		fmt.Fprintf(lineWriter{os.Stderr}, "rvtool: %v\n", err)
	}
	return 1
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rvtool",
		Short: "Receive and show images of renderers elsewhere, without a screen",
		Long: "rvtool receives what renderers show, on a machine without a screen, and shows image files in a viewer\n" +
			"that is open (rvviewer). Renderers are programs that use the remoteviewer library: Python's\n" +
			"rv.show(image) dials 127.0.0.1:12345, where `rvtool recv` listens; rv.listen() prints an address to dial.\n\n" +
			"Addresses are host:port, rv://TOKEN@host:port or unix:/path. Exit code: 0 done, 1 not.",
		Example: "  rvtool recv --out shots                     save what rv.show(image) sends\n" +
			"  rvtool recv 127.0.0.1:12346 --camera orbit  circle around a renderer's scene\n" +
			"  rvtool show before.png after.png            look at files in an open rvviewer",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.AddCommand(recvCommand(), showCommand(), tokenCommand())
	return cmd
}
