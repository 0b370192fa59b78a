package scenarios

import "strings"

// waitsOf are the keys of whoever waits for an answer, with its own timeout and
// retry as long as none is given. with is what their examples need besides.
func waitsOf(timeout, retry, meaning, with string) []key {
	timed := with
	if with != "" {
		timed = strings.TrimSuffix(with, "}") + ", timeout: 5s}"
	}
	return []key{
		{"timeout", aDuration.or(noneWord), timeout, meaning, "5s", with},
		{"retry", retryOrNone, retry,
			"Whether it tries again when an attempt failed or timed out, how often and after what delay.", "{attempts: 3}", timed},
		{"breaker", aTable(breakerKeys).or(noneWord), "none",
			"A circuit breaker, which stops asking while too many attempts fail.", "{failures: 50%}", timed},
		{"late_reply", wordsOf("ignored", "accepted"), "ignored",
			"Whether the answer to an attempt that has timed out still counts.", "accepted", timed},
	}
}

var (
	retryOrNone = aTable(retryKeys).or(noneWord)
	redelivery  = aTable(retryKeys)
	aReturn     = wordsOf("error", "crash", "deadline") // in the order of their bits in topology
)

var callKeys = &table{name: "calls", what: "a call", at: "services.payment.handlers.charge.calls", keys: append([]key{
	{"handler", aHandler, "",
		"The handler that is called.", "fraud.check", ""},
}, waitsOf("none", "none", "How long an attempt waits for its answer.", "")...), required: []string{"handler"}, needs: []need{{"late_reply", []string{"timeout"}}}}

var retryKeys = &table{name: "retry", what: "a retry policy", at: "services.payment.handlers.charge.calls.retry", alone: true, keys: []key{
	{"attempts", countOrUnlimited, "3",
		"How often it is tried, the first time included.", "5", ""},
	{"initial", aDist, "100ms",
		"The delay before the first retry.", "1s", ""},
	{"multiplier", shapeOf("a number", schema{"type": "number", "minimum": 1, "maximum": 1000}), "2",
		"Each delay is so many times the one before.", "1.5", ""},
	{"max", aDuration.or(noneWord), "none",
		"The longest delay.", "30s", ""},
	{"jitter", wordsOf("none", "full", "equal", "decorrelated").or(textLike("a percentage", `^[0-9.]+%$`)), "none",
		"How delays are spread at random, so that not all who wait try again at once.", "full", ""},
	{"list", listOf("a list of durations", aDuration), "(none)",
		"The delays one by one, instead of a formula.", "[1s, 5s]", ""},
	{"budget", aProbability.or(noneWord), "none",
		"Retries that each first try earns, for all workers together: a limit when much fails.", "10%", ""},
	{"burst", shapeOf("a number", schema{"type": "number", "minimum": 1}), "10",
		"Retries that the budget can save up.", "20", "budget: 10%"},
}, needs: []need{{"burst", []string{"budget"}}}}

var breakerKeys = &table{name: "breaker", what: "a circuit breaker", at: "services.payment.handlers.charge.calls.breaker", keys: []key{
	{"failures", aProbability, "50%",
		"The share of errors and timeouts that opens the breaker.", "20%", ""},
	{"window", aDuration, "10s",
		"The time over which the share is taken.", "30s", ""},
	{"minimum", countFrom(1), "20",
		"How many answers there must be in the window.", "10", ""},
	{"open", aDuration, "30s",
		"How long the breaker stays open before it lets one probe through.", "5s", ""},
}}

