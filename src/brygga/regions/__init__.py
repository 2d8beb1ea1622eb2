"""The regions that come with the package: the example region, made from facts and stated structure."""
