"""Listen beside its peers: accuracy on the development sets and our own texts, speed and memory as ratios.

Everything that is compared is measured in the same run, on the same rows and with the same labels.
Needs the extra `bench`; what is not installed, and data that is missing, is named as left out. Nothing is gated.

Run `make bench-listen`; start reading at `bench.listen.__main__`.
"""
