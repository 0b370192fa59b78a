package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"edasim/report"
	"edasim/scenarios"
)

// outFolders has the folder of each scenario: out itself for one scenario, one
// below it for each of several; nil without --out.
func outFolders(out string, list []loaded) []string {
	if out == "" {
		return nil
	}
	if len(list) == 1 {
		return []string{out}
	}
	var folders []string
	used := make(map[string]int)
	for _, sc := range list {
		name := folderName(sc.Name)
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, used[name])
		}
		folders = append(folders, filepath.Join(out, name))
	}
	return folders
}

// folderName is a scenario's name without what file systems refuse.
func folderName(name string) string {
	runes := []rune(name)
	for i, c := range runes {
		switch {
		case c < ' ' || c == 0x7f, c == '/' || c == '\\' || c == ':' || c == '*' || c == '?' || c == '"' || c == '<' || c == '>' || c == '|':
			runes[i] = '-'
		case c == '.' && i == 0:
			runes[i] = '-'
		}
	}
	if len(runes) == 0 {
		return "scenario"
	}
	return string(runes[:min(len(runes), 80)])
}

// refuseForeign is an error where dir cannot be ours: it is a file, or its
// result.json was not written by edasim.
func refuseForeign(dir string) error {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return usagef("--out %s: that is a file, not a folder", dir)
	}
	text, err := os.ReadFile(filepath.Join(dir, report.ResultFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var ours struct{ Edasim *string }
	if json.Unmarshal(text, &ours) != nil || ours.Edasim == nil {
		return usagef("--out %s: its %s was not written by edasim; name another folder", dir, report.ResultFile)
	}
	return nil
}

// refuseOtherThanRun is an error where dir cannot be ours, or has a sweep, whose page the
// report of a run would replace.
func refuseOtherThanRun(dir string) error {
	if err := refuseForeign(dir); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, report.GridFile)); err == nil {
		return usagef("--out %s: the points of a sweep are there; name another folder", dir)
	}
	return nil
}

// writeFolder writes a result's files whole or not at all: into a hidden folder
// within dir first, then each is renamed to its place, result.json last. What
// else is in dir stays, but for plots of an earlier result that this one does not have.
func writeFolder(dir string, r *scenarios.Result) error {
	_, earlier := os.Stat(filepath.Join(dir, report.ResultFile))
	var files []string
	err := writeWhole(dir, func(temporary string) error {
		err := report.WriteDir(temporary, r)
		if err == nil {
			files, err = filesBelow(temporary)
		}
		return err
	})
	if err != nil || earlier != nil {
		return err
	}
	for _, name := range report.PlotFiles() {
		if slices.Contains(files, name) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// writeWhole puts into dir what write writes into an empty folder, when all of it is
// there.
func writeWhole(dir string, write func(temporary string) error) (err error) {
	_, absent := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(dir, ".edasim-")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(temporary))
		if err != nil && absent != nil {
			os.Remove(dir) // fails, as it should, unless it is empty
		}
	}()
	if err := write(temporary); err != nil {
		return err
	}
	return moveFiles(temporary, dir)
}

// moveFiles puts every file of one folder in the same place of another. What
// can stop it is looked for before the first is moved.
func moveFiles(from, to string) error {
	files, err := filesBelow(from)
	if err != nil {
		return err
	}
	for _, name := range files {
		target := filepath.Join(to, name)
		if info, err := os.Stat(target); err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder", target)
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
	}
	for _, name := range files {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// filesBelow are the files in a folder and all folders in it, result.json last.
func filesBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files = append(files, name)
		return err
	})
	sort.SliceStable(files, func(i, j int) bool { return files[i] != report.ResultFile && files[j] == report.ResultFile })
	return files, err
}
