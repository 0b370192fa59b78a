package scenarios

import (
	"slices"
	"strings"

	"edasim/faults"
	"edasim/topology"
)

// targets reads whom the fault strikes, and checks that it can.
func (r *faultReader) targets() {
	for _, k := range anywhere {
		if r.has(k) && !slices.Contains(r.kind.aims, k) {
			hint := "leave it out"
			if k == "handler" && slices.Contains(r.kind.aims, "service") {
				hint = "write  service:"
			}
			r.failAt(r.keyAt(k), hint, "%s cannot be aimed at one %s", r.kind.name, k)
		}
	}
	if r.kind.needs != "" && !r.has(r.kind.needs) {
		r.failAt(r.keyAt(r.kind.name), "write  "+r.kind.needs+": …", "%s says which %s it strikes", r.kind.name, r.kind.needs)
	}
	service, handler, event := r.get("service"), r.get("handler"), r.get("event")
	if service != nil && handler != nil {
		r.failAt(r.keyAt("service"), "leave it out", "the handler says the service already")
	}
	if service != nil && r.isName(service) {
		r.in.Service = service.text
		r.serviceTarget(service)
	}
	if handler != nil {
		r.in.Handler = r.handlerName(handler, "")
	}
	if event != nil && r.isName(event) {
		r.in.Event = event.text
		r.refs.struck = append(r.refs.struck, eventRef{event, r.in.Handler})
		r.eventTarget(event)
	}
	if handler != nil && r.publishes() {
		if h := r.handlerNamed(r.in.Handler); h != nil && len(h.Emitted()) == 0 {
			r.failAt(handler, "name the handler that emits", "%s acts on what is published, and %s emits nothing", r.kind.name, r.in.Handler)
		}
	}
}

// publishes tells whether the fault acts where something is published.
func (r *faultReader) publishes() bool { return slices.Contains(r.kind.victim, faults.Client) }

func (r *faultReader) serviceTarget(n *node) {
	if slices.Contains(reservedNames, n.text) {
		if !slices.Contains(r.kind.victim, n.text) {
			r.failAt(n, "", "%s cannot strike the %s", r.kind.name, n.text)
		}
		return
	}
	if r.serviceNamed(n.text) != nil {
		return
	}
	if r.handlerNamed(n.text) != nil || strings.Contains(n.text, ".") {
		r.failAt(n, "write  handler: "+n.text, "%s is a handler", quoted(n.text))
		return
	}
	known := append(r.serviceNames(), r.kind.victim...)
	r.failAt(n, meant(n.text, known), "there is no service %s", quoted(n.text))
}

func (b *build) serviceNamed(name string) *topology.Service {
	for _, s := range b.sys.Services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func (b *build) serviceNames() []string {
	var names []string
	for _, s := range b.sys.Services {
		names = append(names, s.Name)
	}
	return names
}

// eventTarget checks that the one who is struck has to do with the event.
func (r *faultReader) eventTarget(event *node) {
	if r.in.Service == "" && r.in.Handler == "" || slices.Contains(reservedNames, r.in.Service) {
		return
	}
	emits, consumes, exists := false, false, false
	for _, ref := range r.refs.handlers {
		full := topology.FullName(ref.service, ref.handler)
		if r.in.Handler != "" && r.in.Handler != full || r.in.Service != "" && r.in.Service != ref.service.Name {
			continue
		}
		exists = true
		emits = emits || slices.Contains(ref.handler.Emitted(), event.text)
		consumes = consumes || slices.Contains(ref.handler.Consumes, event.text)
	}
	who := r.in.Service + r.in.Handler
	switch {
	case !exists:
	case (r.publishes() || r.kind.name == "schema") && !emits:
		r.failAt(event, "", "%s acts on what is published, and %s does not emit %s", r.kind.name, who, quoted(event.text))
	case !r.publishes() && r.kind.name != "schema" && !consumes && r.kind.name != "network_partition":
		r.failAt(event, "", "%s acts on what is consumed, and %s does not consume %s", r.kind.name, who, quoted(event.text))
	}
}
