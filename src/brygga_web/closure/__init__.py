"""The page on closures: who is hit, where they live, how soon they are back in work, and what courses change."""
