"""The core: conversations and their messages.

What is always true:
- `seq` of a conversation's messages is 1, 2, 3 … without a gap, given under the conversation's row lock.
- a `client_id` is stored once in a conversation; repeating it answers with the first message.
- every change raises the conversation's `version` and tells a fact that carries the whole conversation, so that a
  reader who keeps the newest version is right.
- a message that some reader may not see still takes its `seq`; that reader gets `{seq, hidden}` in its place.
"""
