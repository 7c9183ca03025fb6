// Keeps «осталось 18 минут», «сейчас» and the card of the current lesson up to date while a page is open.
import htmx from "htmx.org";

const STEP_MS = 15_000; // so the number of minutes is at most a quarter of a minute late

/** Milliseconds from the device's clock to the server's; 0 on a kept copy, whose server time is old. */
function clockError(): number {
  const offline = document.querySelector("#offline:not([hidden])");
  const server = Date.parse(document.documentElement.dataset.now ?? "");
  return offline || Number.isNaN(server) ? 0 : server - Date.now();
}

/** The form of `forms` ("осталась %d минута|осталось %d минуты|осталось %d минут") for a number. */
function choose(forms: string[], count: number): string {
  if (forms.length === 1) return forms[0];
  const rule = new Intl.PluralRules(document.documentElement.lang).select(count);
  const place = forms.length === 2 ? ["one"] : ["one", "few"];
  const index = place.indexOf(rule);
  return forms[index < 0 ? forms.length - 1 : index];
}

function showMinutes(now: number): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-left]")) {
    const minutes = Math.ceil((Date.parse(element.dataset.left!) - now) / 60_000);
    if (minutes < 1) continue;
    const text = choose(element.dataset.leftForms!.split("|"), minutes).replace("%d", String(minutes));
    if (element.textContent !== text) element.textContent = text;
  }
}

function showRunning(now: number): void {
  for (const row of document.querySelectorAll<HTMLElement>("[data-from]")) {
    const running = Date.parse(row.dataset.from!) <= now && now < Date.parse(row.dataset.to!);
    row.classList.toggle("running", running);
    row.querySelector<HTMLElement>(".running-tag")!.hidden = !running;
  }
}

/** Requests a block again when the time in its data-until is over. */
function refreshPassed(now: number): void {
  for (const block of document.querySelectorAll<HTMLElement>("[data-until]")) {
    if (Date.parse(block.dataset.until!) > now) continue;
    delete block.dataset.until;
    const select = `#${block.id}`;
    htmx.ajax("GET", location.pathname + location.search, { target: select, select, swap: "outerHTML" });
  }
}

/** Starts the updates: every STEP_MS, and when the page becomes visible. */
export function keepTime(): void {
  const error = clockError();
  const step = () => {
    const now = Date.now() + error;
    showMinutes(now);
    showRunning(now);
    refreshPassed(now);
  };
  setInterval(step, STEP_MS);
  document.addEventListener("visibilitychange", step);
}
