package scenarios

// The tables in the files keys*.go are the keys of the language: what each looks
// like, what it is when left out, what it means and an example. The loader, the
// JSON Schema and LANGUAGE.md all come from them.

var scenarioKeys = &table{name: "scenario", what: "a scenario", keys: []key{
	{"edasim", shapeOf("the number 1", schema{"const": 1}), "",
		"The version of this language, which tells that the file is a scenario.", "1", ""},
	{"name", anyText, "(the file's name)",
		"What reports call the scenario.", "checkout", ""},
	{"about", anyText, "",
		"What the scenario is about, in a sentence or two for its readers.", "Charge the card, then ship.", ""},
	{"services", namesTo("a mapping of names to services", aTable(serviceKeys)), "",
		"The services by name, with the handlers of each.", "\nshipping: {handlers: {ship: {consumes: PaymentCharged, emits: OrderShipped}}}", ""},
	{"delivery", aTable(deliveryKeys), "",
		"What the broker promises to every handler, unless a service or handler says otherwise.", "\nack_deadline: 60s", ""},
	{"orchestration", aTable(orchestrationKeys), "",
		"The coordinator: how long it waits, how often it asks again, when it gives up.", "\ntimeout: 10s", ""},
	{"direct", aTable(directKeys), "",
		"How services that call each other directly wait for the answer.", "\ntimeout: 2s", ""},
	{"outcomes", namesTo("a mapping of names to events", someEvents), "(each event that nobody consumes)",
		"How a flow can end: the first of these events that a handler emits is its outcome.", "\ncompleted: OrderShipped", ""},
	{"invariants", textsTo("a mapping of names to rules", aRule.or(aTable(invariantKeys))), "",
		"What must hold in each flow, named in words.", "\ncharged at most once: always payment.charged <= 1", ""},
	{"monitors", namesTo("a mapping of names to monitors", aTable(monitorKeys)), "",
		"Reconciliation jobs by name, which look for flows that went wrong.", "\nnightly: {check: payment.charged <= 1, every: 24h}", ""},
	{"alerts", namesTo("a mapping of names to alerts", aTable(alertKeys)), "",
		"Alerts by name, which watch rates and queues.", "\nbacklog: {when: queue(service.payment) > 100, for: 5m}", ""},
	{"workload", namesTo("a mapping of events to loads", aTable(workloadKeys)), "",
		"Which events start flows, and how often.", "\nOrderPlaced: {rate: 50/s, for: 1m}", ""},
	{"keys", namesTo("a mapping of names to keys", aTable(keyKeys)), "",
		"What each flow draws one value of, such as a product or a customer.", "\nproduct: {count: 100}", ""},
	{"faults", anyList("a list of faults", shapeOf("a fault", schema{"$ref": "#/definitions/fault"})), "",
		"What goes wrong, where, when and how often.", "\n- duplicate: 1%", ""},
	{"variants", namesTo("a mapping of names to paths and values", textsTo("a mapping", shapeOf("any value", schema{}))), "",
		"The scenario again with some paths set, run beside the base on the same draws.", "\nidempotent: {payment.charge.idempotent: key}", ""},
	{"expect", anyList("a list of expressions", anExpr).or(anExpr), "",
		"What the measures must show for the scenario to pass as a test.", "\n- choreography.stuck < 5%", ""},
	{"run", aTable(runKeys), "",
		"How the scenario is simulated.", "{replications: 20}", ""},
}, required: []string{"edasim", "services", "workload"}}

var aRule = textLike("always, finally or sometimes and an expression", `^(always|finally|sometimes) `)

var serviceKeys = &table{name: "service", what: "a service", at: "services.payment", keys: append([]key{
	{"replicas", countFrom(1), "1",
		"How many copies of the service run.", "4", ""},
	{"concurrency", countOrUnlimited, "1",
		"How many messages one replica works on at once.", "8", ""},
	{"queue", aTable(queueKeys), "(unlimited)",
		"How many messages may wait for a worker of the service, and what happens to one more.", "{capacity: 100, full: refuse}", ""},
	{"contention", aDuration, "0",
		"Service time added to a run for each other handler that is running in the service when it starts.", "1ms", ""},
	{"stale_work", wordsOf("served", "cancelled"), "served",
		"Whether a queued call whose caller no longer waits is still served, or taken out of the queue.", "cancelled", ""},
	{"state", namesTo("a mapping of names to values", aState), "",
		"The numbers and words that the service keeps for each flow, with their value at the start.", "{charged: 0, status: new}", ""},
	{"handlers", namesTo("a mapping of names to handlers", aTable(handlerKeys)), "",
		"What the service does in answer to messages.", "\ncharge: {consumes: StockReserved, takes: 120ms, emits: PaymentCharged}", ""},
	{"delivery", aTable(deliveryKeys), "(that of the top)",
		"What the broker promises to the service's handlers, key by key over the top's.", "{max_deliveries: 5}", ""},
}, inheritedKeys...), cures: map[string]string{
	"consumes": "a handler consumes: put it below handlers and a handler's name",
	"workers":  "a service has replicas × concurrency workers",
	"scale":    "did you mean \"replicas\"?",
}, required: []string{"handlers"}}

