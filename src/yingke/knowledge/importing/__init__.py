"""Knowledge in from files and pages: read, judged row by row, shown, and only then stored, all of it or nothing.

What is read depends on bytes only (`reading`), what is refused on the row only (`judging`); both are pure and bounded, and
run on a thread. A file is kept until its import is done, and read again when it is stored.
"""
