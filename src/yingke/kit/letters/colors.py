"""A site's own colour as a ground for text, as the widget repairs it (`web/packages/tokens/contrast.ts`)."""

INK = "#12160f"
WHITE = "#ffffff"


def fill(color: str) -> tuple[str, str]:
    """(ground, text on it) for `#rrggbb`. The text reaches 4.5:1: light grounds take ink, others are darkened."""
    parts = [float(int(color[at : at + 2], 16)) for at in (1, 3, 5)]
    if on_white(parts) < 3:
        return color, INK
    while on_white(parts) < 4.5:
        parts = [part * 0.96 for part in parts]
    return "#" + "".join(f"{int(part):02x}" for part in parts), WHITE


def on_white(parts: list[float]) -> float:
    """Contrast with white (WCAG 2.2), 1 to 21, of red, green and blue from 0 to 255."""
    red, green, blue = (((p / 255 + 0.055) / 1.055) ** 2.4 if p > 10 else p / 3294.6 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
