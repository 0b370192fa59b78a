package report

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"edasim/scenarios"
)

// The browser is named by EDASIM_BROWSER, or found by one of these names. .ci/run
// installs it, and axe-core, by name.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome"}

// axeFile is where .ci/run puts axe-core, below the top of the repository.
const axeFile = "../.ci/node_modules/axe-core/axe.min.js"

func browser(t *testing.T) string {
	t.Helper()
	if name := os.Getenv("EDASIM_BROWSER"); name != "" {
		return name
	}
	for _, name := range browserNames {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED, NOT PASSED: no browser: the pages were not looked at. Install Chromium, or name one in EDASIM_BROWSER.")
	return ""
}

// browse runs the browser once on a file.
func browse(t *testing.T, program, file string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	all := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=" + t.TempDir()}, args...)
	cmd := exec.CommandContext(ctx, program, append(all, "file://"+file)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, &stderr)
	}
	return out
}

// pages are what people look at: of runs of several kinds, and of sweeps.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range []string{"checkout", "retry-storm", "refund-postmortem", "travel-booking"} {
		text, ok := scenarios.Builtin(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		sc, err := scenarios.Load(text, name+".yaml", scenarios.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sc.Run.Replications = 3
		r, err := scenarios.Execute(context.Background(), sc, scenarios.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all[name] = pageOf(t, r)
	}
	all["sweep with curves"] = written(t, SweepHTML, fakeSweep(t, "faults.drop=0%..5%/6"))
	all["sweep with heatmaps"] = written(t, SweepHTML, fakeSweep(t, "faults.drop=0%..5%/6", "payment.replicas=1,2,4"))
	return all
}

// looked is what look.js tells of one page at one width.
type looked struct {
	Width    int      `json:"width"`
	Passes   int      `json:"passes"` // rules of axe-core that passed
	Problems []string `json:"problems"`
}

// widths are those of a phone, a tablet and a screen.
var widths = []int{400, 768, 1280}

// shown shows pages at all widths in one colour scheme, one after the other: in frames,
// since a window is never as narrow as a phone. It returns what was seen of each page at
// each width.
func shown(t *testing.T, program string, list []string, dark bool) [][]looked {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "look.js"))
	if err != nil {
		t.Fatal(err)
	}
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		axe = nil // the tests say so
	}
	b64 := func(text []byte) string { return base64.StdEncoding.EncodeToString(text) }
	var texts []string
	for _, page := range list {
		texts = append(texts, `"`+b64([]byte(page))+`"`)
	}
	width, _ := json.Marshal(widths) //nolint:errcheck // numbers
	document := fmt.Sprintf(`<!doctype html><meta charset=utf-8><title>frames</title><body><pre id=seen></pre><script>
const decode = (text) => new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
const axe = decode("%s"), look = decode("%s"), pages = [%s].map(decode);
const show = async (page, width) => {
  const f = document.createElement("iframe");
  f.width = width; f.height = 2000; f.style.border = 0; f.srcdoc = page;
  await new Promise((done) => { f.onload = done; document.body.append(f); });
  for (const d of f.contentDocument.querySelectorAll("details")) d.open = true;
  if (axe) f.contentWindow.eval(axe);
  const seen = await f.contentWindow.eval(look);
  f.remove();
  return seen;
};
(async () => {
  const all = [];
  for (const page of pages) {
    const one = [];
    for (const width of %s) one.push(await show(page, width));
    all.push(one);
  }
  document.getElementById("seen").textContent = JSON.stringify(all);
})();
</script>`, b64(axe), b64(script), strings.Join(texts, ","), width)
	file := filepath.Join(t.TempDir(), "frames.html")
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	scheme := "1"
	if dark {
		scheme = "0"
	}
	dom := browse(t, program, file, "--window-size=1400,2100", "--blink-settings=preferredColorScheme="+scheme, "--virtual-time-budget=600000", "--dump-dom")
	found := regexp.MustCompile(`(?s)<pre id="seen">(.*?)</pre>`).FindSubmatch(dom)
	var all [][]looked
	if found == nil || json.Unmarshal([]byte(html.UnescapeString(string(found[1]))), &all) != nil || len(all) != len(list) {
		t.Fatalf("the pages told nothing of themselves: %d bytes", len(dom))
	}
	return all
}

