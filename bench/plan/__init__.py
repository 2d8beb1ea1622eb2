"""Our plans beside HiGHS alone, PuLP with CBC and a plain greedy, on the same instances: `python -m bench.plan`."""
