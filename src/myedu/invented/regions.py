"""The ten pilot regions as far as they differ: towns, time zones, languages, usual names."""

import msgspec

from myedu.contract.region_names import RUSSIAN


class RegionProfile(msgspec.Struct, frozen=True, kw_only=True):
    """`towns` are (name, IANA zone): Yakutia has three time zones, so each town has its own.

    `names` are keys of names.POOLS, a more frequent one several times. `oktmo`: its first two digits.
    """

    name: str
    towns: tuple[tuple[str, str], ...]
    native_language: str = "Родной язык (русский)"
    names: tuple[str, ...] = ("russian",)
    oktmo: str


REGIONS: dict[str, RegionProfile] = {
    "14": RegionProfile(
        name=RUSSIAN["14"],
        towns=(
            ("г. Якутск", "Asia/Yakutsk"),
            ("п. Батагай", "Asia/Vladivostok"),
            ("п. Зырянка", "Asia/Srednekolymsk"),
            ("г. Мирный", "Asia/Yakutsk"),
        ),
        native_language="Саха тыла",
        names=("sakha", "sakha", "russian"),
        oktmo="98",
    ),
    "16": RegionProfile(
        name=RUSSIAN["16"],
        towns=(
            ("г. Казань", "Europe/Moscow"),
            ("г. Набережные Челны", "Europe/Moscow"),
            ("с. Актаныш", "Europe/Moscow"),
        ),
        native_language="Татарский язык",
        names=("tatar", "russian"),
        oktmo="92",
    ),
    "25": RegionProfile(
        name=RUSSIAN["25"],
        towns=(("г. Владивосток", "Asia/Vladivostok"), ("г. Находка", "Asia/Vladivostok")),
        oktmo="05",
    ),
    "39": RegionProfile(
        name=RUSSIAN["39"],
        towns=(("г. Калининград", "Europe/Kaliningrad"), ("г. Советск", "Europe/Kaliningrad")),
        oktmo="27",
    ),
    "50": RegionProfile(
        name=RUSSIAN["50"],
        towns=(("г. Подольск", "Europe/Moscow"), ("г. Дубна", "Europe/Moscow")),
        oktmo="46",
    ),
    "52": RegionProfile(
        name=RUSSIAN["52"],
        towns=(("г. Нижний Новгород", "Europe/Moscow"), ("г. Арзамас", "Europe/Moscow")),
        oktmo="22",
    ),
    "54": RegionProfile(
        name=RUSSIAN["54"],
        towns=(("г. Новосибирск", "Asia/Novosibirsk"), ("г. Бердск", "Asia/Novosibirsk")),
        oktmo="50",
    ),
    "61": RegionProfile(
        name=RUSSIAN["61"],
        towns=(("г. Ростов-на-Дону", "Europe/Moscow"), ("г. Таганрог", "Europe/Moscow")),
        oktmo="60",
    ),
    "78": RegionProfile(name=RUSSIAN["78"], towns=(("Санкт-Петербург", "Europe/Moscow"),), oktmo="40"),
    "86": RegionProfile(
        name=RUSSIAN["86"],
        towns=(("г. Сургут", "Asia/Yekaterinburg"), ("г. Ханты-Мансийск", "Asia/Yekaterinburg")),
        oktmo="71",
    ),
}


class UnknownRegion(Exception):
    """The region has no profile; the message lists the codes that have one."""


def region_profile(code: str) -> RegionProfile:
    """The profile of a two-digit code. Raises UnknownRegion."""
    if code not in REGIONS:
        raise UnknownRegion(f"region {code} has no profile: choose one of {', '.join(REGIONS)}")
    return REGIONS[code]
