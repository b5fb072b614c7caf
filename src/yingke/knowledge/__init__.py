"""Knowledge: what a company answers again and again, written down once, and found from the words people use.

An *entry* is one question with similar questions and an answer. `matching` is the pure engine that finds entries: it
takes plain values, keeps everything in memory, and touches neither the database nor the network.
"""
