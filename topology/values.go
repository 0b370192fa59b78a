package topology

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// timeUnits are the units of a duration, the longest first.
var timeUnits = []struct {
	name string
	size Time
}{{"d", Day}, {"h", Hour}, {"m", Minute}, {"s", Second}, {"ms", Millisecond}, {"us", Microsecond}, {"ns", 1}}

// ParseDuration reads a duration such as 10ns, 250us, 5ms, 1.5s, 1m30s or 7d;
// 0 needs no unit. It is never negative. Parts finer than a nanosecond and
// spans of more than 292 years are errors.
func ParseDuration(text string) (Time, error) {
	switch {
	case text == "0":
		return 0, nil
	case text == "":
		return 0, errors.New("a duration is missing: write a number and a unit, such as 5ms or 1m30s")
	case text[0] == '-':
		return 0, fmt.Errorf("%s is negative: a duration is 0 or more", quote(text))
	case strings.ContainsRune(text, ':'):
		return 0, fmt.Errorf("%s is not a duration: write 1m30s for a minute and a half, 2h for two hours", quote(text))
	}
	var sum Time
	previous := Time(math.MaxInt64)
	for rest := text; rest != ""; {
		digits := countDigits(rest)
		number := rest[:digits]
		rest = rest[digits:]
		letters := strings.IndexAny(rest, "0123456789.")
		if letters < 0 {
			letters = len(rest)
		}
		unit := rest[:letters]
		rest = rest[letters:]
		size, err := durationUnit(text, number, unit)
		if err != nil {
			return 0, err
		}
		if size >= previous {
			return 0, fmt.Errorf("%s has its units out of order: write the longest first and each once, such as 1h30m", quote(text))
		}
		previous = size
		part, err := scaleDecimal(number, size)
		if err == nil && sum > math.MaxInt64-part {
			err = errTooLong
		}
		if err != nil {
			return 0, fmt.Errorf("%s %w", quote(text), err)
		}
		sum += part
	}
	return sum, nil
}

// countDigits is the length of the decimal number that text begins with.
func countDigits(text string) int {
	n := 0
	for n < len(text) && (isDigit(text[n]) || text[n] == '.') {
		n++
	}
	return n
}

func durationUnit(text, number, unit string) (Time, error) {
	if number == "" {
		return 0, fmt.Errorf("%s is not a duration: write a number and a unit, such as 5ms or 1m30s", quote(text))
	}
	switch unit {
	case "":
		return 0, fmt.Errorf("%s has no unit: write %sms, %ss or %sm", quote(text), number, number, number)
	case "µs", "μs":
		unit = "us"
	}
	for _, u := range timeUnits {
		if u.name == unit {
			return u.size, nil
		}
	}
	return 0, fmt.Errorf("%s: %s is not a unit of time: write ns, us, ms, s, m, h or d", quote(text), quote(unit))
}

var (
	errTooLong = errors.New("is too long: virtual time ends after 292 years (106751d)")
	errTooFine = errors.New("is finer than a nanosecond: virtual time counts whole nanoseconds")
)

// scaleDecimal is number × size without rounding.
func scaleDecimal(number string, size Time) (Time, error) {
	whole, fraction, _ := strings.Cut(number, ".")
	if strings.Contains(fraction, ".") || whole+fraction == "" {
		return 0, errors.New("has a number that cannot be read: write it as 1.5")
	}
	fraction = strings.TrimRight(fraction, "0")
	var sum Time
	if whole != "" {
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil || n > math.MaxInt64/size {
			return 0, errTooLong
		}
		sum = n * size
	}
	for _, digit := range []byte(fraction) {
		if size%10 != 0 {
			return 0, errTooFine
		}
		size /= 10
		part := Time(digit-'0') * size
		if sum > math.MaxInt64-part {
			return 0, errTooLong
		}
		sum += part
	}
	return sum, nil
}

