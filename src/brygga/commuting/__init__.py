"""Who lives where and works where: flows, reach, and the matching of people and posts."""
