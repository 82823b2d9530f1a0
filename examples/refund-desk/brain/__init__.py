"""The Refund Desk's brain: rules that turn a conversation so far into the next reply.

Reading order: `dialogue` (what to do), `understand` (what the user said), `cases` (what each kind of
request needs), `desk` (the tools), `policy` (what may be claimed), `phrases_en` / `phrases_es` (how it is said),
`bugs` (what can be broken on purpose).
"""

from brain.dialogue import respond

__all__ = ["respond"]
