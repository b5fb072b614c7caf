"""The doors by which visitors apply for something: the widget's, and pages that work without scripts.

What is always true: a request opens to the browser that filed it, to the contact the shop signed for, and to whoever has
its signed address; nothing that only staff may see is ever shown; what is written is masked as in conversations, and who
is blocked files nothing.
"""
