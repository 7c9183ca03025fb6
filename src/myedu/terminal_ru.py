"""What `myedu` itself says, in Russian (kit.terminal)."""

RUSSIAN = {
    "Programs (each has --help):": "Программы (у каждой есть --help):",
    "--lang ru or --lang en: the language of what is printed; without it, that of LANG": "--lang ru или --lang en: язык того, что печатается; без ключа — язык из LANG",
    "myedu: there is no language {name}: --lang ru or --lang en": "myedu: языка {name} нет: --lang ru или --lang en",
    "stopped": "прервано",
    "the output can't be written: {reason}": "вывод не записывается: {reason}",
    "there is no program {name}": "программы {name} нет",
    "myedu {program} needs {package}: install the extra named in `myedu --help`, as pip install 'myedu[demo]'": "myedu {program} нужен {package}: поставьте набор, названный в `myedu --help`, например pip install 'myedu[demo]'",
    "everything on this machine with invented people (myedu[demo])": "всё на этой машине, с вымышленными людьми (myedu[demo])",
    "for a vendor: a portal on this machine to try a journal on (myedu[demo])": "поставщику: портал на этой машине, чтобы испытать журнал (myedu[demo])",
    "the section «Моё образование» and its commands (myedu[portal])": "раздел «Моё образование» и его команды (myedu[portal])",
    "export packages: load, approve, reject, roll-back (myedu[portal])": "пакеты выгрузки: load, approve, reject, roll-back (myedu[portal])",
    "regions of the pilot and their systems: list, show, add, set, contacts (myedu[portal])": "регионы пилота и их системы: list, show, add, set, contacts (myedu[portal])",
    "persons of the exports: find (myedu[portal])": "люди из выгрузок: find (myedu[portal])",
    "who did what to whose data: list (myedu[portal])": "кто что делал с чьими данными: list (myedu[portal])",
    "whether everything that the portal needs is there (myedu[portal])": "всё ли есть, что нужно порталу (myedu[portal])",
    "the worker's queue: list, show, retry (myedu[portal])": "очередь фоновых заданий: list, show, retry (myedu[portal])",
    "the reference e-journal (myedu[journal])": "образцовый электронный журнал (myedu[journal])",
    "for a vendor: new, serve, export, push, key": "поставщику: new, serve, export, push, key",
    "for a vendor and a region: judge a journal system over HTTP": "поставщику и региону: проверить журнал по HTTP",
    "export packages of the ten pilot regions at their true sizes (myedu[journal])": "пакеты выгрузки десяти пилотных регионов в настоящем размере (myedu[journal])",
    "the contract over «Сетевой город. Образование»": "контракт поверх «Сетевого города»",
}
"""The English sentence → the Russian one, with the same {placeholders}."""