var aState = shapeOf("a number or a word", schema{"type": []string{"number", "string"}}).or(aTable(stateKeys))

// inheritedKeys are a handler's that a service may give as its handlers' default.
var inheritedKeys = []key{
	{"idempotent", wordsOf("message", "key", "true", "false", "none").or(aTable(idempotentKeys)), "false",
		"How a handler recognises what it has done already and skips it: by message id, or by a key that is the same for every copy.", "key", ""},
	{"publishing", wordsOf("after_commit", "before_commit", "outbox").or(aTable(publishingKeys)), "after_commit",
		"Whether events are published after the commit, before it, or from an outbox.", "outbox", ""},
	{"isolation", wordsOf("read_committed", "optimistic", "serializable"), "read_committed",
		"How a handler's reads and writes are kept apart from those of others.", "serializable", ""},
	{"accepts", wordsOf("all").or(someVersions), "all",
		"The schema versions of an event that a handler can read.", "[1, 2]", ""},
	{"authentication", wordsOf("none", "verified"), "none",
		"Whether a handler checks who sent a message, and so refuses a forged one.", "verified", ""},
}

var queueKeys = &table{name: "queue", what: "a queue", at: "services.payment.queue", alone: true, keys: []key{
	{"capacity", countFrom(0).or(wordsOf("unlimited")), "unlimited",
		"Messages that may be left waiting after free workers took theirs, all handlers together.", "100", ""},
	{"full", wordsOf("refuse", "drop"), "refuse",
		"Whether one message more is refused, so that its sender knows, or dropped.", "drop", "capacity: 100"},
}, needs: []need{{"full", []string{"capacity"}}}}

var stateKeys = &table{name: "state", what: "a state", at: "services.inventory.state.stock", alone: true, keys: []key{
	{"initial", shapeOf("a number or a word", schema{"type": []string{"number", "string"}}), "",
		"The value at the start.", "40", ""},
	{"per", aName, "(each flow)",
		"A declared key, or all: those flows share one value.", "product", "initial: 40"},
}, required: []string{"initial"}}

var invariantKeys = &table{name: "invariant", what: "an invariant", at: "invariants.in the end", alone: true, keys: []key{
	{"always", anExpr, "",
		"An expression that must hold after every commit that touches a name in it.", "payment.charged <= 1", ""},
	{"finally", anExpr, "",
		"An expression that must hold once the flow has settled.", "payment.charged == 1", ""},
	{"sometimes", anExpr, "",
		"An expression that must hold in at least one flow, so that the scenario shows what it claims to.", "payment.charged == 0", ""},
	{"within", aDuration.or(noneWord), "none",
		"For how long what holds finally may be false first.", "5s", "finally: payment.charged == 1"},
}, one: []string{"always", "finally", "sometimes"}, needs: []need{{"within", []string{"finally"}}}}

var monitorKeys = &table{name: "monitor", what: "a monitor", at: "monitors.nightly", keys: []key{
	{"check", anExpr, "",
		"What the job expects of each settled flow; it counts the flow as seen where that is false.", "payment.charged <= 1", ""},
	{"every", aDuration, "",
		"How often the job runs.", "24h", ""},
	{"repair", aHandler, "(none)",
		"The handler that is commanded, once, in each flow that the job finds.", "payment.refund", ""},
}, required: []string{"check", "every"}}

var alertKeys = &table{name: "alert", what: "an alert", at: "alerts.backlog", keys: []key{
	{"when", anExpr, "",
		"What is watched: rates of events, of handled messages and anomalies, and lengths of queues.", "rate(event.PaymentCharged) < 40/s", ""},
	{"over", aDuration, "1m",
		"How often it is evaluated, on the figures of that long.", "10s", ""},
	{"for", aDuration, "0",
		"How long it must hold before the alert fires.", "5m", ""},
}, required: []string{"when"}}

