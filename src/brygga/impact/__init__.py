"""What an industrial job carries: further jobs, and tax where people live."""
