"""Readers fed with files that nobody would write: mutations of good ones, each made again from its number.

    make fuzz                                                          # ten minutes a reader
    python -m sourcier.eval.fuzz --reader pdf --minutes 1
    python -m sourcier.eval.fuzz --reader pdf --case 1234              # one case again, as it was

``seeds`` makes the good files, ``mutations`` changes them, ``checks`` says what has to hold of whatever comes out, and
``running`` does it in a process with little memory, which is stopped when a case takes too long.
"""
