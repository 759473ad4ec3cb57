"""Pure functions and records: frames and numbers in, frames and records out. No I/O, no clock."""
