"""A small XML parser that takes no document types, hence no entities: nothing expands or loads."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 50


class InvalidXml(ValueError):
    """The XML cannot be used."""


@dataclass(eq=False)
class Element:
    """A tag with its attributes. Text between tags means nothing in label configs."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, stripped; "" when it is not there."""
        return self.attributes.get(name, "").strip()

    def walk(self) -> Iterator["Element"]:
        """Return this element and all below, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> list["Element"]:
        """Return the elements around this one, from the root inwards."""
        if self.parent is None:
            return []
        return [*self.parent.ancestors(), self.parent]


def parse_xml(xml: str) -> Element:
    """Return the root. Raises InvalidXml."""
    if len(xml) > MAX_CHARACTERS:
        raise InvalidXml(f"The XML has more than {MAX_CHARACTERS:,} characters. Shorten it.")
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")  # whatever the declaration says: these are our bytes
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    try:
        parser.Parse(xml.encode("utf-8"), True)  # noqa: FBT003 - expat takes no keywords
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise InvalidXml(f"This is not well-formed XML: {error}. Mend it there.") from None
    if builder.root is None:
        raise InvalidXml("The XML is empty. Write a View with tags in it.")
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise InvalidXml(f"The XML is nested deeper than {MAX_DEPTH} levels. Flatten it.")
        parent = self._open[-1] if self._open else None
        element = Element(tag, attributes, parent)
        if parent is None:
            self.root = element
        else:
            parent.children.append(element)
        self._open.append(element)

    def end(self, tag: str) -> None:
        del tag
        self._open.pop()


def _refuse_document_type(*_: object) -> NoReturn:
    raise InvalidXml("The XML has a DOCTYPE. Remove it: entities are not allowed.")
