"""What was measured, as tables of Markdown, as a plot and as a part of a page."""

import statistics

BEGIN = "<!-- compare.py: begin -->"
END = "<!-- compare.py: end -->"

# Of ufront's own variants and of no others there may be several.
OURS = "ufront"


def flat(rounds):
    return [time for burst in rounds for time in burst]


def is_ours(title):
    return title.split()[0] == OURS


def minimum(row, clock="wall"):
    return min(flat(row[clock]))


def median(row, clock="wall"):
    return statistics.median(flat(row[clock]))


def clock(entry):
    """CPU time on one thread: what else runs counts less."""
    return "cpu" if entry["threads"] == 1 else "wall"


def ratios(entry, ours, peer):
    """How many times ufront's time the peer takes: of minima, of medians."""
    mine, theirs = entry["peers"].get(ours), entry["peers"].get(peer)
    if not mine or not theirs or "failed" in mine or "failed" in theirs:
        return None
    which = clock(entry)
    return (
        minimum(theirs, which) / minimum(mine, which),
        median(theirs, which) / median(mine, which),
    )


# --- Markdown ----------------------------------------------------------------------


def number(value):
    """Three digits that count."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 99.95 else f"{value:.3g}"


def milliseconds(value):
    return number(None if value is None else 1e3 * value)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def titles(results):
    """Of all peers, in the order they first appear."""
    return list(dict.fromkeys(t for entry in results for t in entry["peers"]))


def summary(results):
    """A line for each case and variant of ufront: ratios to all the others."""
    names = titles(results)
    peers = [name for name in names if not is_ours(name)]
    rows = []
    for entry in results:
        for ours in filter(is_ours, entry["peers"]):
            mine = entry["peers"][ours]
            line = [entry["case"], str(entry["batch"]), str(entry["threads"]), ours]
            if "failed" in mine:
                rows.append([*line, "failed", *[""] * len(peers)])
                continue
            line.append(milliseconds(median(mine, clock(entry))))
            for peer in peers:
                pair = ratios(entry, ours, peer)
                line.append(" / ".join(map("{:.2f}".format, pair)) if pair else "–")
            rows.append(line)
    return table(["", "batch", "threads", "", "ms", *peers], rows)


def heading(entry):
    count = entry["threads"]
    words = [entry["case"], f"batch {entry['batch']}"]
    words.append(f"{count} thread" + ("s" if count > 1 else ""))
    if entry["flops"]:
        words.append(f"{number(entry['flops'] / 1e9)} GFLOP")
    return "### " + ", ".join(words)


def detail(entry):
    """The table of one case; with CPU time where it says something."""
    which = clock(entry)
    clocks = (minimum, median) if which == "cpu" else ()
    rows = []
    for title, row in entry["peers"].items():
        if "failed" in row:
            failed = row["failed"].replace("|", "\\|")
            rows.append([title, failed, *[""] * (9 + len(clocks))])
            continue
        pair = ratios(entry, OURS, title)
        rate = entry["flops"] / median(row, which) / 1e9
        rows.append([
            title,
            row["precision"],
            milliseconds(minimum(row)),
            milliseconds(median(row)),
            *(milliseconds(of(row, "cpu")) for of in clocks),
            number(rate or None),
            *(map("{:.2f}".format, pair) if pair else ("–", "–")),
            f"{row['error']:.1e}",
            number(row["load"]),
            number(row.get("cached")),
            number(row["memory"] / 1e6),
        ])
    head = [
        "", "precision", "min ms", "median ms",
        *("min CPU ms", "median CPU ms")[: len(clocks)], "GFLOP/s",
        "ratio of minima", "of medians", "error", "load s", "from cache s", "peak MB",
    ]
    return heading(entry) + "\n\n" + table(head, rows)


def machine(run):
    info = run["machine"]
    versions = {
        title: row["version"]
        for entry in run["results"]
        for title, row in entry["peers"].items()
        if "version" in row
    }
    used = ", ".join(f"{title} {version}" for title, version in versions.items())
    return (
        f"{run['date']}, commit {run['commit']}. {info['cpu']} ({info['features']}),"
        f" {info['cores']} cores, L2 {info['l2']}, L3 {info['l3']}, Linux"
        f" {info['kernel']}, load {info['load']} before. {used}."
    )


def markdown(run):
    parts = [machine(run), summary(run["results"])]
    parts += [detail(entry) for entry in run["results"]]
    return "\n\n".join(parts) + "\n"


def write_docs(run, page):
    """Puts the summary between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    middle = f"{machine(run)}\n\n{summary(run['results'])}"
    page.write_text(f"{before}{BEGIN}\n{middle}\n{END}{after}", encoding="utf-8")


# --- The plot ----------------------------------------------------------------------


def plot(run, path):
    """Bars of ratios of medians, to the right where ufront is faster; false
    without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("agg")
    from matplotlib import pyplot, ticker

    results = run["results"]
    peers = [title for title in titles(results) if title != OURS]
    labels = [f"{e['case']} ×{e['batch']}, {e['threads']}T" for e in results]
    height = 0.8 / max(1, len(peers))
    size = (9, 1 + len(results) * max(0.3, 0.12 * len(peers)))
    figure, axes = pyplot.subplots(figsize=size, layout="constrained")
    for i, peer in enumerate(peers):
        pairs = [ratios(entry, OURS, peer) for entry in results]
        places = [row + i * height for row in range(len(results))]
        lengths = [pair[1] - 1 if pair else 0 for pair in pairs]
        axes.barh(places, lengths, height, left=1, label=peer)
    axes.axvline(1, color="black", linewidth=1)
    middle = height * (len(peers) - 1) / 2
    axes.set_yticks([row + middle for row in range(len(results))], labels)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 1.5, 2, 3, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.set_xlabel("peer's time / ufront's, medians (above 1 ufront is faster)")
    axes.legend()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return True
