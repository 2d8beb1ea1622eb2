"""Files of pages: Excel and CSV."""
