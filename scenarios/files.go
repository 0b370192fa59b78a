package scenarios

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// What is larger is not what it should be, and is not read into memory.
const (
	LargestScenario = 16 << 20  // bytes
	LargestData     = 256 << 20 // bytes: a trace, measured latencies, a saved result
)

// LoadFile reads a scenario from a file and checks it, as Load does. What the
// scenario names is read beside the file unless opts say otherwise.
func LoadFile(path string, opts LoadOptions) (*Scenario, error) {
	src, err := ReadFile(path, LargestScenario)
	if err != nil {
		return nil, err
	}
	if opts.ReadFile == nil {
		opts.ReadFile = Beside(filepath.Dir(path))
	}
	return Load(src, path, opts)
}

// Beside reads what a scenario names, from the scenario's own folder.
func Beside(dir string) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return ReadFile(name, LargestData)
	}
}

// ReadFile reads a file of at most that many bytes. A pipe or a device is
// refused: opening one could wait for ever.
func ReadFile(path string, largest int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a file that can be read; pipe it in, and write - for it", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadAll(f, path, largest)
}

// ReadAll reads at most that many bytes. name is what the error begins with.
func ReadAll(r io.Reader, name string, largest int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if int64(len(text)) > largest {
		return nil, fmt.Errorf("%s: larger than the %d MB that are read", name, largest>>20)
	}
	return text, nil
}

// WriteFile writes a file whole or not at all: what stops it half way leaves
// what was there before. Two that write at once both succeed, and the file is
// one of theirs. Through a symbolic link it writes what that points to. What is no
// regular file, such as /dev/stdout or a named pipe, stays what it is and is written
// to as it comes: putting a file in its place would take a device from the system.
func WriteFile(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeInto(path, data)
	}
	f, err := createBeside(path)
	if err != nil {
		return about(path, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return about(path, err)
	}
	return nil
}

// writeInto writes to what is there already.
func writeInto(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return about(path, err)
	}
	_, err = f.Write(data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return about(path, err)
	}
	return nil
}

// about names the file that was to be written instead of the one that stood for it.
func about(path string, err error) error {
	var onPath *fs.PathError
	var onLink *os.LinkError
	switch {
	case errors.As(err, &onPath):
		err = onPath.Err
	case errors.As(err, &onLink):
		err = onLink.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// createBeside makes a new hidden file in the folder of path, with the
// permissions that a new file has there.
func createBeside(path string) (*os.File, error) {
	dir, base := filepath.Split(path)
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s.%s.%d-%d", dir, base, os.Getpid(), i)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) || i > 1000 {
			return f, err
		}
	}
}
