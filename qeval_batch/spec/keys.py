"""How a policy key becomes a typed attribute: the path that reads it in code is its name in the YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar, cast, get_args, get_origin, get_type_hints, overload

from pydantic import ConfigDict, TypeAdapter

from qeval_batch.spec.dated import DatedValue, ValueKind

# A key that is cited and followed, and has no other value to choose.
Clause = Literal[True]

T = TypeVar("T")


class UnknownPolicyValue(KeyError):
    """A rule asked for a value the policy does not hold: a defect, or a policy file of another version."""


class PolicySection:
    """Some keys of the policy by name. ``entries``: every key of the policy as it holds on the day."""

    keys: Mapping[str, PolicyKey[Any]] = {}

    def __init__(self, entries: Mapping[str, DatedValue]) -> None:
        self.entries = entries

    def __init_subclass__(cls, prefix: str | None = None) -> None:
        """Turn the annotations of the class into its keys."""
        if prefix is not None:
            cls.keys = {key.name: key for key in _declared(cls, prefix)}


S = TypeVar("S", bound=PolicySection)


class PolicyPart(Generic[S]):
    """A section as an attribute of the policy."""

    def __init__(self, section: type[S]) -> None:
        self.section = section

    def __get__(self, policy: PolicySection, owner: type[PolicySection]) -> S:
        return self.section(policy.entries)


class PolicyKey(Generic[T]):
    """One key: on a section it is the value that holds, on the section's class it is the key itself, to be cited."""

    def __init__(self, name: str, shape: Any) -> None:
        self.name = name
        self.shape = shape

    @overload
    def __get__(self, section: None, owner: type[PolicySection]) -> PolicyKey[T]: ...
    @overload
    def __get__(self, section: PolicySection, owner: type[PolicySection]) -> T: ...
    def __get__(self, section: PolicySection | None, owner: type[PolicySection]) -> PolicyKey[T] | T:
        return self if section is None else self.of(section)

    def of(self, section: PolicySection) -> T:
        """The value that holds; its kind was checked when the policy was loaded."""
        return self.typed(self.entry(section).value)

    def entry(self, section: PolicySection) -> DatedValue:
        try:
            return section.entries[self.name]
        except KeyError as missing:
            raise UnknownPolicyValue(self.name) from missing

    def typed(self, value: Any) -> T:
        """``value`` as the declared type; pydantic's ValidationError when it cannot be that."""
        return cast(T, _adapter(self.shape).validate_python(value))

    @property
    def kind(self) -> ValueKind:
        """How the YAML file declares it."""
        return _kind(self.shape)

    @property
    def options(self) -> tuple[str, ...]:
        """The words the program knows, of a choice, or of each item of a list or a map; empty where any will do."""
        inside = {"list": get_args(self.shape), "map": get_args(self.shape), "clause": ()}.get(self.kind, (self.shape,))
        return next((get_args(shape) for shape in inside if get_origin(shape) is Literal), ())


class PerLevel(Generic[T]):
    """The keys ``<section>.<level>.<name>``, one for each level the law gives that condition."""

    def __init__(self, *levels: int) -> None:
        self.levels = levels
        self.keys: dict[int, PolicyKey[T]] = {}

    def named(self, prefix: str, name: str, shape: Any) -> Iterator[PolicyKey[T]]:
        self.keys = {level: PolicyKey(f"{prefix}{level}.{name}", shape) for level in self.levels}
        yield from self.keys.values()

    @overload
    def __get__(self, section: None, owner: type[PolicySection]) -> Mapping[int, PolicyKey[T]]: ...
    @overload
    def __get__(self, section: PolicySection, owner: type[PolicySection]) -> _Levels[T]: ...
    def __get__(self, section: PolicySection | None, owner: type[PolicySection]) -> Mapping[int, PolicyKey[T]] | _Levels[T]:
        return self.keys if section is None else _Levels(self.keys, section)


class _Levels(Generic[T]):
    """The values of one condition by level, read only when asked for."""

    def __init__(self, keys: Mapping[int, PolicyKey[T]], section: PolicySection) -> None:
        self._keys, self._section = keys, section

    def __getitem__(self, level: int) -> T:
        return self._keys[level].of(self._section)


def named(name: str) -> Any:
    """For an attribute that cannot be called as its key is: ``assessors`` is a value and the head of others."""
    return name


def _declared(cls: type[PolicySection], prefix: str) -> Iterator[PolicyKey[Any]]:
    hints = get_type_hints(cls)
    for name in cls.__annotations__:
        shape, written = get_args(hints[name])[0], cls.__dict__.get(name)
        if isinstance(written, PerLevel):
            yield from written.named(prefix, name, shape)
        else:
            key: PolicyKey[Any] = PolicyKey(written or f"{prefix}{name}", shape)
            setattr(cls, name, key)
            yield key


_KINDS: Mapping[Any, ValueKind] = {
    Decimal: "decimal", int: "integer", str: "text", bool: "flag", Literal: "choice", tuple: "list"}


def _kind(shape: Any) -> ValueKind:
    return "clause" if shape == Clause else _KINDS.get(get_origin(shape) or shape, "map")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(shape: Any) -> TypeAdapter[Any]:
    if shape not in _ADAPTERS:
        own = isinstance(shape, type) and hasattr(shape, "model_config")
        _ADAPTERS[shape] = TypeAdapter(shape, config=None if own else ConfigDict(coerce_numbers_to_str=True))
    return _ADAPTERS[shape]
