"""What companies need."""
