(() => {
  "use strict";
  const shown = (id) => document.getElementById(id);
  const finder = shown("finder"), field = shown("words"), told = shown("finder-told"), list = shown("finder-list");
  const MOST = 60;
  /* Letters without their marks: ý is found by y, ё by е, and what is typed in full is found as well. */
  const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const things = [...document.querySelectorAll("#editions tbody tr, #indicators tbody tr, #tables .found li")]
    .map((thing) => {
      const link = thing.querySelector("a[href]"), part = thing.closest("section").querySelector("h2").textContent;
      const rest = [...thing.querySelectorAll("td")].map((cell) => cell.textContent.trim()).filter(Boolean);
      const about = rest.length ? rest.join(" · ") : thing.textContent.replace(link.textContent, "").replace("·", "").trim();
      return { link, part, about, text: bare(link.textContent + " " + about + " " + link.getAttribute("href") + " " + part) };
    });
  let last = null;
  const show = () => {
    if (field.value === last) return; /* leaving the field must not make the list anew under the reader's hands */
    last = field.value;
    const words = bare(field.value).split(/\s+/).filter(Boolean);
    const found = words.length ? things.filter((thing) => words.every((word) => thing.text.includes(word))) : [];
    list.replaceChildren(...found.slice(0, MOST).map((thing) => {
      const item = document.createElement("li"), link = document.createElement("a"), of = document.createElement("span");
      link.href = thing.link.getAttribute("href");
      link.textContent = thing.link.textContent;
      of.className = "of";
      of.textContent = " " + thing.part + " · " + thing.about;
      item.append(link, of);
      return item;
    }));
    told.textContent = !words.length ? "" : found.length ? finder.dataset.found.replace("{n}", found.length) : finder.dataset.nothing;
  };
  for (const hidden of [finder, shown("search"), shown("finder-way")]) hidden.hidden = false;
  for (const act of ["input", "change"]) field.addEventListener(act, show);
  show();
})();
