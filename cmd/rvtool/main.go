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
		Use:           "rvtool",
		Short:         "Receive and show images of renderers elsewhere, without a screen",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.AddCommand(recvCommand(), showCommand(), tokenCommand())
	return cmd
}
