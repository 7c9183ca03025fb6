"""Russian patronymics and surnames by rule."""

from myedu.invented.names import patronymic, surname


def test_names_follow_sex():
    fathers = ("Илья", "m"), ("Сергей", "f"), ("Пётр", "m"), ("Игорь", "f")

    assert [patronymic(father, sex) for father, sex in fathers] == [
        "Ильич",
        "Сергеевна",
        "Петрович",
        "Игоревна",
    ]
    families = "Озерский", "Соколов", "Шевченко"
    assert [surname(male, "f") for male in families] == ["Озерская", "Соколова", "Шевченко"]
