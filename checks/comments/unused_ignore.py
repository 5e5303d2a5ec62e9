"""Take back a request for silence that silences nothing.

A comment that silences a check tells the reader: here is something to frown at, and we meant it.
When the code has changed and nothing is left to frown at, the comment misleads; and should the
smell come back one day, nobody will be told.

```python before
def shout(words):
    for word in words:  # idiomist: ignore[index-loop] the numbers matter
        print(word.upper())

shout(["idiom"])
```

```python after
def shout(words):
    for word in words:  # the numbers matter
        print(word.upper())

shout(["idiom"])
```

The reason stays, for it may still be true. Where only one of several names is of no use, only
that one goes.

```python keep
def shout(words):
    for i in range(len(words)):  # idiomist: ignore[index-loop] as in the book
        print(words[i].upper())

shout(["idiom"])
```

A name is judged when every check that it means was at work on the file; of a group, or of all, at
least those that are on by default. So a run of a few checks says nothing about the others. In a
`# noqa`, only codes that are ours are judged; it is never made a bare one. A name that means no
check at all is told and left: it may be a slip of the pen, and then the wanted name is near, or
belong to a pack that is not installed here.
"""

from collections.abc import Iterator

from idiomist import Check, Finding, Source, Suppression

check = Check(__name__, __doc__, code="IDM901")


@check.on(Suppression)
def silences_nothing(comment: Suppression, source: Source) -> Iterator[Finding]:
    """Find a comment that asks for silence about nothing, or about what does not exist."""
    for message in comment.unknown:
        yield check.remark(comment, message=message)
    if comment.unused:
        edit = comment.without(comment.unused, source)
        yield check.remark(comment, message=_message(comment), edits=(edit,) if edit else ())


def _message(comment: Suppression) -> str:
    place = "in this file" if comment.whole_file else "here"
    names = [f"`{key.text}`" for key in comment.unused if key.text]
    *others, last = names or ["no check"]
    subject = f"{', '.join(others)} and {last}" if others else last
    verb = "would say anything" if not names else "would say nothing"
    goes = "need not name it" if len(names) == 1 else "need not name them"
    goes = "can go" if len(comment.unused) == len(comment.keys) else goes
    return f"{subject} {verb} {place}; the comment {goes}"
