"""The report's own words in two languages."""

from myedu.connector.conformance.rule import Bilingual

OUTCOMES = {
    "passed": Bilingual("соблюдено", "kept"),
    "failed": Bilingual("нарушено", "broken"),
    "warned": Bilingual("замечание", "warning"),
    "skipped": Bilingual("не применимо", "not applicable"),
    "blocked": Bilingual("ждёт другого правила", "waits for another rule"),
    "exempt": Bilingual("исключение", "exempt"),
    "error": Bilingual("ошибка судьи", "the judge failed"),
}
GROUPS = {
    "auth": Bilingual("Допуск", "Authentication"),
    "capabilities": Bilingual("Описание системы", "Description"),
    "methods": Bilingual("Методы", "Methods"),
    "federal": Bilingual("Федеральный профиль", "Federal profile"),
    "export": Bilingual("Выгрузка", "Export"),
    "data": Bilingual("Данные", "Data"),
    "load": Bilingual("Нагрузка", "Load"),
}
TITLE = Bilingual("Соответствие обмену «Моё образование»", "Conformance to the exchange of «Моё образование»")
GREEN = Bilingual("Система соблюдает контракт.", "The system keeps the contract.")
RED = Bilingual("Система нарушает контракт.", "The system breaks the contract.")
UNSURE = Bilingual("Не всё удалось проверить.", "Not everything could be judged.")
FIX = Bilingual("Как исправить", "How to fix it")
SEEN = Bilingual("Что увидел судья", "What the judge saw")
WHY = Bilingual("Зачем это правило", "Why this rule")
REQUEST = Bilingual("Запрос", "Request")
ANSWER = Bilingual("Ответ", "Answer")
EXEMPTED = Bilingual("Исключение с объяснением", "Exempt for this reason")
WAITS_FOR = Bilingual("ждёт правила", "waits for the rule")
JUDGED = Bilingual("Проверено", "Judged")
REQUESTS = Bilingual("запросов", "requests")
RULES = Bilingual("Правил", "Rules")
ALL_RULES = Bilingual("Все правила", "All rules")
TO_FIX = Bilingual("Что исправить", "What to fix")
PERSONAL = Bilingual(
    "Запросы и ответы показаны целиком, кроме секретов. Если ученики настоящие, публикуйте отчёт с --public.",
    "Requests and answers are shown in full, except secrets. "
    "If the students are real, publish the report with --public.",
)
