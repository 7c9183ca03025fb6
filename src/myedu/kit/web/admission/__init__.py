"""Load shedding: a process admits as many requests as it can answer in time; the rest get a 503 at once."""

from myedu.kit.web.admission.early_response import EarlyResponse
from myedu.kit.web.admission.load_shedder import METRICS, LoadShedder
from myedu.kit.web.admission.request_class import RequestClassSpec

__all__ = ["METRICS", "EarlyResponse", "LoadShedder", "RequestClassSpec"]
