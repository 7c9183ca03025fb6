// Progressive enhancement: each page works without scripts.
import htmx from "htmx.org";
import { keepTime } from "./clock";
import { startWorker } from "./worker";
import { reportFailures } from "./failures";

htmx.config.includeIndicatorCSS = false;
keepTime();
startWorker();
reportFailures();
