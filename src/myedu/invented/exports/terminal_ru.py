"""What `myedu generate` says, in Russian (kit.terminal)."""

RUSSIAN = {
    "Invented export packages.": "Вымышленные пакеты выгрузки.",
    "packages of the ten pilot regions at their true sizes; the same arguments, the same bytes": "пакеты десяти пилотных регионов в настоящем размере; те же аргументы — те же байты",
    "packages go to OUT/<region>/<export_id>/": "пакеты пишутся в OUT/<регион>/<export_id>/",
    "of all ten regions together (default 4000000)": "во всех десяти регионах вместе (обычно 4000000)",
    "two-digit codes with commas (default all ten)": "коды из двух цифр через запятую (обычно все десять)",
    "another seed, other people (default 1)": "другое число — другие люди (обычно 1)",
    "date of day 0 (default {day})": "дата дня 0 (обычно {day})",
    "the package of which day (default 0)": "пакет какого дня (обычно 0)",
    "share of pupils with a change a day (default 0.005)": "доля учеников, у которых за день что-то меняется (обычно 0.005)",
    "only what changed since the day before": "только изменения за день",
    "that day's package (default: full for day 1, then delta)": "пакет предыдущего дня (обычно full для дня 1, затем delta)",
    "share of wrong rows, of every kind (default 0)": "доля строк с ошибкой, каждого вида (обычно 0)",
    "of the files (default zst)": "сжатие файлов (обычно zst)",
    "processes, a region each (default 1)": "процессов, по региону каждому (обычно 1)",
    ", {count} mistakes ({file})": ", ошибок: {count} ({file})",
    "stopped: packages that were not whole are gone": "прервано: недописанные пакеты стёрты",
    "a delta needs a day before it: add --day 1 or more": "у изменений есть день до них: добавьте --day 1 или больше",
    "--base is of a delta: add --delta or leave it out": "--base бывает у изменений: добавьте --delta или уберите его",
    "--day is from 0, --jobs from 1, --errors and --changes from 0 to 0.5": "--day от 0, --jobs от 1, --errors и --changes от 0 до 0.5",
    "no such region: {unknown}; there are {known}": "нет такого региона: {unknown}; есть {known}",
}
"""The English sentence → the Russian one, with the same {placeholders}."""
