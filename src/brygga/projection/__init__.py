"""What follows if nothing new is started: population, supply, demand and their uncertainty."""