var deliveryKeys = &table{name: "delivery", what: "a delivery policy", at: "delivery", keys: []key{
	{"preset", aPreset(deliveryPresets), "(none)",
		"A real system's documented defaults, which the other keys here override.", "sqs-standard", ""},
	{"latency", aDist, "1ms",
		"How long a message takes from the broker to a consumer's queue, drawn for each consumer.", "exp(3ms)", ""},
	{"publish", wordsOf("fire_and_forget").or(aTable(confirmKeys)), "fire_and_forget",
		"Whether a producer waits for the broker's confirm and publishes again without one.", "{confirm: 1s, retry: {attempts: 3}}", ""},
	{"dedup", aDuration.or(noneWord), "none",
		"The broker drops a message id of which it accepted a copy within this long.", "5m", ""},
	{"ordering", wordsOf("none", "key", "total").or(aTable(orderingKeys)), "none",
		"The order that the broker keeps: none, of each flow, of each value of a key, of a partition, or of everything.", "{partitions: 12}", ""},
	{"poll", aDuration.or(noneWord, aTable(pollKeys)), "none",
		"Consumers look at their queue from time to time; a single duration is how long one sleeps that found nothing.", "{every: 500ms, batch: 100}", ""},
	{"prefetch", countFrom(0), "0",
		"Messages leased to a replica ahead of its free workers, their deadline running.", "10", ""},
	{"ack", wordsOf("after", "before"), "after",
		"When a consumer acks: after its work (at least once) or before it (at most once).", "before", ""},
	{"settle", wordsOf("each").or(aTable(settleKeys)), "each",
		"Whether each message is acked by itself, or offsets are committed from time to time.", "{every: 5s}", ""},
	{"ack_deadline", aDuration.or(noneWord), "30s",
		"A message leased and not acked for this long is delivered again, even while its first handler still runs.", "60s", ""},
	{"ack_renewal", aDuration.or(noneWord), "none",
		"For how long the client renews the lease of a message that it works on.", "60m", ""},
	{"late_ack", wordsOf("ignored", "accepted"), "ignored",
		"Whether an ack after the deadline still settles the message.", "accepted", ""},
	{"crash_detection", wordsOf("disconnect", "deadline").or(aTable(crashKeys)), "disconnect",
		"When the messages of a dead consumer come back: at once, at their deadline, or after a session.", "{session: 45s}", ""},
	{"retry", redelivery, "{initial: 1s, multiplier: 1}",
		"The delay before a message whose handler failed is delivered again.", "{initial: 1s, multiplier: 2, max: 5m}", ""},
	{"deadline_retry", redelivery, "{initial: 0s}",
		"The delay before a message whose deadline ran out is delivered again.", "{initial: 5s}", ""},
	{"redelivered_to", wordsOf("head", "tail"), "head",
		"Whether a message comes back at the head or the tail of its queue or lane.", "tail", ""},
	{"in_flight", countOrUnlimited, "unlimited",
		"Leased and unsettled messages that a queue allows; at the limit it stalls.", "1000", ""},
	{"max_deliveries", countOrUnlimited, "unlimited",
		"How often a message is delivered before it is exhausted.", "5", ""},
	{"counts", oneOrMore("error, crash or deadline", "a list of them", aReturn).or(wordsOf("all")), "all",
		"Which returns of a message count towards max_deliveries.", "[error, crash]", ""},
	{"max_age", aDuration.or(noneWord), "none",
		"A message is exhausted when it is this old, instead of after a number of deliveries.", "1h", ""},
	{"exhausted", wordsOf("dead_letter", "drop", "park", "block"), "dead_letter",
		"What becomes of an exhausted message: dead-lettered, dropped, parked, or left at the head of its lane, which it blocks.", "drop", ""},
	{"dead_letters", wordsOf("kept").or(aTable(deadLetterKeys)), "kept",
		"Whether somebody puts dead letters back.", "{replay: {after: 1h}}", ""},
	{"ttl", aDuration.or(noneWord), "none",
		"A message older than this is dropped on delivery.", "7d", ""},
}, cures: map[string]string{
	"visibility_timeout": `that is "ack_deadline"`,
	"dlq":                `see "max_deliveries", "exhausted" and "dead_letters"`,
	"delay":              `a delay that everything has is "latency"; a fault is in faults`,
	"attempts":           `delivery counts with "max_deliveries"`,
}}

func aPreset(all []Preset) shape {
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	return shape{said: []string{"a name from edasim presets"}, words: names}
}

