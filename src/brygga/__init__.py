"""Brygga: which occupations will be short, and which measures close most of it.

Start reading at `brygga.workflow`; each step there is one function.
"""

__version__ = "0.1.0"
