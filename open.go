package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// openPage shows a file in the browser: the command in BROWSER, or what the system
// has for it. Where there is neither, it says where the page is: it was written.
func (a *app) openPage(file string) error {
	full, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	command := browser()
	if len(command) == 0 {
		a.note("no browser was found: set BROWSER, or open %s", full)
		return nil
	}
	cmd := exec.Command(command[0], append(command[1:], full)...)
	cmd.Stdout, cmd.Stderr = a.stderr, a.stderr
	if err := cmd.Start(); err != nil {
		a.note("%s could not be started: %v; open %s", command[0], errors.Unwrap(err), full)
		return nil
	}
	return cmd.Process.Release()
}

// browser is the command that shows a page; empty: there is none.
func browser() []string {
	if own := strings.Fields(os.Getenv("BROWSER")); len(own) > 0 {
		return own
	}
	known := [][]string{{"xdg-open"}, {"x-www-browser"}, {"wslview"}}
	switch runtime.GOOS {
	case "darwin":
		known = [][]string{{"open"}}
	case "windows":
		known = [][]string{{"rundll32", "url.dll,FileProtocolHandler"}}
	}
	for _, c := range known {
		if _, err := exec.LookPath(c[0]); err == nil {
			return c
		}
	}
	return nil
}
