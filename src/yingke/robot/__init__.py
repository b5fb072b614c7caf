"""The robot: self-service that answers in a conversation before people do.

What is always true: it speaks under its own name as a robot; while it has a conversation nobody waits and nobody is
assigned, and the moment it hands over, both begin; whoever asks for a person, is angry or says the same again gets one;
a question it could not take care of, for whatever reason, is handed over within half a minute.

`deciding` is pure: what was said and found in, what to do out.
"""
