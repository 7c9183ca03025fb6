"""Names of time zones for people: «Якутск, МСК+6» instead of «Якутское стандартное время»."""

from datetime import datetime

from myedu.kit.i18n import Words, offset_from_moscow


def zone_name(words: Words, zone: str, at: datetime) -> str:
    """The city of an IANA zone, and its distance from Moscow time at an instant."""
    hours = offset_from_moscow(zone, at)
    moscow_time = words.gettext("MSK")
    sign = "−" if hours < 0 else "+"
    distance = f"{moscow_time}{sign}{abs(hours)}" if hours else moscow_time
    return f"{city_name(words, zone)}, {distance}"


def city_name(words: Words, zone: str) -> str:
    """The city of an IANA zone; for zones outside Russia from the zone's name."""
    _ = words.gettext
    cities = {
        "Europe/Kaliningrad": _("Kaliningrad"),
        "Europe/Moscow": _("Moscow"),
        "Europe/Kirov": _("Kirov"),
        "Europe/Volgograd": _("Volgograd"),
        "Europe/Astrakhan": _("Astrakhan"),
        "Europe/Saratov": _("Saratov"),
        "Europe/Ulyanovsk": _("Ulyanovsk"),
        "Europe/Samara": _("Samara"),
        "Asia/Yekaterinburg": _("Yekaterinburg"),
        "Asia/Omsk": _("Omsk"),
        "Asia/Novosibirsk": _("Novosibirsk"),
        "Asia/Barnaul": _("Barnaul"),
        "Asia/Tomsk": _("Tomsk"),
        "Asia/Novokuznetsk": _("Novokuznetsk"),
        "Asia/Krasnoyarsk": _("Krasnoyarsk"),
        "Asia/Irkutsk": _("Irkutsk"),
        "Asia/Chita": _("Chita"),
        "Asia/Yakutsk": _("Yakutsk"),
        "Asia/Khandyga": _("Khandyga"),
        "Asia/Vladivostok": _("Vladivostok"),
        "Asia/Ust-Nera": _("Ust-Nera"),
        "Asia/Magadan": _("Magadan"),
        "Asia/Sakhalin": _("Sakhalin"),
        "Asia/Srednekolymsk": _("Srednekolymsk"),
        "Asia/Kamchatka": _("Kamchatka"),
        "Asia/Anadyr": _("Anadyr"),
    }
    return cities.get(zone, zone.rpartition("/")[2].replace("_", " "))
