package report

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"image/color"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// svgBody draws a figure and returns what is inside the svg element.
func (f *figure) svgBody() (string, error) {
	canvas := vgsvg.New(figureWidth, f.height)
	f.draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", err
	}
	text := b.String()
	from, to := strings.Index(text, "<g"), strings.LastIndex(text, "</svg>")
	if from < 0 || to < from {
		return "", fmt.Errorf("the drawing has no content")
	}
	return fontFamily.ReplaceAllString(text[from:to], `style="`), nil
}

// fontFamily is what vgsvg says of the face in every text; the svg element says
// it once.
var fontFamily = regexp.MustCompile(`style="font-family:[^;"]*;(font-variant:[^;"]*;)?(font-weight:[^;"]*;)?(font-style:[^;"]*;)?`)

// svgFile is a figure as a file of its own, on white.
func (f *figure) svgFile(body string) []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %[1]g %[2]g" role="img" font-family="Liberation Sans, Arial, Helvetica, sans-serif">
<title>%s</title>
<desc>%s</desc>
<rect width="100%%" height="100%%" fill="#fff"/>
%s</svg>
`, figureWidth.Points(), f.height.Points(), html.EscapeString(f.title), html.EscapeString(f.alt), body)
}

// svgInline is a figure for the page: as wide as its column, in the page's
// face and colours. The body is escaped by vgsvg.
func (f *figure) svgInline(body string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 %g %g" role="img" aria-labelledby="%s-title %[3]s-desc"><title id="%[3]s-title">%[4]s</title><desc id="%[3]s-desc">%[5]s</desc>%[6]s</svg>`,
		figureWidth.Points(), f.height.Points(), f.file, html.EscapeString(f.title), html.EscapeString(f.alt), colourVariables.Replace(body)))
}

// colourVariables replaces each colour of the theme by a variable of page.css,
// which has a light and a dark value.
var colourVariables = strings.NewReplacer(
	hex(paper), "var(--bg)", hex(ink), "var(--ink)", hex(muted), "var(--mut)", hex(gridGrey), "var(--ln)",
	hex(axisGrey), "var(--ax)", hex(faultTint), "var(--f)",
	hex(blue), "var(--c)", hex(orange), "var(--o)", hex(teal), "var(--d)",
	hex(heatTint), "var(--h)",
)

// hex is a colour as vgsvg writes it.
func hex(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }
