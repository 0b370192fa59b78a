package scenarios

import (
	"regexp"
	"strings"
	"testing"

	"edasim/topology"
)

var dated = regexp.MustCompile(`\b20[0-9]{2}-[0-9]{2}\b`)

// Every value of every preset is a value of its key.
func TestPresets(t *testing.T) {
	seen := map[string]bool{}
	check := func(p Preset, tab *table, text string) {
		if seen[p.Name] || !namePattern.MatchString(p.Name) {
			t.Errorf("%s: the name", p.Name)
		}
		seen[p.Name] = true
		for _, v := range p.Values {
			if tab.find(v.Key) == nil || !dated.MatchString(v.Source) {
				t.Errorf("%s: %+v", p.Name, v)
			}
		}
		sc, err := Load([]byte(small+text), "small.yaml", LoadOptions{})
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			return
		}
		if len(sc.Presets) != len(p.Values) {
			t.Errorf("%s: %+v", p.Name, sc.Presets)
		}
	}
	for _, p := range DeliveryPresets() {
		check(p, deliveryKeys, "delivery: {preset: "+p.Name+"}\n")
	}
	for _, p := range OrchestrationPresets() {
		check(p, orchestrationKeys, "orchestration: {preset: "+p.Name+"}\n")
	}
}

// The order, weakest first: the language, the top's preset, the top's keys, the
// service's preset, its keys, the handler's.
func TestDeliveryLayers(t *testing.T) {
	text := strings.Replace(small, "    replicas: 2\n", "    replicas: 2\n    delivery: {preset: sqs-standard, ack_deadline: 7s}\n", 1)
	text = strings.Replace(text, "        takes: 5ms\n", "        takes: 5ms\n        delivery: {max_deliveries: 4}\n", 1)
	sc := load(t, text+"delivery: {preset: asb-queue, latency: 9ms, ttl: 1h, max_deliveries: 6}\n")
	d := sc.System.Services[0].Handlers[0].Delivery
	if d.Preset != "sqs-standard" || d.Latency.String() != "9ms" || d.AckDeadline != 7*topology.Second || d.MaxDeliveries != 4 ||
		d.TTL != 4*topology.Day || d.AckRenewal != 5*topology.Minute || d.Crash.Kind != topology.OnDeadline {
		t.Errorf("%+v", d)
	}
	d = sc.System.Services[1].Handlers[0].Delivery
	if d.Preset != "asb-queue" || d.MaxDeliveries != 4 || d.TTL != topology.Hour || d.AckDeadline != topology.Minute {
		t.Errorf("%+v", d)
	}
}

// What a variant's preset fills in is told too, and what the base has only once.
func TestPresetsOfVariants(t *testing.T) {
	sc := load(t, small+"delivery: {preset: sqs-standard}\nvariants: {kafka: {delivery.preset: kafka-java}, same: {delivery.latency: 2ms}}\n")
	where := map[string]int{}
	for _, use := range sc.Presets {
		where[use.Where+" "+use.Preset]++
	}
	if len(where) != 2 || where["delivery sqs-standard"] == 0 || where["variant kafka: delivery kafka-java"] == 0 {
		t.Errorf("%v", where)
	}
}