var confirmKeys = &table{name: "publish", what: "a publish confirm", at: "delivery.publish", alone: true, keys: []key{
	{"confirm", aDuration, "",
		"How long a producer waits for the broker's confirm.", "1s", ""},
	{"retry", retryOrNone, "none",
		"How often, and after what delay, it is published again without a confirm; it may then be there twice.", "{attempts: 3}", "confirm: 1s"},
}, required: []string{"confirm"}}

var orderingKeys = &table{name: "ordering", what: "an ordering", at: "delivery.ordering", alone: true, keys: []key{
	{"key", aName, "(the flow)",
		"A declared key: messages of one value keep their order.", "product", ""},
	{"partitions", countFrom(1), "(none)",
		"Lanes that values are spread over by hash; what shares a lane is in order and waits for each other.", "12", ""},
}, some: []string{"key", "partitions"}}

var pollKeys = &table{name: "poll", what: "polling", at: "delivery.poll", alone: true, keys: []key{
	{"every", aDuration, "",
		"How often a consumer looks at its queue.", "500ms", ""},
	{"batch", countFrom(1).or(wordsOf("all")), "all",
		"How many messages it takes at a look.", "100", "every: 500ms"},
}, required: []string{"every"}}

var settleKeys = &table{name: "settle", what: "settling", at: "delivery.settle", alone: true, keys: []key{
	{"every", aDuration, "",
		"How often offsets are committed; a death replays what came after.", "5s", ""},
}, required: []string{"every"}}

var crashKeys = &table{name: "crash_detection", what: "crash detection", at: "delivery.crash_detection", alone: true, keys: []key{
	{"session", aDuration, "",
		"How long a dead consumer is believed alive.", "45s", ""},
}, required: []string{"session"}}

var deadLetterKeys = &table{name: "dead_letters", what: "dead letters", at: "delivery.dead_letters", alone: true, keys: []key{
	{"replay", aTable(replayKeys), "",
		"Somebody puts each dead letter back.", "{after: 1h, times: 1}", ""},
}, required: []string{"replay"}}

var replayKeys = &table{name: "replay", what: "a replay", at: "delivery.dead_letters.replay", keys: []key{
	{"after", aDuration, "1h",
		"How long after it came there a dead letter is put back.", "4h", ""},
	{"times", countFrom(1), "1",
		"How often each dead letter is put back.", "2", ""},
}}

var orchestrationKeys = &table{name: "orchestration", what: "the orchestration", at: "orchestration", keys: append([]key{
	{"preset", aPreset(orchestrationPresets), "(none)",
		"A real orchestrator's documented defaults, which the other keys here override.", "temporal", ""},
	{"coordinator", aTable(coordinatorKeys), "",
		"The service that coordinates, with workers of its own.", "{concurrency: 8, takes: 1ms}", ""},
	{"exhausted", wordsOf("compensate", "stop"), "compensate",
		"What the coordinator does when a step got no reply at the last attempt: undo the flow, or stop it as it is.", "stop", ""},
}, waitsOf("30s", "{attempts: 3, initial: 1s, multiplier: 2}", "How long the coordinator waits for the reply to a command.", "")...)}

var coordinatorKeys = &table{name: "coordinator", what: "the coordinator", at: "orchestration.coordinator", keys: []key{
	{"concurrency", countOrUnlimited, "1",
		"How many messages the coordinator works on at once.", "8", ""},
	{"takes", aDist, "0",
		"Its service time for each message.", "1ms", ""},
	{"delivery", aTable(deliveryKeys), "(that of the top)",
		"What the broker promises to the coordinator, key by key over the top's.", "{latency: 2ms}", ""},
}}

var directKeys = &table{name: "direct", what: "the direct style", at: "direct", keys: append([]key{
	{"latency", aDist, "(delivery.latency)",
		"How long a request takes, and its answer; it holds for calls too.", "5ms", ""},
}, waitsOf("30s", "none", "How long a caller waits for the answer to each attempt.", "")...)}
