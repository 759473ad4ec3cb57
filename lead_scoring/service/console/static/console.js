// Small comforts; every page works without them.
"use strict";

(() => {
  // Inside Airflow the theme is Airflow's own switch, not the system's.
  try {
    const outer = window.parent !== window && window.parent.document.documentElement;
    const follow = () => {
      const theme = ["dark", "light"].find((name) => outer.classList.contains(name));
      if (theme) document.documentElement.dataset.theme = theme;
    };
    if (outer) {
      document.documentElement.classList.add("framed");
      follow();
      new MutationObserver(follow).observe(outer, { attributeFilter: ["class"] });
    }
  } catch {
    // Framed by something we may not look into.
  }

  // An open list of use cases closes by Escape and by a click elsewhere.
  for (const list of document.querySelectorAll("details.switch")) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && list.open) {
        list.open = false;
        list.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", (event) => {
      if (!list.contains(event.target)) list.open = false;
    });
  }

  // A form is sent once: a second click while the answer is on its way does nothing.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  // The first field at fault takes the focus.
  document.querySelector("[aria-invalid=true]")?.focus();
})();
