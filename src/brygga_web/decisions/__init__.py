"""The main question and four of the five: start, shortage, measures, benefit, outcome."""
