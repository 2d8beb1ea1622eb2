"""The page that says how well the methods would have predicted years that are known by now."""
