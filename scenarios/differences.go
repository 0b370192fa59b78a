package scenarios

import (
	"fmt"
	"slices"

	"edasim/sim"
	"edasim/topology"
)

// Cell is one variant in one style, or nil if the result has none.
func (r *Result) Cell(variant string, style topology.Style) *StyleResult {
	for i := range r.Variants {
		if r.Variants[i].Name == variant {
			return r.Variants[i].Style(style)
		}
	}
	return nil
}

// Style is the variant in one style, or nil if it was not simulated.
func (v *VariantResult) Style(style topology.Style) *StyleResult {
	for i := range v.Styles {
		if v.Styles[i].Style == style {
			return &v.Styles[i]
		}
	}
	return nil
}

// Measure is the measure of that name, or nil if no replication had it.
func (s *StyleResult) Measure(name string) *Measured {
	i, found := slices.BinarySearchFunc(s.Measures, Measured{Name: name}, byName)
	if !found {
		return nil
	}
	return &s.Measures[i]
}

// differences are all comparisons of the result, in its order: for each
// variant the later style minus the earlier, then each variant minus the base
// for each style.
func (r *Result) differences() []Difference {
	var all []Difference
	for i := range r.Variants {
		v := &r.Variants[i]
		for b := range v.Styles {
			for a := b + 1; a < len(v.Styles); a++ {
				all = append(all, Difference{
					Name:     fmt.Sprintf("%s-%s", v.Styles[a].Style, v.Styles[b].Style),
					Variant:  v.Name,
					Measures: subtract(&v.Styles[a], &v.Styles[b]),
				})
			}
		}
	}
	base := &r.Variants[0]
	for i := range r.Variants[1:] {
		v := &r.Variants[i+1]
		for s := range v.Styles {
			style := v.Styles[s].Style
			all = append(all, Difference{
				Name: v.Name + "-" + base.Name, Style: &style,
				Measures: subtract(&v.Styles[s], base.Style(style)),
			})
		}
	}
	return all
}

// subtract is a minus b for every measure that both have, paired within each
// replication.
func subtract(a, b *StyleResult) []Measured {
	var out []Measured
	for i := range a.Measures {
		x := &a.Measures[i]
		y := b.Measure(x.Name)
		if y == nil {
			continue
		}
		if d, ok := Subtract(x, y); ok {
			out = append(out, d)
		}
	}
	return out
}

// Subtract is measure a minus measure b, paired within each replication that
// has both; ok is false if none has. The value of a quantile is the difference
// of the quantiles over all replications. The interval is t × standard error
// of the replications' own differences; the largest have none.
func Subtract(a, b *Measured) (d Measured, ok bool) {
	d = Measured{Name: a.Name, Unit: a.Unit, Kind: a.Kind}
	for i, j := 0, 0; i < len(a.In) && j < len(b.In); {
		switch {
		case a.In[i] < b.In[j]:
			i++
		case a.In[i] > b.In[j]:
			j++
		default:
			d.In = append(d.In, a.In[i])
			d.Each = append(d.Each, a.Each[i]-b.Each[j])
			i, j = i+1, j+1
		}
	}
	if len(d.Each) == 0 {
		return d, false
	}
	d.Bimodal = bimodal(d.Each)
	switch a.Kind {
	case sim.Largest:
		d.Value = a.Value - b.Value
		return d, true
	case sim.Quantile:
		d.Value = a.Value - b.Value
	default:
		d.Value = meanOf(d.Each)
	}
	if len(d.Each) > 1 {
		h := halfWidth(d.Each)
		d.Low, d.High, d.HasInterval = d.Value-h, d.Value+h, true
	}
	return d, true
}
