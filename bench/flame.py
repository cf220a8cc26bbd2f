"""A flame graph: stacks as an SVG of rectangles, the callers below, as wide as the share of the samples."""

import collections
import dataclasses
from xml.sax.saxutils import escape

WIDTH, ROW, LETTER = 1200, 17, 6.6
TOP, BOTTOM = 34, 8
LEAST = 0.5  # pixels; what is narrower is not drawn
KERNEL = " [kernel]"  # how the name of such a frame ends
FILL = {"kernel": "#7aa6c8", "weir": "#e8925a", "other": "#d9c27a"}

Stacks = collections.Counter[tuple[str, ...]]  # outermost first; how often each was seen


@dataclasses.dataclass
class Frame:
    """A function where it was called from this stack, and its samples with all that it called."""

    name: str
    samples: int = 0
    calls: dict[str, "Frame"] = dataclasses.field(default_factory=dict)

    def depth(self) -> int:
        return 1 + max((frame.depth() for frame in self.calls.values()), default=0)


def tree(stacks: Stacks) -> Frame:
    root = Frame("all")
    for stack, samples in stacks.items():
        frame = root
        frame.samples += samples
        for name in stack:
            frame = frame.calls.setdefault(name, Frame(name))
            frame.samples += samples
    return root


def _kind(name: str) -> str:
    return "kernel" if name.endswith(KERNEL) else "weir" if name.startswith("weir::") else "other"


def _label(name: str, width: float) -> str:
    """As much of a name as fits, its end rather than its namespaces."""
    letters = int((width - 6) / LETTER)
    if len(name) > letters:
        name = name.removesuffix(KERNEL).rpartition("::")[2]
    return name if len(name) <= letters else name[:letters - 1] + "…" if letters > 3 else ""


def _rectangle(frame: Frame, x: float, y: float, width: float, share: float) -> str:
    title = f"{frame.name}: {frame.samples:,} samples, {share:.1%}"
    fill = FILL[_kind(frame.name)]
    rectangle = f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" fill="{fill}"/>'
    words = escape(_label(frame.name, width))
    text = f'<text x="{x + 3:.1f}" y="{y + 12}">{words}</text>' if words else ""
    return f"<g><title>{escape(title)}</title>{rectangle}{text}</g>"


def _draw(frame: Frame, x: float, level: int, root: Frame, height: int, drawn: list[str]) -> None:
    width = WIDTH * frame.samples / root.samples
    if width < LEAST:
        return
    y = height - BOTTOM - ROW * (level + 1)
    drawn.append(_rectangle(frame, x, y, width, frame.samples / root.samples))
    for called in sorted(frame.calls.values(), key=lambda one: one.name):
        _draw(called, x, level + 1, root, height, drawn)
        x += WIDTH * called.samples / root.samples


def svg(stacks: Stacks, title: str) -> str:
    root = tree(stacks)
    height = TOP + ROW * root.depth() + BOTTOM
    drawn: list[str] = []
    _draw(root, 0.0, 0, root, height, drawn)
    keys = "weir's own orange, other libraries sand, the kernel blue"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'font-family="monospace" font-size="11">\n<rect width="100%" height="100%" fill="#fdfaf3"/>\n'
            f'<text x="8" y="20" font-size="14">{escape(title)} ({root.samples:,} samples; {keys})</text>\n'
            + "\n".join(drawn) + "\n</svg>\n")


@dataclasses.dataclass(frozen=True)
class Weight:
    """The share of all samples that ended in a function, and that passed through it."""

    name: str
    self: float
    total: float


def weights(stacks: Stacks) -> list[Weight]:
    """Of every function, the heaviest by itself first."""
    ended: collections.Counter[str] = collections.Counter()
    passed: collections.Counter[str] = collections.Counter()
    for stack, samples in stacks.items():
        ended[stack[-1]] += samples
        for name in set(stack):
            passed[name] += samples
    every = stacks.total()
    found = [Weight(name, ended[name] / every, total / every) for name, total in passed.items()]
    return sorted(found, key=lambda weight: (-weight.self, -weight.total, weight.name))
