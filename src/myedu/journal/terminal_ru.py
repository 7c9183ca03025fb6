"""What `myedu journal` says, in Russian (kit.terminal)."""

RUSSIAN = {
    "The reference e-journal.": "Образцовый электронный журнал.",
    "bring the database to this version": "привести базу данных к этой версии",
    "fill an empty journal with an invented region": "наполнить пустой журнал вымышленным регионом",
    "fill an empty journal from Ed-Fi bulk files": "наполнить пустой журнал из файлов Ed-Fi",
    "write an export package into MYEDU_EXPORTS": "записать пакет выгрузки в MYEDU_EXPORTS",
    "serve the contract": "отвечать по контракту",
    "two-digit code (default 16)": "код из двух цифр (обычно 16)",
    "another seed, another region (default 1)": "другое число — другой регион (обычно 1)",
    "the day that it is there (default: today)": "какой там день (обычно сегодня)",
    "how many (default 200)": "сколько их (обычно 200)",
    "pupils of a school (default 80)": "учеников в школе (обычно 80)",
    "JSON of people who must be there (invented/school/cast.py)": "JSON с людьми, которые должны там быть (invented/school/cast.py)",
    "of the Ed-Fi XML files": "папка с файлами XML Ed-Fi",
    "code for the region that has none (default 00)": "код региона, у которого кода нет (обычно 00)",
    "first day with lessons": "первый день с уроками",
    "last day with lessons": "последний день с уроками",
    "IANA zone (default {zone})": "часовой пояс IANA (обычно {zone})",
    "nothing to apply": "применять нечего",
    "What has no place in the journal, or had to be inferred:": "Чему в журнале нет места или что пришлось додумать:",
    "MYEDU_EXPORTS is not set: name the folder that packages are written to": "MYEDU_EXPORTS не задана: назовите папку для пакетов",
    "the journal holds a school already: give MYEDU_DATABASE_URL of an empty database": "в журнале уже есть школа: дайте MYEDU_DATABASE_URL пустой базы",
    "Start PostgreSQL, or correct MYEDU_DATABASE_URL.": "Запустите PostgreSQL или исправьте MYEDU_DATABASE_URL.",
}
"""The English sentence → the Russian one, with the same {placeholders}."""
