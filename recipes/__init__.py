"""Recipes: how each embedded table of facts, and each generated page, was made."""
