"""Pages on the site itself: sources and assumptions, accessibility, personal data, glossary."""
