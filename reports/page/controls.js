// Runs in the page: what is chosen above one chart is chosen above all that have the same choice, and
// stays chosen when a chart is drawn again; a chart with a slider of time can be played.
(() => {
  const STEP_MS = 40;
  /** By name of the choice: the text of what was chosen last. */
  const chosen = new Map();
  let isOurs = false;

  function apply(select) {
    const place = [...select.options].findIndex(({ text }) => text === chosen.get(select.name));
    if (place < 0 || place === select.selectedIndex) return;
    select.selectedIndex = place;
    isOurs = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    isOurs = false;
  }

  document.addEventListener("change", ({ target }) => {
    if (isOurs || !target.matches?.(".vega-bindings select")) return;
    chosen.set(target.name, target.options[target.selectedIndex].text);
    for (const select of document.querySelectorAll(".vega-bindings select")) if (select.name === target.name) apply(select);
  });

  function playable(slider) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "play";
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      button.textContent = "Play";
    };
    const goTo = (value) => {
      slider.value = String(value);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    };
    stop();
    button.addEventListener("click", () => {
      if (timer !== 0) return stop();
      if (Number(slider.value) >= Number(slider.max)) goTo(slider.min);
      button.textContent = "Pause";
      timer = setInterval(() => {
        if (!slider.isConnected || Number(slider.value) >= Number(slider.max)) return stop();
        goTo(Number(slider.value) + Number(slider.step || 1));
      }, STEP_MS);
    });
    slider.closest(".vega-bind").append(button);
  }

  function prepare(form) {
    if (form.dataset.prepared !== undefined) return;
    form.dataset.prepared = "";
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const select of form.querySelectorAll("select")) apply(select);
    for (const slider of form.querySelectorAll("input[type=range]")) playable(slider);
  }

  const observer = new MutationObserver(() => {
    for (const form of document.querySelectorAll(".vega-bindings")) if (form.childElementCount > 0) prepare(form);
  });
  for (const element of document.querySelectorAll(".chart")) observer.observe(element, { childList: true, subtree: true });
})();
