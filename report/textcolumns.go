package report

import (
	"strings"
	"unicode"
)

// wide are the scripts and signs that a terminal shows in two columns, the
// ranges W and F of Unicode's EastAsianWidth.txt that matter.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff01, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1faff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1}},
}

// columns is how many columns of a terminal a text takes.
func columns(text string) int {
	n := 0
	for _, c := range text {
		n += columnsOf(c)
	}
	return n
}

func columnsOf(c rune) int {
	switch {
	case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.Is(wide, c):
		return 2
	}
	return 1
}

// wrap breaks a text into lines of at most so many columns. A word that is
// longer than a line is broken. A no-break space keeps its words together and is
// written as a plain one.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, breaks) {
		word = strings.ReplaceAll(word, noBreak, " ")
		if line != "" && columns(line)+1+columns(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		for columns(word) > width {
			head := fitting(word, width)
			lines = append(lines, head)
			word = word[len(head):]
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

const noBreak = "\u00a0"

func breaks(c rune) bool { return unicode.IsSpace(c) && string(c) != noBreak }

// shorten cuts a text to so many columns and says so with an ellipsis.
func shorten(text string, width int) string {
	if columns(text) <= width {
		return text
	}
	return strings.TrimRight(fitting(text, width-1), " ") + "…"
}

// fitting is what of a text fits so many columns.
func fitting(text string, width int) string {
	for i, c := range text {
		if width -= columnsOf(c); width < 0 {
			return text[:i]
		}
	}
	return text
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-columns(text)))
}

func padLeft(text string, width int) string {
	return strings.Repeat(" ", max(0, width-columns(text))) + text
}
