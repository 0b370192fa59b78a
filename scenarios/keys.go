package scenarios

// The tables below are the keys of the language: what each looks like, what it
// is when left out, and what it means.

var scenarioKeys = &table{name: "scenario", what: "a scenario", keys: []key{
	{"edasim", "the number 1", "", "the version of this language"},
	{"name", "any text", "the file's name", "what reports call the scenario"},
	{"about", "any text", "", "what it is about"},
	{"services", "a mapping", "", "the services by name"},
	{"delivery", "a mapping", "", "what the broker promises to every handler"},
	{"orchestration", "a mapping", "", "the coordinator"},
	{"direct", "a mapping", "", "how direct calls wait"},
	{"outcomes", "a mapping of names to events", "what nobody consumes", "how a flow can end"},
	{"invariants", "a mapping of names to rules", "", "what must hold"},
	{"monitors", "a mapping", "", "reconciliation jobs by name"},
	{"alerts", "a mapping", "", "alerts by name"},
	{"workload", "a mapping", "", "the load of each trigger event"},
	{"keys", "a mapping", "", "what each flow draws one value of"},
	{"faults", "a list", "", "what goes wrong"},
	{"variants", "a mapping", "", "the scenario with some paths set"},
	{"expect", "a list of expressions", "", "what the measures must show"},
	{"run", "a mapping", "", "how it is simulated"},
}}

var serviceKeys = &table{name: "service", what: "a service", keys: []key{
	{"replicas", "a whole number", "1", "how many copies of it run"},
	{"concurrency", "a whole number or unlimited", "1", "workers of one replica"},
	{"queue", "a mapping", "", "what may wait for a worker"},
	{"contention", "a duration", "0", "service time added for each other running handler"},
	{"stale_work", "served or cancelled", "served", "what becomes of a queued call that timed out"},
	{"state", "a mapping", "", "its numbers and words"},
	{"handlers", "a mapping", "", "what it does in answer to messages"},
	{"delivery", "a mapping", "", "the default of its handlers"},
	{"idempotent", "message, key, true, false or a mapping", "false", "the default of its handlers"},
	{"publishing", "after_commit, before_commit, outbox or a mapping", "after_commit", "the default of its handlers"},
	{"isolation", "read_committed, optimistic or serializable", "read_committed", "the default of its handlers"},
	{"accepts", "a list of schema versions", "all", "the default of its handlers"},
	{"authentication", "none or verified", "none", "the default of its handlers"},
}, cures: map[string]string{
	"consumes": "a handler consumes: put it below handlers and a handler's name",
	"workers":  "a service has replicas × concurrency workers",
	"scale":    "did you mean \"replicas\"?",
}}

var queueKeys = &table{name: "queue", what: "a queue", keys: []key{
	{"capacity", "a whole number", "unlimited", "messages left waiting, of all handlers"},
	{"full", "refuse or drop", "refuse", "what happens to one more"},
}}

var stateKeys = &table{name: "state", what: "a state", keys: []key{
	{"initial", "a number or a word", "", "its value at the start"},
	{"per", "a key's name or all", "each flow", "who shares it"},
}}

