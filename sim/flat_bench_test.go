package sim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"edasim/sim"
	"edasim/topology"
)

// What a message costs must not depend on how much there is of everything else.
// These benchmarks report ns/message at two or more sizes each; .ci/run compares
// them within one run.

// BenchmarkBacklog lets so many messages gather at a service, and be worked off, again
// and again: as many in all, and as fast, whatever their number.
func BenchmarkBacklog(b *testing.B) {
	for _, size := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			if size > 1_000_000 && testing.Short() {
				b.Skip("a backlog of ten million needs about ten gigabytes")
			}
			backlog(b, size)
		})
	}
}

func backlog(b *testing.B, size int) {
	perMessage(b, compile(b, fmt.Sprintf(`
edasim: 1
services:
  server:
    handlers:
      serve: {consumes: Asked, takes: 1ms, emits: Answered}
delivery: {latency: 1ms, ack_deadline: 30s}
workload:
  Asked:
    flows: %d
    phases:
      - {every: 10us, for: %dus}
      - {rate: 0/s, for: %dms}
run: {drain: 1000h}
`, max(size, 3_000_000), 10*size, size), topology.Choreography))
}

// BenchmarkServices sends flows through chains of so many services, one message each.
// However many they are, about forty messages are under way: what the event queue costs
// is measured elsewhere.
func BenchmarkServices(b *testing.B) {
	for _, size := range []int{2, 20, 200} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			chain(b, size, "concurrency: unlimited, ", 20_000/size)
		})
	}
}

// BenchmarkLongChain is the same at one rate of flows: a hundred times as many services
// have a hundred times as many messages under way.
func BenchmarkLongChain(b *testing.B) {
	for _, size := range []int{2, 20, 200} {
		b.Run(fmt.Sprint(size), func(b *testing.B) { chain(b, size, "", 100) })
	}
}

func chain(b *testing.B, size int, workers string, rate int) {
	var s strings.Builder
	s.WriteString("edasim: 1\nservices:\n")
	for i := range size {
		fmt.Fprintf(&s, "  s%d: {%sstate: {n: 0}, handlers: {h: {consumes: E%d, takes: exp(1ms), effects: {n: +1}, emits: E%d}}}\n",
			i, workers, i, i+1)
	}
	fmt.Fprintf(&s, "delivery: {latency: 1ms}\nworkload:\n  E0: {rate: %d/s, flows: %d}\nrun: {max_hops: 1000}\n",
		rate, 4_000_000/size)
	perMessage(b, compile(b, s.String(), topology.Choreography))
}

// BenchmarkSubscribers publishes an event to so many handlers, which get as many
// messages in a second whatever their number.
func BenchmarkSubscribers(b *testing.B) {
	for _, size := range []int{1, 30, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var s strings.Builder
			s.WriteString("edasim: 1\nservices:\n")
			for i := range size {
				fmt.Fprintf(&s, "  s%d: {concurrency: unlimited, handlers: {h: {consumes: News, takes: exp(1ms), emits: Read%d}}}\n", i, i)
			}
			fmt.Fprintf(&s, "delivery: {latency: 1ms}\nworkload:\n  News: {rate: %d/s, flows: %d}\n",
				100_000/size, 4_000_000/size)
			perMessage(b, compile(b, s.String(), topology.Choreography))
		})
	}
}

// BenchmarkTimeouts compares commands without a timeout to commands each of which
// has one of five seconds that is nearly always cancelled.
func BenchmarkTimeouts(b *testing.B) {
	for _, wait := range []string{"none", "5s"} {
		b.Run(wait, func(b *testing.B) {
			deadline := "ack_deadline: 30s"
			timeout := "timeout: 5s"
			if wait == "none" {
				deadline, timeout = "ack_deadline: none", "timeout: none"
			}
			text := fmt.Sprintf(`
edasim: 1
services:
  stock:
    concurrency: 10
    handlers:
      reserve: {consumes: Ordered, takes: exp(5ms), emits: Reserved}
  payment:
    concurrency: 10
    handlers:
      charge: {consumes: Reserved, takes: exp(5ms), emits: Charged}
delivery: {latency: 1ms, %s}
orchestration: {%s}
workload:
  Ordered: {rate: 1000/s, flows: 50000}
`, deadline, timeout)
			perMessage(b, compile(b, text, topology.Orchestrated))
		})
	}
}

// BenchmarkTrace compares a run that nobody listens to with one of which every
// record is told.
func BenchmarkTrace(b *testing.B) {
	for _, how := range []string{"off", "on"} {
		b.Run(how, func(b *testing.B) {
			m := compile(b, fmt.Sprintf(mm1, 200_000), topology.Choreography)
			records := 0
			tell := func(sim.Record) { records++ }
			if how == "off" {
				tell = nil
			}
			messages := int64(0)
			for i := range b.N {
				r, err := m.Trace(context.Background(), i+1, tell)
				if err != nil {
					b.Fatal(err)
				}
				messages += r.Messages
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(messages), "ns/message")
		})
	}
}

func perMessage(b *testing.B, m *sim.Model) {
	b.Helper()
	// The first run touches the memory that the others use again: what a page costs
	// that the system has yet to give differs by a factor of fifty among machines.
	if _, err := m.Run(context.Background(), 1); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	messages := int64(0)
	for i := range b.N {
		r, err := m.Run(context.Background(), i+1)
		if err != nil {
			b.Fatal(err)
		}
		messages += r.Messages
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(messages), "ns/message")
}
