"""All rules, found by their files: adding a file adds a rule."""

import importlib
import pkgutil
from functools import cache

from myedu.connector.conformance import rules
from myedu.connector.conformance.rule import GROUPS, Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """In the order of the report. Raises ValueError where a file and its RULE don't agree."""
    found = [
        _rule(module.name)
        for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}.")
        if not module.ispkg and not module.name.rpartition(".")[2].startswith("_")
    ]
    return tuple(sorted(found, key=lambda rule: (GROUPS.index(rule.group), rule.id)))


def _rule(module_name: str) -> Rule:
    rule = getattr(importlib.import_module(module_name), "RULE", None)
    if not isinstance(rule, Rule):
        raise ValueError(f"{module_name} has no RULE: a file beside the rules begins with an underscore")
    group, _, name = module_name.removeprefix(f"{rules.__name__}.").partition(".")
    expected = f"{group}.{name.replace('_', '-')}"
    if rule.id != expected:
        raise ValueError(f"{module_name}: RULE.id is {rule.id!r}, its file says {expected!r}")
    return rule
