// Shows that a tick did not reach the server, in the words of its form.

/** Listens to htmx's events; the words are in data-failed of the form. */
export function reportFailures(): void {
  const status = document.getElementById("status");
  const show = (text: string) => status && (status.textContent = text);
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, (event) => {
      const form = (event.target as HTMLElement).closest?.<HTMLElement>("[data-failed]");
      if (form) show(form.dataset.failed!);
    });
  }
  document.addEventListener("htmx:after:swap", (event) => {
    // The form itself may be gone by now; then the event is dispatched on the document.
    const source: HTMLElement | undefined = (event as CustomEvent).detail.ctx?.sourceElement;
    if (source?.matches?.("[data-failed]")) show("");
  });
}
