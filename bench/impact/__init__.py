"""What a closure costs to compute, beside peers in the same run: `python -m bench.impact`."""
