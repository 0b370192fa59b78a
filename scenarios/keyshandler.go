package scenarios

var handlerKeys = &table{name: "handler", what: "a handler", at: "services.payment.handlers.charge", keys: append([]key{
	{"consumes", someEvents.or(aTable(joinKeys)), "",
		"The event that starts the handler; a list means any of them, all: [A, B] means once all have come.", "StockReserved", ""},
	{"takes", aDist, "0",
		"The service time of a run.", "lognormal(mean 120ms, p99 800ms)", ""},
	{"when", anExpr, "true",
		"A guard over the state: the handler does its work only if it holds.", "charged == 0", ""},
	{"otherwise", wordsOf("ignore", "retry", "refuse", "dead_letter"), "ignore",
		"What happens when the guard is false: the message is acked, delivered again, refused as by the business, or dead-lettered.", "refuse", "when: charged == 0"},
	{"reads", wordsOf("event", "store"), "event",
		"Where the states of other services in the guard and the effects come from: the copy that the event carries, or their stores as they are now.", "store", ""},
	{"read_takes", aDist, "0",
		"How long reading the other services' stores takes.", "5ms", "reads: store"},
	{"effects", namesTo("a mapping of states to changes", aChange), "(none)",
		"What a commit changes: +1 adds, a word is set, = and an expression sets what it gives on what was read.", "{charged: +1}", ""},
	{"emits", anEmission.or(anyList("a list", anEmission)), "(none)",
		"The events that a run publishes.", "PaymentCharged", ""},
	{"refuses", aTable(refusalKeys), "(never)",
		"A refusal by the business: instead of its effects and events the run has those given here.", "{probability: 5%, emits: PaymentDeclined}", ""},
	{"compensates", aHandler, "(none)",
		"The handler whose effects this one undoes; a coordinator calls it when it gives up.", "charge", "when: charged > 0"},
	{"detached", yesOrNo, "false",
		"The handler stays a consumer of events in every style, such as mail, audit or analytics.", "true", ""},
	{"gap", aDuration, "0",
		"The time between the two writes, commit and publish.", "5ms", "publishing: before_commit"},
	{"conflict_retry", retryOrNone, "(at once, without end)",
		"How long an optimistic handler waits before it does again what met a conflict.", "{initial: 10ms}", "isolation: optimistic"},
	{"calls", aTable(callKeys).or(anyList("a list of calls", aTable(callKeys))), "(none)",
		"Blocking requests to other services, one after the other, made before the handler's own time.", "{handler: fraud.check, timeout: 300ms}", ""},
	{"delivery", aTable(deliveryKeys), "(that of the service)",
		"What the broker promises to this handler, key by key over the service's.", "{max_deliveries: 5}", ""},
}, inheritedKeys...), cures: map[string]string{
	"on":      `a handler says what starts it with "consumes"`,
	"true":    `a handler says what starts it with "consumes" ("on" is true to YAML)`,
	"event":   `a handler says what starts it with "consumes"`,
	"trigger": `a handler says what starts it with "consumes"`,
	"handles": `a handler says what starts it with "consumes"`,
	"state":   "state belongs to the service",
	"retry":   "what is tried again when a handler fails is delivery: {retry: …}",
	"timeout": "a handler does not wait; see delivery: {ack_deadline: …}",
}, needs: []need{
	{"otherwise", []string{"when"}}, {"read_takes", []string{"reads"}},
}}

var (
	aChange    = shapeOf("a change", schema{"type": []string{"number", "string", "boolean"}})
	anEmission = anEvent.or(aTable(emissionKeys))
)

var joinKeys = &table{name: "consumes", what: "a join", at: "services.shipping.handlers.ship.consumes", alone: true, keys: []key{
	{"all", listOf("a list of events", anEvent), "",
		"The events that must have come, in any order, before the handler runs.", "[StockReserved, PaymentCharged]", ""},
}, required: []string{"all"}}

var emissionKeys = &table{name: "emits", what: "an emission", at: "services.payment.handlers.charge.emits", alone: true, keys: []key{
	{"event", anEvent, "",
		"The event that is published.", "PaymentCharged", ""},
	{"probability", aProbability, "1",
		"How often it is published.", "30%", "event: PaymentCharged"},
	{"one_of", namesTo("a mapping of events to shares", aProbability), "",
		"Exactly one of these events, with these shares.", "{PaymentCharged: 95%, PaymentDeclined: 5%}", ""},
	{"after", aDist, "(at once)",
		"How much later it is published, by a timer that outlives crashes.", "15m", "event: PaymentCharged"},
}, one: []string{"event", "one_of"}}

var refusalKeys = &table{name: "refuses", what: "a refusal", at: "services.payment.handlers.charge.refuses", keys: []key{
	{"probability", aProbability, "0",
		"How often the handler refuses by itself, besides otherwise: refuse.", "5%", ""},
	{"emits", anEmission.or(anyList("a list", anEmission)), "(none)",
		"What is published instead.", "PaymentDeclined", ""},
	{"effects", namesTo("a mapping of states to changes", aChange), "(none)",
		"What is changed instead.", "{status: declined}", ""},
}}

var idempotentKeys = &table{name: "idempotent", what: "idempotency", at: "services.payment.handlers.charge.idempotent", alone: true, keys: []key{
	{"by", wordsOf("message", "key"), "",
		"What is remembered: the message id, or a key that is the same for everything that should happen once.", "key", ""},
	{"for", aDuration.or(noneWord), "(for ever)",
		"How long it is remembered.", "24h", "by: key"},
	{"unique", yesOrNo, "true",
		"Recorded under a unique key at the commit; false means looked up at the start only, and two copies handled at once both take effect.", "false", "by: key"},
	{"replays", yesOrNo, "false",
		"A skip publishes again what the first run published.", "true", "by: key"},
}, required: []string{"by"}}

var publishingKeys = &table{name: "publishing", what: "publishing", at: "services.payment.handlers.charge.publishing", alone: true, keys: []key{
	{"after_commit", aTable(twoWritesKeys), "",
		"Commit first, then publish: a crash between loses the event.", "{gap: 5ms}", ""},
	{"before_commit", aTable(twoWritesKeys), "",
		"Publish first, then commit: a crash between leaves an event of something that never happened.", "{gap: 5ms}", ""},
	{"outbox", aTable(outboxKeys), "",
		"One write, and a relay that publishes what it finds, at least once.", "{every: 100ms, batch: 100}", ""},
	{"gap", aDuration, "0",
		"The time between the two writes.", "5ms", ""},
}}

var twoWritesKeys = &table{name: "two_writes", what: "the order of two writes", at: "services.payment.handlers.charge.publishing.before_commit", keys: []key{
	{"gap", aDuration, "0",
		"The time between the two writes.", "5ms", ""},
}}

var outboxKeys = &table{name: "outbox", what: "an outbox", at: "services.payment.handlers.charge.publishing.outbox", keys: []key{
	{"every", aDuration, "100ms",
		"How often the relay looks for what is to be published.", "1s", ""},
	{"batch", countFrom(1).or(wordsOf("all")), "100",
		"How many events the relay publishes at a look.", "10", ""},
}}
