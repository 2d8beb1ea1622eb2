"""Coding: text that people wrote to occupation codes, with a confidence and the words that decided."""
