"""Names of invented people from names.toml; patronymics and female surnames by rule."""

import tomllib
from importlib.resources import files
from random import Random

import msgspec


class NamePool(msgspec.Struct, frozen=True):
    """Names of one origin. Surnames in their male form; patronymics are made of `fathers`."""

    surnames: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]
    fathers: tuple[str, ...]


def _read_pools() -> dict[str, NamePool]:
    text = (files(__package__) / "names.toml").read_text(encoding="utf-8")
    return {
        name: NamePool(**{field: tuple(words.split()) for field, words in fields.items()})
        for name, fields in tomllib.loads(text).items()
    }


POOLS = _read_pools()
"""Section of names.toml ("russian", "tatar", "sakha") → its names."""

_PATRONYMIC_STEMS = {
    "Анатолий": "Анатольев",
    "Валерий": "Валерьев",
    "Василий": "Васильев",
    "Виталий": "Витальев",
    "Геннадий": "Геннадьев",
    "Григорий": "Григорьев",
    "Дмитрий": "Дмитриев",
    "Евгений": "Евгеньев",
    "Юрий": "Юрьев",
    "Михаил": "Михайлов",
    "Павел": "Павлов",
    "Пётр": "Петров",
    "Лев": "Львов",
    "Вячеслав": "Вячеславов",
}
_SHORT_PATRONYMICS = {"Илья": ("Ильич", "Ильинична"), "Никита": ("Никитич", "Никитична")}


def patronymic(father: str, sex: str) -> str:
    """«Сергей» → «Сергеевич», «Сергеевна»."""
    if father in _SHORT_PATRONYMICS:
        return _SHORT_PATRONYMICS[father][sex == "f"]
    stem = _PATRONYMIC_STEMS.get(father)
    if stem is None:
        stem = f"{father[:-1]}ев" if father[-1] in "йь" else f"{father}ов"
    return stem + ("на" if sex == "f" else "ич")


def surname(male_form: str, sex: str) -> str:
    """«Соколов» → «Соколова», «Озерский» → «Озерская»; «Шевченко» has one form for both."""
    if sex == "m":
        return male_form
    if male_form.endswith(("ский", "цкий")):
        return male_form[:-2] + "ая"
    if male_form.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return male_form + "а"
    return male_form


def given_name(pool: NamePool, sex: str, rng: Random) -> str:
    """A random first name; `sex` is "m" or "f"."""
    return rng.choice(pool.male if sex == "m" else pool.female)
