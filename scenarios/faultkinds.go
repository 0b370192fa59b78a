package scenarios

import (
	"math"
	"slices"
	"strings"

	"edasim/faults"
	"edasim/topology"
)

// faultKind is how a kind of fault is written.
type faultKind struct {
	name    string
	shape   shape // of its main figure
	meaning string
	example string
	with    string // what the example needs besides
	extras  []string
	without []string // keys that say nothing of it
	read    func(r *faultReader, figure *node) faults.Fault
	// figure says what the main figure is besides a part of the fault.
	figure figureKind
	// What the fault can be aimed at.
	needs  string // a target that it cannot do without
	aims   []string
	victim []string // reserved names that service may be
}

type figureKind uint8

const (
	ownFigure    figureKind = iota
	chanceFigure            // its probability
	windowFigure            // the length of its window
)

var (
	anywhere   = []string{"event", "service", "handler"}
	publishers = []string{faults.Client, faults.Coordinator}
	consumers  = []string{faults.Coordinator}
)

// faultKinds are all faults, in the order of documentation.
var faultKinds = []faultKind{
	{name: "drop", shape: aProbability,
		meaning: "The message never reaches the broker; drawn for each publish.", example: "0.5%",
		figure: chanceFigure, aims: anywhere, victim: publishers,
		read: func(*faultReader, *node) faults.Fault { return faults.Drop{} }},
	{name: "confirm_loss", shape: aProbability,
		meaning: "The broker has the message, but the producer is not told.", example: "1%",
		figure: chanceFigure, aims: anywhere, victim: publishers,
		read: func(*faultReader, *node) faults.Fault { return faults.ConfirmLoss{} }},
	{name: "duplicate", shape: aProbability,
		meaning: "The broker gets the message twice, with the same message id.", example: "1%",
		figure: chanceFigure, aims: anywhere, victim: publishers,
		extras: []string{"copies", "spread"}, read: readDuplicate},
	{name: "delay", shape: aDist,
		meaning: "A copy takes so much longer on its way to its consumer.", example: "exp(2s)", with: "probability: 2%",
		aims: anywhere, victim: consumers, read: readDelay},
	{name: "network_partition", shape: aDist,
		meaning: "For so long nothing passes between the service and the broker.", example: "30s", with: "service: payment",
		figure: windowFigure, needs: "service", aims: []string{"service", "event"},
		victim: consumers, extras: []string{"lose"}, read: readPartition},
	{name: "undecodable", shape: aProbability,
		meaning: "A poison message, which no attempt can decode.", example: "1%",
		figure: chanceFigure, aims: anywhere, victim: consumers,
		read: func(*faultReader, *node) faults.Fault { return faults.Undecodable{} }},
	{name: "schema", shape: aVersion,
		meaning: "From then on the event is published in this version of its schema; handlers that do not accept it cannot decode it.", example: "2", with: "event: StockReserved",
		needs: "event", aims: anywhere, extras: []string{"rollout"}, read: readSchema},
	{name: "upgrade", shape: someVersions,
		meaning: "From then on the handlers of the service accept these versions.", example: "[1, 2]", with: "service: payment",
		needs: "service", aims: []string{"service", "event"},
		extras: []string{"rollout"}, read: readUpgrade},
	{name: "ignore", shape: aProbability,
		meaning: "The consumer acks the message and does nothing.", example: "15%",
		figure: chanceFigure, aims: anywhere, victim: consumers,
		read: func(*faultReader, *node) faults.Fault { return faults.Ignore{} }},
	{name: "error", shape: aProbability,
		meaning: "A transient error after the service time, so that the message is delivered again.", example: "2%",
		figure: chanceFigure, aims: anywhere, victim: consumers,
		read: func(*faultReader, *node) faults.Fault { return faults.Error{} }},
	{name: "slow", shape: aFactor,
		meaning: "Service times are multiplied.", example: "10x",
		aims: anywhere, victim: consumers, read: readSlow},
	{name: "pause", shape: aDist,
		meaning: "For so long nothing in the service progresses, as in a garbage collection.", example: "1s", with: "service: payment",
		figure: windowFigure, needs: "service", aims: []string{"service"}, victim: consumers,
		read: func(*faultReader, *node) faults.Fault { return faults.Pause{} }},
	{name: "crash", shape: aProbability.or(aRate),
		meaning: "The worker dies in a run; a rate is per running handler, so that what takes longer dies more often.", example: "0.1%",
		figure: chanceFigure, aims: anywhere, victim: consumers,
		extras: []string{"restart", "point"}, read: readCrash},
	{name: "ack_loss", shape: aProbability,
		meaning: "The message was handled, but the broker is not told.", example: "1%",
		figure: chanceFigure, aims: anywhere, victim: consumers,
		read: func(*faultReader, *node) faults.Fault { return faults.AckLoss{} }},
	{name: "outage", shape: aDist,
		meaning: "For so long the service is down: what it runs dies, messages wait.", example: "30s", with: "service: payment",
		figure: windowFigure, needs: "service", aims: []string{"service"},
		victim: []string{faults.Coordinator, faults.Broker}, extras: []string{"replicas", "lose"}, read: readOutage},
	{name: "forge", shape: aRate,
		meaning: "Somebody outside the system sends the event in a running flow.", example: "6/min", with: "event: StockReserved",
		needs: "event", aims: []string{"event"}, without: []string{"probability", "nth"}, read: readForge},
	{name: "burst", shape: aFactor.or(aRate),
		meaning: "Arrivals are multiplied, or come at that rate.", example: "10x",
		aims: []string{"event"}, without: []string{"probability", "nth", "flows"}, read: readBurst},
}

func faultKindNames() []string {
	var names []string
	for _, k := range faultKinds {
		names = append(names, k.name)
	}
	return names
}

