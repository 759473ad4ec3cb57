"""What differs between the kinds of outcomes, one module each."""
