"""Planning: which classes and seats, where and when, close most shortage under everybody's limits."""
