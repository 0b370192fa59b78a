package topology

// Delivery is what a broker promises to one consuming handler.
type Delivery struct {
	Preset        string
	Latency       *Dist
	Confirm       Time  // publish: {confirm}: how long a producer waits; 0: fire and forget
	PublishRetry  Retry // only with Confirm
	Dedup         Time  // window; 0: none
	Ordering      Ordering
	Poll          Poll
	Prefetch      int // for each replica
	AckBefore     bool
	Settle        Time // offsets are committed this often; 0: each message by itself
	AckDeadline   Time // 0: never
	AckRenewal    Time // 0: none
	LateAcks      bool // late_ack: accepted
	Crash         CrashDetection
	Retry         Retry // after an error
	DeadlineRetry Retry // after an expired deadline
	ToTail        bool  // redelivered_to: tail
	InFlight      int   // leased and unsettled; 0: unlimited
	MaxDeliveries int   // 0: unlimited
	Counts        Counts
	MaxAge        Time // 0: unlimited
	Exhausted     Exhausted
	Replay        Replay
	TTL           Time // 0: none
}

// OrderingKind is the scope within which messages keep their order.
type OrderingKind uint8

// The scopes of order.
const (
	Unordered   OrderingKind = iota
	ByFlow                   // key: per flow
	ByKeyValue               // {key: product}
	ByPartition              // {partitions: 12, key: product}
	Total
)

// Ordering is the order a broker keeps. Key is empty where ByPartition
// partitions by flow.
type Ordering struct {
	Kind       OrderingKind
	Key        string
	Partitions int
}

// Poll is a consumer that looks at its queue from time to time.
type Poll struct {
	Every Time // 0: the broker pushes
	Batch int  // at most so many at a look; 0: all
	Sleep bool // only after having found nothing
}

// CrashKind is the way a dead consumer is noticed.
type CrashKind uint8

// The ways to notice a dead consumer.
const (
	OnDisconnect CrashKind = iota
	OnSession
	OnDeadline
)

// CrashDetection is how a dead consumer's messages come back.
type CrashDetection struct {
	Kind    CrashKind
	Session Time // OnSession
}

// Counts says which returns count towards MaxDeliveries.
type Counts uint8

// The kinds of returns.
const (
	CountError Counts = 1 << iota
	CountCrash
	CountDeadline
	CountAll = CountError | CountCrash | CountDeadline
)

// Exhausted is what happens to a message that has been delivered too often.
type Exhausted uint8

// The ends of an exhausted message.
const (
	ToDeadLetters Exhausted = iota
	DropIt
	Park
	Block
)

// Replay is an operator who puts dead letters back. Times 0: nobody does.
type Replay struct {
	After Time
	Times int
}
