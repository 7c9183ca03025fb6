"""Names of the pilot's ten regions, by the two digits that packages and keys of rows name them with."""

RUSSIAN = {
    "14": "Республика Саха (Якутия)",
    "16": "Республика Татарстан",
    "25": "Приморский край",
    "39": "Калининградская область",
    "50": "Московская область",
    "52": "Нижегородская область",
    "54": "Новосибирская область",
    "61": "Ростовская область",
    "78": "Санкт-Петербург",
    "86": "Ханты-Мансийский автономный округ — Югра",
}
ENGLISH = {
    "14": "Sakha Republic (Yakutia)",
    "16": "Republic of Tatarstan",
    "25": "Primorye Territory",
    "39": "Kaliningrad Region",
    "50": "Moscow Region",
    "52": "Nizhny Novgorod Region",
    "54": "Novosibirsk Region",
    "61": "Rostov Region",
    "78": "Saint Petersburg",
    "86": "Khanty-Mansi Autonomous Area — Yugra",
}
