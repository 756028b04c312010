"""The one thing an operator must see at a start: the address, in a box."""


def box(title: str, address: str) -> str:
    """Return both lines in a frame, wide enough to be found again in a full terminal."""
    width = max(len(title), len(address)) + 4
    edge = "═" * (width + 2)
    lines = ["", title, address, ""]
    return "\n".join([f"╔{edge}╗", *(f"║ {line.center(width)} ║" for line in lines), f"╚{edge}╝"])


def show(title: str, address: str) -> None:
    """Print it, at once."""
    print(box(title, address), flush=True)  # noqa: T201 -- the start speaks to its operator
