package lint

import "sync"

// Rules are all rules, in the order of the documentation.
func Rules() []*Rule { return allRules() }

var allRules = sync.OnceValue(func() []*Rule {
	return []*Rule{
		{"not-idempotent", Error, "a handler applies its effects again when its message comes again",
			"Brokers deliver at least once: a lease expires, an ack is lost, a producer sends again. A handler that adds, or computes from what is there, does it twice. A guard on the flow's own state that is false after the first run is an answer too, and is not reported. The share of flows is 1 - (1-p)^n for n messages in a row that can be copied.", notIdempotent},
		{"message-id-check", Warning, "a check of message ids, where the same thing comes under another id",
			"A message id is made for each publish. A handler that runs twice publishes twice, under two ids; so do a coordinator and a client that send again. Only a key of the business knows them for the same.", messageIDs},
		{"short-memory", Warning, "a memory of what was done that is shorter than the time in which it may come again",
			"What is forgotten is done again. A message may come again for max_deliveries × (ack_deadline + delay), after a replay of dead letters, and as long as a coordinator or a client sends again.", memoryTooShort},
		{"dual-write", Warning, "a commit and a publish that a crash can part for good",
			"After a crash between the two writes the message is usually delivered again, and the handler publishes then. But not if it skips what it has done, if its guard is false by then, or if the message was acked before: then the event is lost for ever. Publishing first tells others of what may never happen.", dualWrite},
		{"ack-before", Warning, "a message is acked before it is handled",
			"At most once: what is under way when a handler dies or fails is lost, without a trace.", ackBefore},
		{"ack-deadline", Warning, "a handler may hold a message longer than its ack deadline",
			"The broker takes a handler that is slow for one that is dead and delivers again. Both runs take effect, and the second makes the service slower. Prefetched messages wait under the same deadline.", ackDeadline},
		{"no-dead-letter", Warning, "a message that cannot be handled is delivered again without end",
			"Without max_deliveries, max_age or a ttl a poison message circles for ever. It takes a worker each time, and nobody is told.", noDeadLetter},
		{"order-blocked", Warning, "one message that cannot be handled stops a lane",
			"Where order is kept, what stands behind a message waits for it. One that fails each time, and is never put aside, stops its lane for good.", orderBlocks},
		{"order-needed", Warning, "a guard that is false until another event has come, where nothing keeps the order",
			"Two events of one flow overtake each other: in transit, by a redelivery, by a slow handler. The share is P(L₂ < L₁ + T₁), the second one's transit against the first one's transit and handling, without waiting for workers.", orderNeeded},
		{"schema-not-accepted", Error, "a schema version that a consumer does not accept",
			"From the moment when the producers change, every delivery fails.", schemaUnaccepted},
		{"stale-copy", Warning, "a decision on another service's state as an event carried it",
			"What an event carries was true when it was published. It is as old as the message: transit, queue and every redelivery. Where others change it meanwhile, the decision is on what is no longer so.", staleCopy},
		{"lost-update", Warning, "a read-modify-write that overwrites what others changed meanwhile",
			"Read, compute, write back: with read_committed nothing notices that the value has changed between. With arrivals by chance at rate λ for each value and a run of T, 1 - exp(-λT) of the runs are overwritten.", lostUpdate},
		{"check-then-act", Warning, "a check on shared state that is out of date when it is acted upon",
			"Two runs check at once, both find the last one, and both take it. The more workers and the longer a run, the more do.", checkThenAct},
		{"tries-multiply", Warning, "tries multiply along a path, to 10 or more",
			"Where each of several parties in a row tries again by itself, what stands at the end is tried as often as the product. A stall there is answered with a multiple of the load.", triesMultiply},
		{"retry-storm", Warning, "a service that stands its load but not its load and all retries",
			"While nothing is answered in time, each request is sent R more times. If the load and its retries exceed the capacity, timeouts make more timeouts, and the stall outlives its cause (a metastable failure; N. Bronson and others, HotOS 2021). It ends by itself only below μ/(1+R).", retryStorm},
		{"timeout-too-short", Warning, "a timeout below what the callee may take, its own retries included",
			"The caller gives up while the callee still works, and often asks again. Timeouts must shrink from the edge inwards: each above the worst of the next, tries × timeout + pauses.", timeoutBelowWorst},
		{"no-timeout", Warning, "a wait without a timeout",
			"One answer that never comes holds a worker, or a flow, for ever.", noTimeout},
		{"endless-retry", Warning, "tries without end and without a budget",
			"What can never succeed is tried for ever. What waits during a stall is sent all together after it.", unboundedRetry},
		{"retry-at-once", Warning, "retries without a pause",
			"Retries that follow at once meet the same trouble, and are the load that keeps it going.", retryAtOnce},
		{"queue-too-long", Warning, "a queue longer than what can be served within the caller's timeout",
			"When such a queue is full, everything in it has been given up by the time it is served: the service is busy and does nothing of use. A queue of capacity × service time ÷ workers below the timeout refuses early instead.", queueTooLong},
		{"calls-itself", Error, "a chain of blocking calls that comes back to the same service",
			"Each caller holds a worker while it waits for a worker of the same pool. When all of them wait, none is left to answer: a deadlock.", callsItself},
		{"overloaded", Error, "more work than workers",
			"The offered work, arrival rate × service time along the graph, exceeds the workers: the queue grows as long as the load lasts. What is measured then says nothing of faults.", overloaded},
		{"coordinator-bottleneck", Warning, "a coordinator that is busy for more than 70 % of the time",
			"A coordinator handles each trigger and each reply: with n steps, n + 1 messages a flow. In an M/M/1 queue the mean wait at 70 % is 2.3 service times, at 90 % it is 9.", coordinatorBottleneck},
		{"compensation-unheard", Warning, "a compensation that nobody starts in choreography",
			"A handler that only compensates is commanded by a coordinator. Without one there is no such command: it must consume an event.", compensationUnheard},
		{"no-compensation", Warning, "a step that nobody can undo before a step that can refuse",
			"A saga is undone step by step. A step without compensation stays, whatever is refused later.", noCompensation},
		{"unheard-event", Warning, "an event that nobody consumes and that is no outcome",
			"Often a misspelt name, or a consumer that was taken away.", unheardEvent},
		{"endless-cycle", Error, "events that lead back to themselves without an exit",
			"If each run leads to one more on average, a flow never ends by itself (the spectral radius of the mean numbers is at least 1). Guards and probabilities below 1 are exits.", endlessCycle},
		{"fault-too-late", Warning, "a fault that begins after the last flow has arrived",
			"It strikes only what is left over, so the scenario does not show what it says.", faultTooLate},
		{"allow-comment", Warning, "a comment for lint that silences nothing",
			"A comment without a reason, of an unknown rule, or for what is no longer found, is worse than none: it looks like a decision.", nil},
	}
})

// ruleNamed is the rule of a name; nil: there is none.
func ruleNamed(name string) *Rule {
	for _, r := range Rules() {
		if r.Name == name {
			return r
		}
	}
	return nil
}

func ruleNames() []string {
	var out []string
	for _, r := range Rules() {
		out = append(out, r.Name)
	}
	return out
}
