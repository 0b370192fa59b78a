package sim

// Yardstick lets the tests outside the package measure against it.
var Yardstick = yardstick
