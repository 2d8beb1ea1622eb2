"""Exempelregion Sydost: twelve municipalities, public facts, and a recipe that completes what is missing.

Facts are kept exactly; every cell that the recipe completes says `modelled` and how. It is a
demonstration, never statistics. Start reading at `recipe.build`.
"""
