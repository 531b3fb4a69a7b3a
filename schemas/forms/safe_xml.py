"""XML from outside, read so that it can only be data: no DOCTYPE, no entities, no network, no huge trees."""

from __future__ import annotations

from lxml import etree


class UnsafeOrBrokenXml(ValueError):
    """Not well-formed, not UTF-8, or carrying a DOCTYPE. The message never quotes the document."""


def parse_xml(document: bytes | str) -> etree._Element:
    """The root element; comments and processing instructions are left out, CDATA is text."""
    try:
        data = document.encode() if isinstance(document, str) else document
        data.decode()  # a tablet writes UTF-8; another encoding could hide a DOCTYPE from the next reader
        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        root = etree.fromstring(data, parser)
    except UnicodeError:
        raise UnsafeOrBrokenXml("not UTF-8") from None
    except (etree.XMLSyntaxError, ValueError) as problem:
        line = problem.lineno if isinstance(problem, etree.XMLSyntaxError) else 0
        raise UnsafeOrBrokenXml(f"not well-formed XML, line {line}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeOrBrokenXml("a DOCTYPE is not allowed")
    return root


def local_name(tag: str) -> str:
    """An element's name without its namespace."""
    return tag[tag.index("}") + 1 :] if tag[0] == "{" else tag
