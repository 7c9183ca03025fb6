"""The report's own words in two languages."""

from myedu.connector.conformance.rule import Both

OUTCOMES = {
    "passed": Both("соблюдено", "kept"),
    "failed": Both("нарушено", "broken"),
    "warned": Both("замечание", "warning"),
    "skipped": Both("не применимо", "not applicable"),
    "blocked": Both("ждёт другого правила", "waits for another rule"),
    "exempt": Both("исключение", "exempt"),
    "error": Both("ошибка судьи", "the judge failed"),
}
GROUPS = {
    "auth": Both("Допуск", "Admission"),
    "capabilities": Both("Описание системы", "Description"),
    "methods": Both("Методы", "Methods"),
    "federal": Both("Федеральный профиль", "Federal profile"),
    "export": Both("Выгрузка", "Export"),
    "data": Both("Данные", "Data"),
    "load": Both("Нагрузка", "Load"),
}
TITLE = Both("Соответствие обмену «Моё образование»", "Conformance to the exchange of «Моё образование»")
GREEN = Both("Система соблюдает контракт.", "The system keeps the contract.")
RED = Both("Система нарушает контракт.", "The system breaks the contract.")
UNSURE = Both("Не всё удалось проверить.", "Not everything could be judged.")
MEND = Both("Как исправить", "How to mend it")
SEEN = Both("Что увидел судья", "What the judge saw")
WHY = Both("Зачем это правило", "Why this rule")
REQUEST = Both("Запрос", "Request")
ANSWER = Both("Ответ", "Answer")
EXEMPTED = Both("Исключение с объяснением", "Exempt, with this reason")
WAITS_FOR = Both("ждёт правила", "waits for the rule")
JUDGED = Both("Проверено", "Judged")
REQUESTS = Both("запросов", "requests")
RULES = Both("Правил", "Rules")
ALL_RULES = Both("Все правила", "All rules")
TO_MEND = Both("Что исправить", "What to mend")
PERSONAL = Both(
    "Запросы и ответы показаны целиком, кроме секретов. Если ученики настоящие, публикуйте отчёт с --public.",
    "Requests and answers are shown whole, except secrets. "
    "Where the students are real, publish it with --public.",
)
