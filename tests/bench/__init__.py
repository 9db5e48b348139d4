"""How fast it is, each figure beside its limit measured in the same run: `python -m tests.bench [--quick]`.

Absolute figures say little: machines differ, and one machine drifts. So every measured thing runs in turns with what
bounds it (a bare Flask page under the same server, the same SQL through the bare driver), and the ratio is what counts.
"""
