"""Pure functions and records: frames and numbers in, frames and frozen records out. No I/O, no clock."""
