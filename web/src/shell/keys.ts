/** Whether a key is part of what is typed into a field, or of a command of the browser. */
export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  const isField =
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "range", "button"].includes(target.type));
  return isField || event.ctrlKey || event.metaKey || event.altKey;
}
