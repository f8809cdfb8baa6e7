"""qeval-batch: quarterly evaluation of leaders, from a folder of returned workbooks to the papers of the meeting."""

__version__ = "0.2.0"
