"""What `myedu demo` and `myedu sandbox` say, in Russian (kit.terminal)."""

RUSSIAN = {
    "Start everything, say where it is, stop everything on Ctrl-C.": "Запустить всё, сказать, где что, по Ctrl-C остановить.",
    "A portal of your own, with invented people, to try a journal on: PostgreSQL, the ESIA sandbox and the portal with the page /operator/vendor. The journal is yours.": "Свой портал с вымышленными людьми, чтобы испытать журнал: PostgreSQL, песочница ЕСИА и портал со страницей /operator/vendor. Журнал — ваш.",
    "walk the thread by HTTP, print it, stop": "пройти весь путь по HTTP, напечатать его и остановиться",
    "keeps data between starts": "хранит данные между запусками",
    "of the portal, the others move with it; 0: any free ones (default {port})": "порт портала, остальные сдвигаются вместе с ним; 0: любые свободные (обычно {port})",
    "there is no port {port}: take a --port about {usual}": "порта {port} не бывает: возьмите --port около {usual}",
    "can't listen on 127.0.0.1, port {port}: {reason}": "нельзя слушать 127.0.0.1, порт {port}: {reason}",
    "port {port} of 127.0.0.1 is taken, perhaps by a demo or sandbox that still runs: stop what listens there, or move all programs with --port {other}": "порт {port} на 127.0.0.1 занят, возможно, ещё работает demo или sandbox: остановите того, кто там слушает, или сдвиньте все программы: --port {other}",
    "Inventing a region for today: {title} …": "Придумываем регион на сегодня: {title} …",
    "Export of {line}": "Выгрузка {line}",
    "Ready in {seconds} s. Open {url} and choose a person; all of them are invented:": "Готово за {seconds} с. Откройте {url} и выберите человека; все люди вымышлены:",
    "operator": "оператор",
    "the operator's account only": "только учётная запись оператора",
    "portal": "портал",
    "Portal": "Портал",
    "ESIA sandbox": "песочница ЕСИА",
    "The portal's key": "Ключ портала",
    "Let your journal admit the portal:": "Пусть ваш журнал впустит портал:",
    "Open {url} and sign in as {name}.": "Откройте {url} и войдите как {name}.",
    "Ctrl-C stops everything.": "Ctrl-C останавливает всё.",
    "Stopped; nothing is left running.": "Остановлено; ничего не осталось.",
    "Delete the folder {folder} and start again.": "Удалите папку {folder} и начните заново.",
    "All there: {children} children on {journals} journals.": "Всё на месте: детей — {children}, журналов — {journals}.",
    "the mother has {expected} children and sees {seen}": "у матери детей — {expected}, а видит она {seen}",
}
"""The English sentence → the Russian one, with the same {placeholders}."""
