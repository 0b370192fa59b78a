package scenarios

import "slices"

// commonFaultKeys say where and when a fault acts.
var commonFaultKeys = []key{
	{"event", anEvent, "(any)",
		"Only whatever carries this event acts or suffers, in any style: copies, replies, and the command that it causes.", "StockReserved", "drop: 0.5%"},
	{"service", aName, "(any)",
		"Only this service: where something is published the emitter, later the consumer; also client, coordinator or broker.", "payment", "slow: 10x"},
	{"handler", aHandler, "(any)",
		"Only this handler: where something is published the emitter, later the consumer.", "payment.charge", "error: 2%"},
	{"probability", aProbability, "1",
		"How often it acts, for a kind whose figure says something else.", "2%", "delay: exp(2s)"},
	{"at", aDuration, "0",
		"When its window opens.", "4m", "error: 50%"},
	{"for", aDist, "(the whole run)",
		"How long its window is open, the start included and the end not.", "30s", "error: 50%"},
	{"every", aDist, "(once)",
		"How long after a window's end the next one opens.", "15m", "{outage: 30s, service: payment}"},
	{"flows", oneOrMore("a flow such as 3/1731", "a list of flows", textLike("a flow such as 3/1731", `^[0-9]+/[0-9]+$`)), "(all)",
		"Only these flows, each as replication and number.", "[1/17]", "error: 100%"},
	{"nth", countFrom(1), "(any)",
		"Only the message that comes so many-th of those in a flow that it could act on.", "2", "drop: 100%"},
	{"name", aName, "(the kind)",
		"What measures, paths and reports call it; needed where a kind comes twice.", "lost_replies", "drop: 0.5%"},
	{"copies", countFrom(1), "1",
		"How many further copies the broker gets.", "3", "duplicate: 1%"},
	{"spread", aDist, "0",
		"How much later each further copy comes.", "exp(1s)", "duplicate: 1%"},
	{"lose", yesOrNo.or(aProbability), "false",
		"Of a partition, whether what is sent meanwhile is lost instead of waiting; of the broker's outage, the share lost of what it held.", "true", "{network_partition: 30s, service: payment}"},
	{"rollout", aDuration, "0",
		"How long until everyone has the new version, the share growing evenly.", "1h", "{schema: 2, event: StockReserved}"},
	{"restart", aDist, "1s",
		"How long until the worker that died is back.", "10s", "crash: 0.1%"},
	{"point", wordsOf("before_commit", "between", "before_ack"), "before_commit",
		"Where in a run it dies: before the commit, between its two writes, or before the ack.", "between", "crash: 0.1%"},
	{"replicas", countFrom(1).or(wordsOf("all")), "all",
		"How many replicas of the service go down.", "1", "{outage: 30s, service: payment}"},
}

var faultKeys = faultTable()

// faultTable has the kinds, the keys that they share, and what goes with what.
func faultTable() *table {
	t := &table{name: "fault", what: "a fault", at: "faults.0", alone: true}
	of := map[string][]string{} // the kinds that an extra key is a part of
	for _, k := range faultKinds {
		t.keys = append(t.keys, key{name: k.name, shape: k.shape, meaning: k.meaning, example: k.example, with: k.with})
		t.one = append(t.one, k.name)
		if k.needs != "" {
			t.needs = append(t.needs, need{k.name, []string{k.needs}})
		}
		for _, extra := range k.extras {
			of[extra] = append(of[extra], k.name)
		}
	}
	for _, k := range commonFaultKeys {
		t.keys = append(t.keys, k)
		if kinds := of[k.name]; kinds != nil {
			t.needs = append(t.needs, need{k.name, kinds})
		}
	}
	return t
}

// bars tells whether a key has no place beside a kind of fault.
func (k *faultKind) bars(name string) bool {
	if slices.Contains(anywhere, name) {
		return !slices.Contains(k.aims, name)
	}
	return slices.Contains(k.excluded(), name)
}

// excluded are the keys of when and how often that say nothing of a kind of fault.
func (k *faultKind) excluded() []string {
	switch k.figure {
	case chanceFigure:
		return []string{"probability"}
	case windowFigure:
		return []string{"for", "probability", "nth", "flows"}
	}
	return k.without
}

// says is what a fault acts on, where that leaves no place for a key.
func (k *faultKind) says() string {
	switch k.figure {
	case chanceFigure:
		return "the figure of " + k.name + " says how often it strikes"
	case windowFigure:
		return "the figure of " + k.name + " is the length of its window"
	}
	return k.name + " acts on all that comes"
}