var handlerKeys = &table{name: "handler", what: "a handler", keys: []key{
	{"consumes", "an event, a list, or {all: [A, B]}", "", "what starts it"},
	{"takes", "a distribution", "0", "service time"},
	{"when", "an expression", "true", "guard over the state"},
	{"otherwise", "ignore, retry, refuse or dead_letter", "ignore", "what happens when the guard is false"},
	{"reads", "event or store", "event", "where other services' states come from"},
	{"read_takes", "a distribution", "0", "how long reading the store takes"},
	{"effects", "a mapping of states to changes", "", "what a commit changes"},
	{"emits", "an event or a list", "", "what a commit publishes"},
	{"refuses", "a mapping", "never", "a business refusal"},
	{"compensates", "a handler", "", "the handler whose effects this one undoes"},
	{"detached", "true or false", "false", "stays an event consumer in every style"},
	{"idempotent", "message, key, true, false or a mapping", "false", "how it recognises what it has done"},
	{"publishing", "after_commit, before_commit, outbox or a mapping", "after_commit", "when its events are published"},
	{"gap", "a duration", "0", "time between its two writes"},
	{"isolation", "read_committed, optimistic or serializable", "read_committed", "how reads and writes are kept apart"},
	{"conflict_retry", "a retry policy", "at once, without end", "delay before it takes a conflict again"},
	{"accepts", "a list of schema versions", "all", "the versions that it can read"},
	{"authentication", "none or verified", "none", "whether it refuses forged messages"},
	{"calls", "a mapping or a list", "", "blocking requests to other services"},
	{"delivery", "a mapping", "", "what the broker promises to it"},
}, cures: map[string]string{
	"on":      `a handler says what starts it with "consumes"`,
	"true":    `a handler says what starts it with "consumes" ("on" is true to YAML)`,
	"event":   `a handler says what starts it with "consumes"`,
	"trigger": `a handler says what starts it with "consumes"`,
	"handles": `a handler says what starts it with "consumes"`,
	"state":   "state belongs to the service",
	"retry":   "what is tried again when a handler fails is delivery: {retry: …}",
	"timeout": "a handler does not wait; see delivery: {ack_deadline: …}",
}}

var joinKeys = &table{name: "consumes", what: "a join", keys: []key{
	{"all", "a list of events", "", "what must have come before it runs"},
}}

var emissionKeys = &table{name: "emits", what: "an emission", keys: []key{
	{"event", "an event", "", "what is published"},
	{"probability", "a probability", "1", "how often"},
	{"one_of", "a mapping of events to shares", "", "exactly one of them"},
	{"after", "a distribution", "at once", "how much later, by a durable timer"},
}}

var refusalKeys = &table{name: "refuses", what: "a refusal", keys: []key{
	{"probability", "a probability", "0", "how often"},
	{"emits", "an event or a list", "", "what it publishes instead"},
	{"effects", "a mapping", "", "what it changes instead"},
}}

var idempotentKeys = &table{name: "idempotent", what: "idempotency", keys: []key{
	{"by", "message or key", "", "what it remembers"},
	{"for", "a duration", "for ever", "how long it remembers"},
	{"unique", "true or false", "true", "recorded under a unique key"},
	{"replays", "true or false", "false", "a skip publishes again"},
}}

var publishingKeys = &table{name: "publishing", what: "publishing", keys: []key{
	{"after_commit", "a mapping", "", "persist, then publish"},
	{"before_commit", "a mapping", "", "publish, then persist"},
	{"outbox", "a mapping", "", "one write, and a relay that publishes"},
	{"gap", "a duration", "0", "time between the two writes"},
}}

var twoWritesKeys = &table{name: "writes", what: "the order of two writes", keys: []key{
	{"gap", "a duration", "0", "time between the two writes"},
}}

var outboxKeys = &table{name: "outbox", what: "an outbox", keys: []key{
	{"every", "a duration", "100ms", "how often the relay looks"},
	{"batch", "a whole number", "100", "how many it publishes at a look"},
}}

var callKeys = &table{name: "calls", what: "a call", keys: append([]key{
	{"handler", "service.handler", "", "whom it asks"},
}, waitingKeys...)}

// waitingKeys are those of whoever waits for an answer.
var waitingKeys = []key{
	{"timeout", "a duration", "none", "how long an attempt waits for its answer"},
	{"retry", "a retry policy", "none", "whether it asks again"},
	{"breaker", "a mapping", "none", "a circuit breaker"},
	{"late_reply", "ignored or accepted", "ignored", "whether an answer after the timeout counts"},
}

