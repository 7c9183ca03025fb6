// A tick that did not reach the server says so; the words come from the form.

export function reportFailures(): void {
  const status = document.getElementById("status");
  const say = (text: string) => status && (status.textContent = text);
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, (event) => {
      const form = (event.target as HTMLElement).closest?.<HTMLElement>("[data-failed]");
      if (form) say(form.dataset.failed!);
    });
  }
  document.addEventListener("htmx:after:swap", (event) => {
    // The form itself may be gone by now: the event then comes to the document.
    const source: HTMLElement | undefined = (event as CustomEvent).detail.ctx?.sourceElement;
    if (source?.matches?.("[data-failed]")) say("");
  });
}