func axeIsThere(t *testing.T) bool {
	t.Helper()
	_, err := os.Stat(axeFile)
	if err != nil {
		t.Logf("NOT CHECKED: axe-core is not there (%v): npm ci --prefix .ci", err)
	}
	return err == nil
}

// Every page, at the widths of a phone, a tablet and a screen, in light and dark: it
// fetches nothing, nothing sticks out or is cut off, no two labels overlap, and axe-core
// has nothing against it.
func TestPagesInABrowser(t *testing.T) {
	program := browser(t)
	axe := axeIsThere(t)
	all := pages(t)
	names := slices.Sorted(maps.Keys(all))
	var list []string
	for _, name := range names {
		list = append(list, all[name])
	}
	for _, dark := range []bool{false, true} {
		t.Run(fmt.Sprint("dark ", dark), func(t *testing.T) {
			t.Parallel()
			for i, page := range shown(t, program, list, dark) {
				for k, l := range page {
					if l.Width != widths[k] {
						t.Errorf("%s: %d pixels wide, want %d", names[i], l.Width, widths[k])
					}
					if axe && l.Passes < 10 {
						t.Errorf("%s: only %d rules of axe-core had anything to say", names[i], l.Passes)
					}
					for _, p := range l.Problems {
						t.Errorf("%s at %d: %s", names[i], l.Width, p)
					}
				}
			}
		})
	}
}

// What is looked for is found: a page with each defect.
func TestBrokenPagesInABrowser(t *testing.T) {
	program := browser(t)
	axe := axeIsThere(t)
	const head = "<!doctype html><html lang=en><head><title>x</title></head><body><main><h1>x</h1>"
	defects := [][2]string{
		{"request", `<img alt="" src="http://127.0.0.1:9/nothing.png">`},
		{"overflow", `<div style="width:3000px">x</div>`},
		{"outside", `<p style="position:relative;left:-50px">x</p>`},
		{"cut off", `<p style="width:40px;overflow:hidden;white-space:nowrap">a long text that is cut</p>`},
		{"labels overlap", `<svg width="200" height="50" role="img" aria-label="x"><text x="5" y="20">one</text><text x="15" y="22">two</text></svg>`},
		{"label outside of its picture", `<svg width="50" height="50" role="img" aria-label="x"><text x="40" y="20">outside</text></svg>`},
		{"axe color-contrast", `<p style="color:#bbb;background:#fff">pale</p>`},
		{"axe image-alt", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`},
	}
	var list []string
	for _, d := range defects {
		list = append(list, head+d[1]+"</main></body></html>")
	}
	for i, page := range shown(t, program, list, false) {
		want := defects[i][0]
		if !axe && strings.HasPrefix(want, "axe") {
			continue
		}
		for _, l := range page {
			if !strings.Contains(strings.Join(l.Problems, "\n"), want+": ") {
				t.Errorf("%s at %d: not found, but %q", want, l.Width, l.Problems)
			}
		}
	}
}

// A page prints: to a PDF of several sheets.
func TestPagePrints(t *testing.T) {
	program := browser(t)
	dir := t.TempDir()
	file, pdf := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(file, []byte(pages(t)["checkout"]), 0o600); err != nil {
		t.Fatal(err)
	}
	browse(t, program, file, "--no-pdf-header-footer", "--print-to-pdf="+pdf)
	text, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	sheets := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(text, -1))
	if !bytes.HasPrefix(text, []byte("%PDF-")) || sheets < 3 || sheets > 20 {
		t.Errorf("%d bytes, %d sheets", len(text), sheets)
	}
}