var retryKeys = &table{name: "retry", what: "a retry policy", keys: []key{
	{"attempts", "a whole number or unlimited", "3", "the first try included"},
	{"initial", "a distribution", "100ms", "delay before the first retry"},
	{"multiplier", "a number", "2", "each delay is so many times the one before"},
	{"max", "a duration", "none", "the longest delay"},
	{"jitter", "none, full, equal, decorrelated or a percentage", "none", "how delays are spread"},
	{"list", "a list of durations", "", "the delays one by one, instead of the formula"},
	{"budget", "a probability", "none", "retries for each first try"},
	{"burst", "a number", "10", "retries that the budget can save"},
}}

var breakerKeys = &table{name: "breaker", what: "a circuit breaker", keys: []key{
	{"failures", "a probability", "50%", "the share of failures that opens it"},
	{"window", "a duration", "10s", "over which it counts"},
	{"minimum", "a whole number", "20", "answers it needs to judge"},
	{"open", "a duration", "30s", "how long it stays open"},
}}

var deliveryKeys = &table{name: "delivery", what: "a delivery policy", keys: []key{
	{"preset", "a name from edasim presets", "", "a real system's defaults"},
	{"latency", "a distribution", "1ms", "from the broker to the queue"},
	{"publish", "fire_and_forget or a mapping", "fire_and_forget", "whether producers wait for a confirm"},
	{"dedup", "a duration", "none", "the broker drops a message id seen within this"},
	{"ordering", "none, key, total or a mapping", "none", "the order that is kept"},
	{"poll", "a duration or a mapping", "none", "consumers look at their queue from time to time"},
	{"prefetch", "a whole number", "0", "messages leased ahead, for each replica"},
	{"ack", "after or before", "after", "at least once or at most once"},
	{"settle", "each or {every: …}", "each", "how acks are kept"},
	{"ack_deadline", "a duration", "30s", "leased and not acked for this long: delivered again"},
	{"ack_renewal", "a duration", "none", "a client renews its lease that long"},
	{"late_ack", "ignored or accepted", "ignored", "whether an ack after the deadline settles"},
	{"crash_detection", "disconnect, deadline or {session: …}", "disconnect", "when a dead consumer's messages come back"},
	{"retry", "a retry policy", "{initial: 1s, multiplier: 1}", "delay before redelivery after an error"},
	{"deadline_retry", "a retry policy", "{initial: 0s}", "the same after an expired deadline"},
	{"redelivered_to", "head or tail", "head", "where a message comes back"},
	{"in_flight", "a whole number", "unlimited", "leased and unsettled messages of a queue"},
	{"max_deliveries", "a whole number", "unlimited", "deliveries of one message"},
	{"counts", "a list of error, crash and deadline", "all", "which returns count"},
	{"max_age", "a duration", "none", "limits deliveries by time"},
	{"exhausted", "dead_letter, drop, park or block", "dead_letter", "what becomes of a message delivered too often"},
	{"dead_letters", "kept or {replay: {after: …, times: 1}}", "kept", "whether an operator puts them back"},
	{"ttl", "a duration", "none", "an older message is dropped on delivery"},
}, cures: map[string]string{
	"visibility_timeout": `that is "ack_deadline"`,
	"dlq":                `see "max_deliveries", "exhausted" and "dead_letters"`,
	"delay":              `a delay that everything has is "latency"; a fault is in faults`,
	"attempts":           `delivery counts with "max_deliveries"`,
}}

var confirmKeys = &table{name: "publish", what: "a publish confirm", keys: append([]key{
	{"confirm", "a duration", "", "how long a producer waits for the broker's word"},
}, waitingKeys[1])}

var orderingKeys = &table{name: "ordering", what: "an ordering", keys: []key{
	{"key", "a declared key", "the flow", "what is kept in order"},
	{"partitions", "a whole number", "", "lanes, chosen by hash"},
}}

var pollKeys = &table{name: "poll", what: "polling", keys: []key{
	{"every", "a duration", "", "how often it looks"},
	{"batch", "a whole number", "all", "messages at a look"},
}}

var settleKeys = &table{name: "settle", what: "settling", keys: []key{
	{"every", "a duration", "", "how often offsets are committed"},
}}

var crashKeys = &table{name: "crash_detection", what: "crash detection", keys: []key{
	{"session", "a duration", "", "how long a dead consumer is believed alive"},
}}

