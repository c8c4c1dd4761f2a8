"""Blocks of Markdown, and whether what a program printed is what a block says. In a block,

    …          stands for anything; alone on its line, for any lines
    an id      stands for any id, but always for the same one, and for itself where a command has it
    a time, a duration, a share, a bar, a run of spaces      stands for any other
    an answer (`1.2 of 3 ms was …`)      stands for any other, whatever lines it takes: requests differ in where their time goes

Lines may come in another order: within a millisecond, log lines have none.
"""

import re

ANSWER = r"[\d.]+(?: (?:µs|ms|s))? of [\d.]+ (?:µs|ms|s) was .*"
ID = r"\b(?:[0-9a-f]{32}|[0-9a-f]{16})\b"
VARIES = {  # what the text shows: what may be seen in its place
    r"…": r".*",
    ANSWER: ANSWER,
    r"\d{4}-\d\d-\d\d[ T][\d:.]+": r"\d{4}-\d\d-\d\d[ T][\d:.]+",
    r"\b[\d.]+ (?:µs|ms|s)\b": r"[\d.]+ (?:µs|ms|s)",
    r"\b\d+%": r"\d+%",
    r"[ █▌▐░]+": r"[ █▌▐░]+",
}


def blocks(path):
    """The fenced blocks: the number of the first line, language, lines."""
    found, language = [], None
    for number, line in enumerate(lines_of(path), 1):
        if not line.startswith("```"):
            if language is not None:
                found[-1][2].append(line)
        elif language is None:
            language = line[3:]
            found.append((number + 1, language, []))
        else:
            language = None
    return found


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def compare(expected, seen, ids):
    left, bound = answers_in_one_line(seen), dict(ids)
    for line in answers_in_one_line(expected):
        if line == "…":
            continue
        for candidate in left:
            if (more := match(line, candidate, bound)) is not None:
                left.remove(candidate)
                bound.update(more)
                break
        else:
            return f"not seen: {line}"
    if left and "…" not in expected:
        return f"not expected: {left[0]}"
    ids.update(bound)


def answers_in_one_line(lines):
    joined = []
    for line in lines:
        if line and joined and re.fullmatch(ANSWER, joined[-1]):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def match(expected, seen, ids):
    """The ids that the two lines have in common, by the text's name for them; none where the lines differ."""
    pattern, names = "", []
    for part in re.split("(" + "|".join([ID, *VARIES]) + ")", expected.strip()):
        varies = [to for shown, to in VARIES.items() if re.fullmatch(shown, part)]
        if re.fullmatch(ID, part) and part not in ids:
            pattern += f"(?P=id{names.index(part)})" if part in names else f"(?P<id{len(names)}>{ID})"
            names += [part] * (part not in names)
        else:
            pattern += varies[0] if varies else re.escape(ids.get(part, part))
    found = re.fullmatch(pattern, seen.strip())
    values = found.groups() if found else ()
    distinct = len(set(values)) == len(values) and not set(values) & set(ids.values())
    return dict(zip(names, values)) if found and distinct else None
