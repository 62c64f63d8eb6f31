"""Files in, canonical French texts with their structure and passages out.

``files`` finds them, ``sources`` knows what is said of them, ``reading`` turns one into documents, ``passages``
cuts a document up, ``sentences`` splits a text. Nothing heavy is imported before a file of its kind is read.
"""
