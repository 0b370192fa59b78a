package topology

import (
	"math"
	"math/bits"
	"sync"
)

// A draw is the quantile function at one uniform: the top 53 bits of a hash.
// The function is tabulated as cubic polynomials in p, the share of draws
// beyond the wanted value: below it in the lower half, above it in the upper
// half. Each half has tableOctaves octaves of p, [1/4, 1/2) and down, each in
// tableCells cells, which follow the bits of p as a float: exponent and first
// bits of the mantissa are the index. What lies further out, one draw in a
// thousand, is computed by the exact formula.
//
// The polynomial is in powers of x = 2p itself and not of the distance from
// the cell: the bits lost are far below a nanosecond, and a subtraction is
// saved.
const (
	tableOctaves  = 10
	tableCellBits = 4
	tableCells    = 1 << tableCellBits
	halfCells     = tableOctaves * tableCells
	cellShift     = 52 - tableCellBits
	// firstCell is the index, as a float's first bits, of x = 2^-tableOctaves.
	firstCell = (1023 - tableOctaves) << tableCellBits
)

// cell is c[0] + c[1]x + c[2]x² + c[3]x³.
type cell [4]float64

// table is a law's standard quantile function: lower half, upper half.
type table [2][halfCells]cell

// At is the draw that a hash of 64 random bits stands for. It is the same on
// every processor.
func (d *Dist) At(hash uint64) Time {
	if d == nil {
		return 0
	}
	if d.table == nil {
		return d.untabled(hash)
	}
	upper, x := tail(hash)
	i := math.Float64bits(x)>>cellShift - firstCell
	if i >= halfCells {
		return d.time(d.law.standard(d.shape, x/2, upper == 1))
	}
	c := &d.table[upper&1][i]
	// (c[0] + c[1]x + c[2]x² + c[3]x³) scale + shift, in the order that waits least.
	xs := float64(x * d.scale)
	y := (float64(c[0]*d.scale) + (d.shift + 0.5) + float64(c[1]*xs)) + float64(float64(x*xs)*(c[2]+float64(c[3]*x)))
	if t := Time(y); uint64(t) < uint64(Longest) {
		return t
	}
	return clamped(y) // what is out of range was no time, or a negative one
}

// tail is the half that a hash falls into, 1 for the upper, and twice the
// distance from that half's end: from 2^-53 to 1 - 2^-53. All of it is exact:
// 52 bits are put behind a 1, which is taken away again but for half a bit.
func tail(hash uint64) (upper uint64, x float64) {
	k := hash >> 11
	upper = k >> 52
	return upper, math.Float64frombits((k^-upper)&(1<<52-1)|1023<<52) - (1 - 0x1p-53)
}

// untabled is At for what needs no table, or is too steep for one.
func (d *Dist) untabled(hash uint64) Time {
	switch d.law {
	case constantLaw:
		return d.lo
	case uniformLaw:
		n, _ := bits.Mul64(hash, uint64(d.hi-d.lo)+1)
		return d.lo + Time(n)
	case empiricalLaw:
		n, _ := bits.Mul64(hash, uint64(len(d.times)))
		return d.times[n]
	case mixLaw:
		i := 0
		for hash > d.parts[i].upTo {
			i++
		}
		return d.parts[i].dist.At(splitMix(hash))
	}
	upper, x := tail(hash)
	return d.time(d.law.standard(d.shape, x/2, upper == 1))
}

// splitMix is one step of SplitMix64: G. Steele, D. Lea and C. Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014.
func splitMix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// The tables that all distributions of a law share. Others have a shape.
var (
	exponentialTable = sync.OnceValue(func() *table { return makeTable(exponentialLaw, 1) })
	normalTable      = sync.OnceValue(func() *table { return makeTable(normalLaw, 1) })
)

// tableFor is a law's table. It is nil where cubics are not within 10^-6 of
// the value or the mean: laws so steep that hardly anybody means them.
func tableFor(l law, shape float64) *table {
	switch {
	case l == exponentialLaw:
		return exponentialTable()
	case l == normalLaw:
		return normalTable()
	case l == lognormalLaw && shape <= 3,
		l == weibullLaw && shape >= 0.25 && shape <= 100,
		l == paretoLaw && shape >= 0.75:
		return makeTable(l, shape)
	}
	return nil
}

func makeTable(l law, shape float64) *table {
	t := new(table)
	for half := range t {
		for i := range t[half] {
			low := math.Float64frombits(uint64(firstCell+i) << cellShift)
			high := math.Float64frombits(uint64(firstCell+i+1) << cellShift)
			t[half][i] = fit(low, high, func(x float64) float64 {
				return l.standard(shape, x/2, half == 1)
			})
		}
	}
	return t
}

// fit is the cubic through f at the four Chebyshev points of a cell, by
// Newton's divided differences, multiplied out.
func fit(low, high float64, f func(float64) float64) cell {
	const outer, inner = 0.92387953251128675613, 0.38268343236508977173 // cos π/8, cos 3π/8
	middle, half := float64((low+high)/2), float64((high-low)/2)
	var x, y [4]float64
	for i, at := range [...]float64{-outer, -inner, inner, outer} {
		x[i] = middle + float64(half*at)
		y[i] = f(x[i])
	}
	for order := 1; order < 4; order++ {
		for i := 3; i >= order; i-- {
			y[i] = (y[i] - y[i-1]) / (x[i] - x[i-order])
		}
	}
	c := cell{y[3]}
	for i := 2; i >= 0; i-- { // c = c × (X - x[i]) + y[i]
		for k := 3; k >= 1; k-- {
			c[k] = c[k-1] - float64(c[k]*x[i])
		}
		c[0] = y[i] - float64(c[0]*x[i])
	}
	return c
}