// FormatDuration writes t as ParseDuration reads it, short and exact: 250us,
// 1.5s, 1m30s, 1d12h.
func FormatDuration(t Time) string {
	switch {
	case t == 0:
		return "0s"
	case t == math.MinInt64:
		return "-" + FormatDuration(math.MaxInt64)
	case t < 0:
		return "-" + FormatDuration(-t)
	}
	var b strings.Builder
	for _, u := range timeUnits {
		if t < u.size {
			continue
		}
		b.WriteString(strconv.FormatInt(t/u.size, 10))
		t %= u.size
		if u.size <= Second && t > 0 {
			decimals := strconv.FormatInt(u.size+t, 10)[1:]
			b.WriteString("." + strings.TrimRight(decimals, "0"))
			t = 0
		}
		b.WriteString(u.name)
		if t == 0 {
			break
		}
		if t < Second {
			// What is left below a second stays seconds: 1m0.5s.
			b.WriteString("0." + strings.TrimRight(strconv.FormatInt(Second+t, 10)[1:], "0") + "s")
			break
		}
	}
	return b.String()
}

var rateUnits = []struct {
	name string
	size float64 // seconds
}{{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}}

// ParseRate reads a rate such as 50/s, 6/min, 3600/h or 2/d and returns it per
// second, 0 or more.
func ParseRate(text string) (float64, error) {
	number, unit, ok := strings.Cut(text, "/")
	if !ok {
		return 0, fmt.Errorf("%s is not a rate: write it with its unit, such as 50/s, 6/min, 3600/h or 2/d", quote(text))
	}
	value, err := parseNumber(number)
	if err != nil {
		return 0, fmt.Errorf("%s is not a rate (%w): write 50/s, 6/min, 3600/h or 2/d", quote(text), err)
	}
	if value < 0 {
		return 0, fmt.Errorf("%s is negative: a rate is 0 or more", quote(text))
	}
	for _, u := range rateUnits {
		if u.name == unit {
			return value / u.size, nil
		}
	}
	return 0, fmt.Errorf("%s: %s is not a unit of a rate: write %s/s, %s/min, %s/h or %s/d",
		quote(text), quote(unit), number, number, number, number)
}

// FormatRate writes a rate, given per second, in the unit in which it is a
// whole number, or else at least 1.
func FormatRate(perSecond float64) string {
	fallback := ""
	for _, u := range rateUnits {
		n := float64(perSecond * u.size)
		if math.Abs(n-math.Round(n)) <= 1e-9*n {
			return strconv.FormatFloat(math.Round(n), 'f', -1, 64) + "/" + u.name
		}
		if fallback == "" && n >= 1 {
			fallback = strconv.FormatFloat(n, 'g', 6, 64) + "/" + u.name
		}
	}
	if fallback == "" {
		last := rateUnits[len(rateUnits)-1]
		fallback = strconv.FormatFloat(perSecond*last.size, 'g', 6, 64) + "/" + last.name
	}
	return fallback
}

// ParseProbability reads a probability such as 0.5% or 0.005. Outside 0 to 1
// is an error.
func ParseProbability(text string) (float64, error) {
	value, err := parseShare(text)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s is not a probability (%w): write 0.5%% or 0.005", quote(text), err)
	case value < 0:
		return 0, fmt.Errorf("%s is negative: a probability is from 0 to 1, or from 0%% to 100%%", quote(text))
	case value > 1 && !strings.HasSuffix(text, "%") && value <= 100:
		return 0, fmt.Errorf("%s is more than 1: write %s%% for a share of a hundred", quote(text), text)
	case value > 1:
		return 0, fmt.Errorf("%s is more than 1: a probability is from 0 to 1, or from 0%% to 100%%", quote(text))
	}
	return value, nil
}

// parseShare reads a number with or without a percent sign. 0.7% is exactly
// what 0.007 is.
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	if !percent {
		return parseNumber(number)
	}
	if _, err := parseNumber(number); err != nil || strings.ContainsAny(number, "eE") {
		return 0, fmt.Errorf("%s is not a number", quote(number))
	}
	return parseNumber(number + "e-2")
}

// parseNumber reads a plain decimal number: no hexadecimal, no infinity, no
// underscores.
func parseNumber(text string) (float64, error) {
	if text == "" {
		return 0, errors.New("the number is missing")
	}
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, fmt.Errorf("%s is not a number", quote(text))
	}
	value, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%s is too large", quote(text))
	}
	if err != nil {
		return 0, fmt.Errorf("%s is not a number", quote(text))
	}
	return value, nil
}

// quote is text for a message: in quotes and not longer than a line.
func quote(text string) string {
	const longest = 60
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return strconv.Quote(text)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
