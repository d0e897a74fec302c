// Copies commands, says whether the page is live, and lets times go on. Pages work without it.
document.addEventListener("click", async event => {
  const button = event.target.closest("button[data-copy]");
  if (button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = "Selected";
    }
  }
});

for (const [name, live] of [["htmx:sseOpen", true], ["htmx:sseError", false], ["htmx:sseClose", false]]) {
  document.addEventListener(name, () => document.documentElement.classList.toggle("is-live", live));
}

function said(seconds) {
  const span = Math.abs(seconds);
  if (span < 5) {
    return "just now";
  }
  const text =
    span < 60 ? `${span} s`
      : span < 3600 ? `${Math.floor(span / 60)} min`
      : span < 172800 ? `${Math.floor(span / 3600)} h`
      : `${Math.floor(span / 86400)} days`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

setInterval(() => {
  for (const time of document.querySelectorAll("time")) {
    const seconds = Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (Math.abs(seconds) < 30 * 86400) {
      time.textContent = said(seconds);
    }
  }
}, 10000);
