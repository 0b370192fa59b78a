package report

import (
	"encoding/json"
	"io"
	"strings"

	"edasim/topology"
)

// graphShape is a shape as other tools read it. Lists are never null.
type graphShape struct {
	Style    string         `json:"style"`
	Links    []graphLink    `json:"links"`
	Unheard  []string       `json:"events_without_consumers"`
	Unsaid   []string       `json:"events_without_producers"`
	Cycles   []graphCycle   `json:"cycles"`
	Longest  []string       `json:"longest_chain"`
	AtLeast  bool           `json:"longest_chain_is_at_least,omitempty"`
	FanOut   graphFan       `json:"fan_out"`
	FanIn    graphFan       `json:"fan_in"`
	Services []graphService `json:"services"`
	Together []graphChange  `json:"change_together"`
	Drawing  graphTest      `json:"ten_minute_test"`
}

type graphLink struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Event string `json:"event,omitempty"`
	As    string `json:"as"`
}

type graphCycle struct {
	Path   []string `json:"path"`
	Events []string `json:"events"`
	Others []string `json:"also_lead_back"`
}

type graphFan struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

type graphService struct {
	Service  string    `json:"service"`
	Knows    []string  `json:"depends_on"`
	Unknowns []string  `json:"depends_unknowingly_on"`
	Down     graphDead `json:"when_down"`
}

type graphDead struct {
	Stops  []string `json:"stops"`
	Misses []string `json:"gets_less"`
	Waits  []string `json:"calls_in_vain"`
}

type graphChange struct {
	Event    string   `json:"event"`
	Services []string `json:"services"`
}

type graphPart struct {
	What string `json:"what"`
	N    int    `json:"n"`
	Each int    `json:"seconds_each"`
}

type graphTest struct {
	Parts      []graphPart `json:"parts"`
	Seconds    int         `json:"seconds"`
	Limit      int         `json:"limit_seconds"`
	Drawable   bool        `json:"in_ten_minutes"`
	Formula    string      `json:"formula"`
	Assumption string      `json:"assumption"`
	Advice     *graphBoxes `json:"drawable_with,omitempty"`
}

type graphBoxes struct {
	Text    string     `json:"text"`
	Boxes   [][]string `json:"one_box_each"`
	Seconds int        `json:"seconds"`
}

// GraphJSON writes the shapes for other tools, with every list whole.
func GraphJSON(w io.Writer, name string, shapes []*topology.Shape) error {
	out := struct {
		Scenario string       `json:"scenario"`
		Styles   []graphShape `json:"styles"`
	}{Scenario: name, Styles: []graphShape{}}
	for _, s := range shapes {
		out.Styles = append(out.Styles, graphShapeOf(s))
	}
	encoded, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(encoded, '\n'))
	return err
}

func graphShapeOf(s *topology.Shape) graphShape {
	x := graphShape{
		Style: s.Style.String(), Unheard: orEmpty(s.Unheard), Unsaid: orEmpty(s.Unsaid), Longest: orEmpty(s.Longest), AtLeast: s.AtLeast,
		FanOut: graphFan(s.FanOut), FanIn: graphFan(s.FanIn),
		Links: []graphLink{}, Cycles: []graphCycle{}, Services: []graphService{}, Together: []graphChange{},
	}
	for _, c := range s.Cycles {
		x.Cycles = append(x.Cycles, graphCycle{c.Path, c.Events, orEmpty(c.Others)})
	}
	for _, l := range s.Links {
		x.Links = append(x.Links, graphLink{l.From, l.To, l.Event, l.As.String()})
	}
	for _, d := range s.Services {
		x.Services = append(x.Services, graphService{d.Service, orEmpty(d.Knows), orEmpty(d.Unknowns), graphDead{orEmpty(d.Stops), orEmpty(d.Misses), orEmpty(d.Waits)}})
	}
	for _, c := range s.Together {
		x.Together = append(x.Together, graphChange(c))
	}
	d := &s.TenMinute
	x.Drawing = graphTest{Seconds: d.Seconds, Limit: topology.DrawingLimit, Drawable: d.Drawable(), Formula: drawingFormula(d), Assumption: drawingAssumption}
	for _, p := range d.Parts {
		x.Drawing.Parts = append(x.Drawing.Parts, graphPart(p))
	}
	if !d.Drawable() {
		boxes := d.Boxes
		if boxes == nil {
			boxes = [][]string{}
		}
		x.Drawing.Advice = &graphBoxes{strings.TrimSuffix(drawingAdvice(d), ":"), boxes, d.BoxedSeconds}
	}
	return x
}
