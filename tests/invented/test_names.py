"""Russian patronymics and surnames by rule."""

from myedu.invented.names import patronymic, surname


def test_names_follow_sex():
    fathers = ("Илья", "m"), ("Сергей", "f"), ("Пётр", "m"), ("Игорь", "f")

    assert [patronymic(*one) for one in fathers] == ["Ильич", "Сергеевна", "Петрович", "Игоревна"]
    families = "Озерский", "Соколов", "Шевченко"
    assert [surname(one, "f") for one in families] == ["Озерская", "Соколова", "Шевченко"]
