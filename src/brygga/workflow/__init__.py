"""The loop, one module a step: listen, see, act, carry, follow up; and what pages ask of their results.

Each step reads as a list of named functions; details are one click down. This is the only
package that the command line and the site reach into.
"""
