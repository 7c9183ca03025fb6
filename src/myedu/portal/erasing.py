"""Every room that keeps something of persons erases it with them. A new room adds its function here.

The rooms know nothing of each other: the conveyor and the job that ends the time of keeping put the erased
persons into people.incoming_erased and call these in the same transaction.
"""

from myedu.portal.diary import service as diary
from myedu.portal.exports.service import Eraser
from myedu.portal.federation import service as federation

ERASERS: tuple[Eraser, ...] = (federation.erase_persons, diary.erase_persons)
