package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"remoteviewer/internal/session"
)

func tokenCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "token",
		Short: "Make a token of 192 random bits",
		Long: "Prints a new token. Give it to both sides: `rvtool token > FILE`, then --token-file FILE on one side\n" +
			"and RV_TOKEN or rv://TOKEN@host:port on the other. It guards the door, not the traffic.",
		Example: "  umask 077; rvtool token > ~/.rv-token\n  rvviewer --listen 0.0.0.0:12345 --token-file ~/.rv-token",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), session.NewToken())
			return err
		},
	}
}
