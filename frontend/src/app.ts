// Everything here only helps: each page works without it.
import htmx from "htmx.org";
import { keepTime } from "./clock";
import { startWorker } from "./worker";
import { reportFailures } from "./failures";

htmx.config.includeIndicatorCSS = false;
keepTime();
startWorker();
reportFailures();
