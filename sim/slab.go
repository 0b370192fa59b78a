package sim

// A slab hands out things by index and takes them back. They are made in chunks
// that never move, so a pointer stays good until its thing is given back; at a
// steady size nothing is allocated.
type slab[T any] struct {
	things []*T // one pointer each: to find a thing in its chunk takes three times as long
	free   []uint32
	made   uint32 // how many were handed out
}

const chunkSize = 256

// get is a thing and its index. What was given back comes as it was left.
func (s *slab[T]) get() (*T, uint32) {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		return s.at(i), i
	}
	i := s.made
	if i == uint32(len(s.things)) {
		s.grow()
	}
	s.made++
	return s.at(i), i
}

// grow makes another chunk.
func (s *slab[T]) grow() {
	chunk := new([chunkSize]T)
	for i := range chunk {
		s.things = append(s.things, &chunk[i])
	}
}

// wipe clears all that was handed out.
func (s *slab[T]) wipe() {
	for _, t := range s.things[:s.made] {
		var none T
		*t = none
	}
}

// again makes a slab hand out everything anew, in the same order, as it was left.
func (s *slab[T]) again() { s.free, s.made = s.free[:0], 0 }

func (s *slab[T]) at(i uint32) *T { return s.things[i] }

func (s *slab[T]) put(i uint32) { s.free = append(s.free, i) }