var deadLetterKeys = &table{name: "dead_letters", what: "dead letters", keys: []key{
	{"replay", "a mapping", "", "an operator puts them back"},
}}

var replayKeys = &table{name: "replay", what: "a replay", keys: []key{
	{"after", "a duration", "1h", "how long after they came there"},
	{"times", "a whole number", "1", "how often each"},
}}

var orchestrationKeys = &table{name: "orchestration", what: "the orchestration", keys: append([]key{
	{"preset", "a name from edasim presets", "", "a real orchestrator's defaults"},
	{"coordinator", "a mapping", "", "the service that coordinates"},
	{"exhausted", "compensate or stop", "compensate", "what it does when it gives up"},
}, waitingKeys...)}

var coordinatorKeys = &table{name: "coordinator", what: "the coordinator", keys: []key{
	{"concurrency", "a whole number or unlimited", "1", "its workers"},
	{"takes", "a distribution", "0", "service time of each message"},
	{"delivery", "a mapping", "", "what the broker promises to it"},
}}

var directKeys = &table{name: "direct", what: "the direct style", keys: append([]key{
	{"latency", "a distribution", "delivery.latency", "each way"},
}, waitingKeys...)}

var invariantKeys = &table{name: "invariant", what: "an invariant", keys: []key{
	{"always", "an expression", "", "checked after every commit"},
	{"finally", "an expression", "", "checked when a flow has settled"},
	{"sometimes", "an expression", "", "must hold in some flow"},
	{"within", "a duration", "", "how long finally may be false"},
}}

var monitorKeys = &table{name: "monitor", what: "a monitor", keys: []key{
	{"check", "an expression", "", "what it looks for in each settled flow"},
	{"every", "a duration", "", "how often it runs"},
	{"repair", "a handler", "", "what it does about it"},
}}

var alertKeys = &table{name: "alert", what: "an alert", keys: []key{
	{"when", "an expression", "", "what it watches"},
	{"over", "a duration", "1m", "the figures of how long"},
	{"for", "a duration", "0", "how long it must hold"},
}}

var keyKeys = &table{name: "key", what: "a key", keys: []key{
	{"count", "a whole number", "", "its values"},
	{"skew", "uniform or zipf(s)", "uniform", "how flows draw them"},
}}

var workloadKeys = &table{name: "workload", what: "a workload", keys: append([]key{
	{"rate", "a rate", "", "Poisson arrivals"},
	{"every", "a duration", "", "one after each interval"},
	{"times", "a list of durations", "", "when each flow starts"},
	{"trace", "a file", "", "arrivals that were measured"},
	{"phases", "a list", "", "a load that changes"},
	{"clients", "a whole number", "", "a closed loop of so many"},
	{"think", "a distribution", "0", "what a client waits before its next"},
	{"for", "a duration", "", "how long it lasts"},
	{"flows", "a whole number", "", "stop after so many"},
	{"batch", "a whole number", "1", "flows that start together"},
}, waitingKeys...)}

var phaseKeys = &table{name: "phase", what: "a phase", keys: []key{
	{"rate", "a rate", "", "Poisson arrivals"},
	{"every", "a duration", "", "one after each interval"},
	{"for", "a distribution", "", "how long it lasts"},
}}

var runKeys = &table{name: "run", what: "run", keys: []key{
	{"seed", "a whole number", "1", "what every draw depends on"},
	{"replications", "a whole number", "10", "how often it is simulated"},
	{"warmup", "a duration", "0", "flows started before are not measured"},
	{"drain", "a duration", "1h", "the limit after the last arrival"},
	{"max_hops", "a whole number", "100", "after which a chain runs away"},
	{"styles", "a list", "choreography and orchestration", "what is compared"},
	{"until", "decided", "", "go on while an expectation is inconclusive"},
	{"max_replications", "a whole number", "100", "where that ends"},
	{"snapshot", "true or false", "false", "edasim test keeps all measures beside the file and compares them exactly"},
}}
