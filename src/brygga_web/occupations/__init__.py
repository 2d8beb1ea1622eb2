"""Occupations: the list, the sheet of one, its evidence in Word."""
