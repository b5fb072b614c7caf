"""What is wrong with a workspace's knowledge: looked for when it is asked for, so that the list is never older than the entries.

Only whether links work is looked up beforehand, as that asks the world.
"""