var keyKeys = &table{name: "key", what: "a key", at: "keys.product", keys: []key{
	{"count", countFrom(1), "",
		"How many values the key has.", "100", ""},
	{"skew", wordsOf("uniform").or(textLike("zipf(s)", `^zipf\( *[0-9.]+ *\)$`)), "uniform",
		"Whether flows draw all values alike, or some far more often.", "zipf(0.5)", ""},
}, required: []string{"count"}}

var workloadKeys = &table{name: "workload", what: "a workload", at: "workload.OrderPlaced", alone: true, keys: append([]key{
	{"rate", aRate, "",
		"Flows start at random with this mean rate (a Poisson process).", "50/s", "for: 1m"},
	{"every", aDuration, "",
		"Flows start at equal intervals, the first after one interval.", "20ms", "for: 1m"},
	{"times", listOf("a list of durations", aDuration), "",
		"Flows start at exactly these times.", "[0s, 1s]", ""},
	{"trace", textLike("a file's name", "."), "",
		"A CSV file of measured arrivals, with a column at and, if wanted, one for each key and takes.SERVICE.HANDLER.", "arrivals.csv", ""},
	{"phases", listOf("a list of phases", aTable(phaseKeys)), "",
		"A load that changes: each phase has a rate and a length.", "[{rate: 50/s, for: 2m}, {rate: 500/s, for: 30s}]", ""},
	{"clients", countFrom(1), "",
		"A closed loop of so many clients, each of which starts its next flow when its last has ended.", "100", "for: 1m"},
	{"think", aDist, "0",
		"How long a client of a closed loop waits before its next flow.", "exp(1s)", "{clients: 100, for: 1m}"},
	{"for", aDuration, "(none)",
		"How long flows start; with phases, these start again after the last until then.", "1m", "rate: 50/s"},
	{"flows", countFrom(1), "(none)",
		"No flow starts after so many.", "1000", "rate: 50/s"},
	{"batch", countFrom(1), "1",
		"Flows that start together; a rate then counts batches.", "5", "{rate: 10/s, for: 1m}"},
}, waitsOf("none", "none", "An outcome has to come within this long after the client's attempt, or it sends again if retry says so.", "{rate: 50/s, for: 1m}")...),
	one: []string{"rate", "every", "times", "trace", "phases", "clients"}, needs: []need{
		{"rate", []string{"for", "flows"}}, {"every", []string{"for", "flows"}}, {"clients", []string{"for", "flows"}},
		{"think", []string{"clients"}}, {"batch", []string{"rate", "every", "times", "phases"}},
		{"retry", []string{"timeout"}}, {"breaker", []string{"timeout"}}, {"late_reply", []string{"timeout"}},
	}}

var phaseKeys = &table{name: "phase", what: "a phase", at: "workload.OrderPlaced.phases.0", alone: true, keys: []key{
	{"rate", aRate, "",
		"Flows start at random with this mean rate; 0/s is a pause.", "50/s", "for: 2m"},
	{"every", aDuration, "",
		"Flows start at equal intervals.", "20ms", "for: 2m"},
	{"for", aDist, "",
		"How long the phase lasts; a distribution makes the load bursty.", "exp(30s)", "rate: 500/s"},
}, required: []string{"for"}, one: []string{"rate", "every"}}

var runKeys = &table{name: "run", what: "run", at: "run", keys: []key{
	{"seed", countFrom(0), "1",
		"The number that every draw depends on: the same seed gives the same results.", "7", ""},
	{"replications", countFrom(1), "10",
		"How often the scenario is simulated, each time with other draws.", "20", ""},
	{"warmup", aDuration, "0",
		"Flows started before this are simulated but not measured.", "30s", ""},
	{"drain", aDuration, "1h",
		"How long after the last arrival, replay or timer what is under way may take to settle.", "24h", ""},
	{"max_hops", countFrom(1), "100",
		"After so many publishes and calls in a row a chain is cut as a runaway.", "20", ""},
	{"styles", oneOrMore("a style", "a list of styles", wordsOf("choreography", "orchestration", "direct")), "[choreography, orchestration]",
		"The styles that are compared.", "[choreography, orchestration, direct]", ""},
	{"until", wordsOf("decided"), "",
		"decided adds replications while an expectation is inconclusive.", "decided", ""},
	{"max_replications", countFrom(1), "100",
		"How many replications that may come to.", "40", "until: decided"},
	{"snapshot", yesOrNo, "false",
		"edasim test keeps all measures in a file beside the scenario and compares them to the last digit.", "true", ""},
}}
