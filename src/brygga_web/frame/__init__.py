"""What every page shares: texts, numbers, choices, tables, drawing and the frame round them."""
