"""What browser tests share: the office that answers, and the household in dispute."""

from dataclasses import dataclass

from fieldwork import County

DISPUTED = "c" * 32


@dataclass
class Office:
    """Where the office answers, and who works there."""

    address: str
    county: County
