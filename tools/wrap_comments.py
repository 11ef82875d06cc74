#!/usr/bin/env python3
"""Refolds the comments of C files that run over 100 columns; clang-format folds the code.

    tools/wrap_comments.py FILE...

Only paragraphs with a line that is too long are touched. Indented lines (examples, tables) stay as
they are. A comment behind code that does not fit there moves above it.
"""
import re
import sys
import textwrap

COLUMNS = 100
COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|//[^\n]*)|/\*.*?\*/""", re.S)


def columns(line):
    return len(line.expandtabs(8))


def refold(lines, indent):
    """The text lines of one comment, paragraphs with an overlong line filled anew."""
    out, paragraph = [], []
    width = COLUMNS - columns(indent) - 3

    def flush():
        if paragraph and max(map(columns, paragraph)) > width:
            out.extend(textwrap.wrap(" ".join(paragraph), width, break_long_words=False,
                                     break_on_hyphens=False))
        else:
            out.extend(paragraph)
        paragraph.clear()

    for line in lines:
        if line == "" or line[0] in " \t":
            flush()
            out.append(line)
        else:
            if line.startswith("- "):
                flush()
            paragraph.append(line)
    flush()
    return out


def block(comment, indent):
    """One comment that stands by itself, as its new lines."""
    body = comment[2:-2]
    opens_alone = body.startswith("\n")
    closes_alone = body.rstrip(" \t").endswith("\n")
    lines = [re.sub(r"^[ \t]*\*[ ]?", "", line) if i else line
             for i, line in enumerate(body.split("\n"))]
    lines = [line.rstrip() for line in lines]
    if opens_alone:
        lines = lines[1:]
    else:
        lines[0] = lines[0].lstrip()
    if closes_alone:
        lines = lines[:-1]
    if not closes_alone:
        lines[-1] += "\0*/"  # so that it counts and is not folded away from its word
    lines = [line.replace("\0", " ") for line in refold(lines, indent)]
    text = [("" if i == 0 and not opens_alone else " *") +
            ("" if line == "" or line[0] == "\t" else " ") + line for i, line in enumerate(lines)]
    if opens_alone:
        text.insert(0, "/*")
    else:
        text[0] = "/*" + text[0]
    if closes_alone:
        text.append(" */")
    return "\n".join(indent + line if i else line for i, line in enumerate(text))


def wrap(source):
    out, done = [], 0
    for match in COMMENT.finditer(source):
        if match.group(1):
            continue
        start = source.rfind("\n", 0, match.start()) + 1
        end = source.find("\n", match.end())
        end = len(source) if end < 0 else end
        if max(map(columns, source[start:end].split("\n"))) <= COLUMNS or start < done:
            continue
        before, after = source[start:match.start()], source[match.end():end]
        indent = re.match(r"[ \t]*", before).group()
        if after.strip():
            continue
        out.append(source[done:start])
        if before.strip() == "":
            out.append(before + block(match.group(), indent))
        else:
            words = " ".join(line.strip(" \t*") for line in match.group()[2:-2].split("\n"))
            out.append(indent + block("/* " + words.strip() + " */", indent) + "\n" + before.rstrip())
        done = end
    out.append(source[done:])
    return "".join(out)


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            old = file.read()
        new = wrap(old)
        if new != old:
            with open(path, "w", encoding="utf-8") as file:
                file.write(new)
            print(path)


if __name__ == "__main__":
    main()
