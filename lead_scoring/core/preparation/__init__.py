"""Source columns to features: one scikit-learn transformer per module."""
