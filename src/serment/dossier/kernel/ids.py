"""Identifiers. Random, so that nothing can be counted through; or derived from an outside event, so that a replay changes nothing."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

# The namespace of everything derived: changing it would make every replayed message look new.
_NAMESPACE = UUID("6f1a3f7e-2b0c-5b6a-9d84-0c1e7a5f4b21")


def new() -> UUID:
    """A random identifier."""
    return uuid4()


def derived(*parts: str | UUID) -> UUID:
    """The same identifier for the same parts, always. Raises ValueError without parts."""
    if not parts:
        raise ValueError("an identifier is derived from something")
    # Lengths keep ("ab", "c") and ("a", "bc") apart.
    return uuid5(_NAMESPACE, "|".join(f"{len(str(part))}:{part}" for part in parts))


def parsed(text: str) -> UUID | None:
    """The identifier a form sent back, or None when it is not one."""
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