func faultKindNamed(name string) *faultKind {
	for i := range faultKinds {
		if faultKinds[i].name == name {
			return &faultKinds[i]
		}
	}
	return nil
}

func readDuplicate(r *faultReader, _ *node) faults.Fault {
	f := faults.Duplicate{Copies: 1, Spread: r.distOf("spread")}
	r.count("copies", 1, &f.Copies)
	if f.Copies > faults.MaxCopies {
		r.ill(r.get("copies"), "at most %d further copies are made of a message", faults.MaxCopies)
		f.Copies = 1
	}
	return f
}

func readDelay(r *faultReader, figure *node) faults.Fault {
	var d *topology.Dist
	if !r.build.dist(figure, &d) {
		return nil
	}
	return faults.Delay{By: d}
}

func readPartition(r *faultReader, _ *node) faults.Fault {
	var f faults.NetworkPartition
	r.boolean("lose", &f.Lose)
	return f
}

func readSchema(r *faultReader, figure *node) faults.Fault {
	if figure.kind != scalarNode && !figure.bad {
		r.failAt(figure, "write  schema: 2", "an event is published in one version of its schema, and this is %s", r.kindOf(figure))
		return nil
	}
	versions := r.schemaVersions(figure)
	if len(versions) != 1 {
		return nil
	}
	f := faults.Schema{Version: int32(versions[0])}
	r.duration("rollout", &f.Rollout)
	return f
}

func readUpgrade(r *faultReader, figure *node) faults.Fault {
	f := faults.Upgrade{Versions: faults.VersionSet(r.schemaVersions(figure)...)}
	r.duration("rollout", &f.Rollout)
	return f
}

func readSlow(r *faultReader, figure *node) faults.Fault {
	factor, ok := r.factor(figure)
	if !ok {
		return nil
	}
	return faults.Slow{Factor: factor}
}

// factor reads 10x.
func (r *faultReader) factor(n *node) (faults.Factor, bool) {
	text, ok := r.scalar(n, "a factor such as 10x")
	if !ok {
		return faults.Factor{}, false
	}
	number, times := strings.CutSuffix(text, "x")
	v, err := parseNumber(number)
	if !times || err != nil || v < 0.001 || v > 1e6 {
		r.failAt(n, "write it as 10x, from 0.001x to 1000000x", "%s is not a factor", quoted(text))
		return faults.Factor{}, false
	}
	return faults.NewFactor(v), true
}

func readCrash(r *faultReader, figure *node) faults.Fault {
	restart := r.distOf("restart")
	if restart == nil {
		restart = topology.Const(topology.Second)
	}
	if strings.Contains(figure.text, "/") {
		f := faults.CrashRate{Restart: restart}
		if !r.build.rate(figure, &f.PerSecond) {
			return nil
		}
		if f.PerSecond == 0 {
			r.failAt(figure, "write a rate such as 0.2/s", "a rate of 0 never crashes")
		}
		if r.has("point") {
			r.failAt(r.keyAt("point"), "leave it out", "a crash at a rate comes at any moment of a run")
		}
		return f
	}
	f := faults.Crash{At: faults.CrashBeforeCommit, Restart: restart}
	if i, ok := r.choice("point"); ok {
		f.At = faults.CrashBeforeCommit << i
	}
	return f
}

func readOutage(r *faultReader, _ *node) faults.Fault {
	f := faults.Outage{Replicas: faults.AllReplicas}
	var replicas int
	r.countOr("replicas", 1, "all", faults.AllReplicas, &replicas)
	if replicas > 0 {
		f.Replicas = int32(replicas)
	}
	var lose float64
	r.probability("lose", &lose)
	f.LosePart = int32(math.Round(lose * 1e6))
	if lose > 0 && r.in.Service != faults.Broker {
		r.failAt(r.keyAt("lose"), "write  service: broker", "only a broker holds messages that it can lose")
	}
	if replicas > 0 && (r.in.Service == faults.Broker || r.in.Service == faults.Coordinator) {
		r.failAt(r.keyAt("replicas"), "leave it out", "the %s has no replicas", r.in.Service)
	}
	return f
}

// bursting checks that there are arrivals of which a rate can be changed.
func (r *faultReader) bursting() {
	started := false
	for _, w := range r.sys.Workloads {
		if r.in.Event != "" && r.in.Event != w.Event {
			continue
		}
		started = true
		if w.Rate > 0 || w.Every > 0 || len(w.Phases) > 0 {
			return
		}
	}
	switch {
	case started:
		r.failAt(r.keyAt("burst"), "give the workload a rate, every or phases", "a burst changes how often flows arrive, and here the workload says when each does")
	case r.in.Event != "" && eventsOf(slices.Concat(r.refs.emitted, r.refs.consumed)).has(r.in.Event): // else nobody knows it
		r.failAt(r.keyAt("event"), "name an event of the workload", "a burst is of arrivals, and the workload does not send %s", quoted(r.in.Event))
	}
}

func readForge(r *faultReader, figure *node) faults.Fault {
	var f faults.Forge
	if !r.build.rate(figure, &f.PerSecond) {
		return nil
	}
	return f
}

func readBurst(r *faultReader, figure *node) faults.Fault {
	r.bursting()
	if strings.Contains(figure.text, "/") {
		var rate float64
		if !r.build.rate(figure, &rate) {
			return nil
		}
		f := faults.Burst{Rate: int64(math.Round(rate * faults.BurstSeconds))}
		if f.Rate == 0 {
			r.failAt(figure, "write a rate such as 30/s, or 0.1x for fewer", "a burst of %s brings nothing", figure.text)
			return nil
		}
		return f
	}
	factor, ok := r.factor(figure)
	if !ok {
		return nil
	}
	return faults.Burst{Factor: factor}
}
