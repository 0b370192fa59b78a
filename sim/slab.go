package sim

// A slab hands out things by index and takes them back. They are kept in
// chunks that never move, so a pointer stays good until its thing is given
// back; at a steady size nothing is allocated.
type slab[T any] struct {
	chunks []*[chunkSize]T
	free   []uint32
	made   uint32
}

const (
	chunkBits = 8
	chunkSize = 1 << chunkBits
)

// get is a thing and its index. What was given back comes as it was left.
func (s *slab[T]) get() (*T, uint32) {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		return s.at(i), i
	}
	i := s.made
	if i>>chunkBits == uint32(len(s.chunks)) {
		s.chunks = append(s.chunks, new([chunkSize]T))
	}
	s.made++
	return s.at(i), i
}

// wipe clears all that was handed out.
func (s *slab[T]) wipe() {
	for i := range (s.made + chunkSize - 1) >> chunkBits {
		clear(s.chunks[i][:])
	}
}

// again makes a slab hand out everything anew, in the same order, as it was left.
func (s *slab[T]) again() { s.free, s.made = s.free[:0], 0 }

func (s *slab[T]) at(i uint32) *T { return &s.chunks[i>>chunkBits][i&(chunkSize-1)] }

func (s *slab[T]) put(i uint32) { s.free = append(s.free, i) }
