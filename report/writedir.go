package report

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"edasim/scenarios"
)

// WriteDir writes a result's files into an empty folder: report.html,
// result.json, replications.json, series.csv and the plots as plots/*.svg and
// plots/*.png. All of them are made before the first is written.
func WriteDir(dir string, r *scenarios.Result) error {
	files := map[string][]byte{}
	for _, f := range []struct {
		name  string
		write func(io.Writer, *scenarios.Result) error
	}{{"report.html", HTML}, {ResultFile, JSON}, {ReplicationsFile, Replications}, {"series.csv", SeriesCSV}} {
		var b bytes.Buffer
		if err := f.write(&b, r); err != nil {
			return err
		}
		files[f.name] = b.Bytes()
	}
	plots, err := Plots(r)
	if err != nil {
		return err
	}
	for name, data := range plots {
		files[filepath.Join("plots", name)] = data
	}
	return writeFiles(dir, files)
}

// writeFiles writes files, some in the folder plots, into an empty folder.
func writeFiles(dir string, files map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o666); err != nil {
			return err
		}
	}
	return nil
}
