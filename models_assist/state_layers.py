"""Which layers of a network tell what a word is."""


def state_layers(layers: int) -> list[int]:
    """Four, evenly spread, the embeddings being number 0.

    On names in news, four of six layers side by side told more than the last alone.
    """
    return sorted({round(layers * part / 3) for part in range(4)})
