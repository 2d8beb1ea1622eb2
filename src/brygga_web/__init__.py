"""The site: five questions, each answered in a sentence, a figure and a table.

It reads the results of a run through `brygga.workflow` and writes nothing. Start reading at `urls.py`.
"""
