// Makes the pages faster; they work without it. Nothing here decides anything.
"use strict";
(() => {
  // A browser without these gets the pages as they are.
  if (!AbortSignal.timeout || !Element.prototype.replaceChildren || !Intl.PluralRules) return;

  const LIMIT = 8000;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const jitter = (ms) => ms * (0.75 + Math.random() / 2);
  const get = (url, headers = {}) => fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(LIMIT) });
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const main = () => document.querySelector("main");
  // The mark of a page's person, on its forms; empty if nobody is signed in.
  const whose = (page) => page.querySelector("header [name=for]")?.value ?? "";

  // The ballot behind its check, while that is shown; and whether this page has cast a vote.
  let behind = null;
  let isCast = false;

  // A waiting page asks every five seconds, give or take half, and only while it is visible. It keeps the tag of an
  // answer once it shows that answer, and asks again for one that it could not show.
  const watch = async () => {
    let tag = null;
    let about = null;
    for (;;) {
      // The lobby shows soon that the page is connected.
      await wait(document.querySelector(".live:empty") ? 500 + Math.random() * 1500 : 2500 + Math.random() * 5000);
      const watched = document.querySelector("[data-watch]");
      if (!watched || document.visibilityState !== "visible" || document.querySelector("form[data-busy]")) continue;
      if (watched !== about) { about = watched; tag = null; }
      try {
        const answer = await get(watched.dataset.watch, tag ? { "If-None-Match": tag } : {});
        live(watched, answer.ok || answer.status === 304);
        if (answer.status !== 200) continue;
        const { state, closes_at } = await answer.json();
        if (await follow(watched, state, closes_at ?? "")) tag = answer.headers.get("ETag");
      } catch { live(watched, false); /* The network comes and goes. */ }
    }
  };

  // The lobby says whether it would hear of the opening.
  const live = (watched, isConnected) => {
    const line = watched.querySelector(".live");
    if (!line) return;
    line.hidden = false;
    line.classList.toggle("lost", !isConnected);
    const text = isConnected ? line.dataset.connected : line.dataset.lost;
    if (line.textContent !== text) line.textContent = text;
  };

  // Brings the page up to date; false if it could not.
  const follow = async (watched, state, closes) => {
    const isOther = state !== watched.dataset.state;
    if (!isOther && closes === watched.dataset.closes && !watched.querySelector("[data-told]")) return true;
    // A voter who has chosen keeps the page and is told: the answer to the vote says the rest.
    const isTaken = "check" in watched.dataset || watched.querySelector(':is(input, option):checked:not([value=""])');
    if (isOther && isTaken) return tell(state);
    const answer = await get(watched.dataset.page);
    const page = parse(await answer.text());
    const fresh = page.querySelector("[data-watch]");
    if (answer.status >= 500 || !page.querySelector("main") || fresh?.dataset.state !== state && !answer.redirected && fresh) return false;
    if (!watched.isConnected) return false;
    if (isOther || whose(page) !== whose(document)) {
      const said = watched.querySelector("[data-announce]")?.dataset.announce;
      const active = document.activeElement;
      const isElsewhere = active && active !== document.body && !main().contains(active);
      const isQuiet = "quiet" in watched.dataset;
      const link = isQuiet && active?.getAttribute("href");
      show(page, answer.redirected ? answer.url : null, ["main"], isElsewhere || isQuiet);
      if (link) main().querySelector(`[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
      if (said && state === "open") announce(said);
    } else {
      retime(fresh, closes);
    }
    return true;
  };

  // The visible page, and the ballot behind its check.
  const everywhere = (selector, change) => {
    for (const root of [main(), ...(behind?.nodes ?? [])]) root.querySelectorAll?.(selector).forEach(change);
  };
  const ONWARD = ".choice .next button, form[data-cast] button";

  // Replaces the closing time with why voting is not open, and the button with why it does nothing. A vote that may
  // have arrived can still be sent again: the answer says what became of it.
  const tell = (state) => {
    const halts = JSON.parse(main().querySelector(".closing").dataset.halts);
    const [heading, text, label] = halts[state] ?? halts.closed;
    const said = isCast ? "" : text;
    const bold = Object.assign(document.createElement("b"), { textContent: heading });
    everywhere(".closing", (line) => {
      line.dataset.told = state;
      line.classList.add("halt");
      line.replaceChildren(bold.cloneNode(true), Object.assign(document.createElement("span"), { textContent: said }));
    });
    if (!isCast) everywhere(ONWARD, (button) => {
      button.dataset.label ??= button.textContent;
      button.textContent = label;
      button.setAttribute("aria-disabled", "true");
    });
    announce(`${heading}. ${said}`);
    return true;
  };

  // Shows a new closing time on the ballot and its check.
  const retime = (fresh, closes) => {
    const line = fresh?.querySelector(".closing");
    if (!line) return;
    everywhere(".closing", (old) => old.replaceWith(line.cloneNode(true)));
    everywhere(`:is(${ONWARD})[data-label]`, (button) => {
      button.textContent = button.dataset.label;
      button.removeAttribute("aria-disabled");
      delete button.dataset.label;
    });
    for (const root of [main(), ...(behind?.nodes ?? [])]) {
      for (const part of [root, ...(root.querySelectorAll?.("[data-watch]") ?? [])]) if (part.dataset?.watch) part.dataset.closes = closes;
    }
    prepare();
    announce(main().querySelector(".closing").textContent);
  };

  const announce = (text) => {
    const status = document.createElement("p");
    status.className = "hidden";
    status.setAttribute("role", "status");
    document.body.append(status);
    setTimeout(() => { status.textContent = text; }, 100);
  };

  const focus = (element) => {
    if (!element) return;
    element.tabIndex = -1;
    element.focus();
  };

  // Puts another page into this one; all of it if somebody else is signed in by now.
  const show = (page, at, parts = ["header", "main"], stay = false) => {
    if (whose(page) !== whose(document)) parts = ["header", "main"];
    for (const part of parts) document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
    // Some pages have styles of their own, and a conference its colour.
    page.querySelectorAll("link[rel=stylesheet]").forEach((link) => {
      if (!document.querySelector(`link[href="${CSS.escape(link.getAttribute("href"))}"]`)) document.head.append(link.cloneNode());
    });
    document.body.className = page.body.className;
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    if (at) history.replaceState(null, "", at);
    behind = null;
    prepare();
    if (stay) return;
    scrollTo(0, 0);
    focus(main().querySelector("[autofocus]") ?? main().querySelector("h1"));
  };

  const post = (form) => fetch(form.action, { method: "POST", headers: { "Urna-Here": "1" }, body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(LIMIT) });
  const place = (answer) => answer.headers.get("Content-Location") || answer.url;

  // Whether the browser keeps cookies; it may claim so (cookieEnabled) even if it refuses all. Without them, signing in
  // must load the next page, which then knows.
  const keepsCookies = () => {
    document.cookie = "urna-probe=1; SameSite=Lax";
    const isKept = document.cookie.includes("urna-probe=1");
    document.cookie = "urna-probe=; SameSite=Lax; Max-Age=0";
    return isKept;
  };

  // Saves a round trip: the answer is the next page itself. If that fails, the browser sends the form as usual.
  const send = async (form) => {
    form.dataset.busy = "";
    try {
      const answer = await post(form);
      show(parse(await answer.text()), place(answer));
    } catch {
      delete form.dataset.busy;
      form.submit();
    }
  };

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  const sha256 = async (...parts) => {
    const hash = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // Checks that an answer is the receipt for this vote: its code and its note are of the tracker made here, and the
  // note is for the ballot as shown, and signed. Null if this browser cannot tell. Also returns the right code.
  const examine = async (form, page) => {
    if (!crypto.subtle) return { fits: null };
    const tracker = form.elements.tracker.value;
    const ballot = form.action.split("/").at(-2);
    const id = Uint8Array.from(ballot.replaceAll("-", "").match(/../g), (digits) => parseInt(digits, 16));
    const hash = await sha256("urna/code/v1\n", id, bytes(tracker));
    const digits = BigInt(`0x${hash.slice(0, 15)}`).toString(32).padStart(12, "0");
    const code = digits.replace(/./g, (digit) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(digit, 32)]).replace(/(.{4})(?=.)/g, "$1-");
    try {
      const [text, signature] = page.querySelector("[data-note]").dataset.note.split("\n\n");
      const commitment = text.split("\n")[3];
      const promise = `urna receipt v2\n${ballot}\n${form.dataset.manifest}\n${commitment}\n${await sha256(bytes(tracker))}\n`;
      if (page.querySelector("#code").textContent !== code || `${text}\n` !== promise) return { fits: false, code };
      const key = await crypto.subtle.importKey("raw", bytes(form.dataset.key.slice(14)).slice(1), "Ed25519", false, ["verify"]);
      const fits = await crypto.subtle.verify("Ed25519", key, bytes(signature.split(" ")[2]).slice(4), new TextEncoder().encode(promise));
      return { fits, code };
    } catch (error) {
      return { fits: error.name === "NotSupportedError" ? null : false, code };
    }
  };

  // Keeps the choice on the page, which says that it may or may not be recorded, or worse.
  const doubt = (form, heading, text) => {
    form.querySelector("[role=status]").textContent = text;
    main().querySelector("h1").textContent = document.title = heading;
    document.querySelectorAll("[data-sure]").forEach((line) => { line.hidden = true; });
  };

  // Sends the vote, with the same tracker at every try. The page calls it recorded only if the service says so with a
  // receipt for this vote. From the first try on the choice cannot change: nobody could tell which of the two was
  // recorded.
  const cast = async (form) => {
    const status = form.querySelector("[role=status]");
    const button = form.querySelector("button");
    const unsure = main().querySelector("[data-unsure]");
    const label = button.textContent;
    form.dataset.busy = "";
    isCast = true;
    document.querySelectorAll("[data-change]").forEach((change) => { change.hidden = true; });
    unsure.hidden = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.sending;
    const slow = setTimeout(() => { status.textContent = form.dataset.slow; }, 4000);
    for (const pause of [1000, 2000, 4000, 8000, 0]) {
      try {
        const answer = await post(form);
        if (answer.status < 500) {
          const page = parse(await answer.text());
          clearTimeout(slow);
          // Nothing is recorded in a pause or while nobody is signed in: the choice is kept for when voting goes on.
          if (whose(page) === whose(document) && !page.querySelector("[data-state=paused]")) remember();
          if (page.querySelector("[data-note], #code") || place(answer).endsWith("/receipt")) {
            const { fits, code } = await examine(form, page);
            if (fits === false) {
              button.remove();
              const other = page.querySelector("#code")?.textContent || "–";
              return doubt(form, form.dataset.unfitHeading, form.dataset.unfit.replace("{own}", code).replace("{other}", other));
            }
            if (fits) {
              const line = page.querySelector("[data-checked]");
              line.textContent = line.dataset.checked;
            }
          }
          return show(page, place(answer));
        }
      } catch { if (!navigator.onLine) status.textContent = form.dataset.offline; }
      if (pause) await wait(jitter(pause));
    }
    clearTimeout(slow);
    delete form.dataset.busy;
    button.removeAttribute("aria-disabled");
    button.textContent = form.dataset.again || label;
    doubt(form, form.dataset.heading, form.dataset.unconfirmed);
    unsure.hidden = false;
  };

  // The check is in the page already: it needs the choice, and no answer.
  const check = (form) => {
    // Ranks and points are put into words and order by the service.
    if (form.querySelector("select, .scored")) return false;
    const chosen = [...form.querySelectorAll("input:checked")];
    const part = document.getElementById("check");
    // An invalid choice is sent all the same: the answer says what is wrong, and where.
    const isBoth = chosen.length > 1 && chosen.some((input) => input.value === "blank");
    if (!part || !chosen.length || chosen.length > Number(form.dataset.most) || isBoth) return false;
    const parts = part.content.cloneNode(true);
    const line = (input) => {
      const item = document.createElement("li");
      const label = input.parentNode.querySelector("span");
      if (label.children.length) item.append(...label.cloneNode(true).childNodes);
      else item.append(Object.assign(document.createElement("b"), { textContent: label.textContent }));
      return item;
    };
    parts.querySelector("[data-chosen]").replaceChildren(...chosen.map(line));
    parts.querySelectorAll("[data-marks]").forEach((marks) => marks.replaceChildren(...chosen.map(({ name, value }) => {
      const field = document.createElement("input");
      return Object.assign(field, { type: "hidden", name, value });
    })));
    const ballot = form.closest("[data-watch]");
    const left = ballot.querySelector("[data-left]");
    parts.querySelector("[data-watch]").dataset.closes = ballot.dataset.closes;
    parts.querySelector(".closing").replaceWith(ballot.querySelector(".closing").cloneNode(true));
    if (left) parts.querySelector("[data-left]").until = left.until;
    behind = { nodes: [...main().childNodes], title: document.title, chosen: chosen[0] };
    history.pushState(null, "");
    document.title = part.dataset.title;
    main().replaceChildren(parts);
    prepare();
    scrollTo(0, 0);
    focus(main().querySelector("h1"));
    return true;
  };

  // Back from the check to the ballot, as it was left.
  addEventListener("popstate", () => {
    if (isCast && main().querySelector("[data-check]")) return history.pushState(null, "");
    if (!behind) return isCast ? location.reload() : undefined;
    const { nodes, title, chosen } = behind;
    behind = null;
    main().replaceChildren(...nodes);
    document.title = title;
    prepare();
    chosen.focus();
  });

  // A choice outlives a look at a candidate: in this tab, for this person, until it is cast.
  const remember = (path, value) => {
    try {
      if (path) sessionStorage.setItem(`${whose(document)} ${path}`, value);
      else sessionStorage.clear();
    } catch { /* Some browsers keep nothing. */ }
  };
  const remembered = (path) => { try { return sessionStorage.getItem(`${whose(document)} ${path}`); } catch { return null; } };

  // Forgets the choices of anybody else who was signed in before.
  const forgetOthers = () => {
    const mine = whose(document);
    try {
      if (mine) Object.keys(sessionStorage).filter((key) => !key.startsWith(`${mine} `)).forEach((key) => sessionStorage.removeItem(key));
    } catch { /* Some browsers keep nothing. */ }
  };

  // A page that the browser kept whole may be somebody else's by now.
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(location.pathname + location.search); });

  // Counts down in the page's own words; screen readers hear once that a minute is left.
  const countdown = (left) => {
    left.until ??= Date.now() + Number(left.dataset.left) * 1000;
    const words = JSON.parse(left.dataset.words);
    const language = document.documentElement.lang;
    const say = (number, unit) => {
      const form = words[unit][new Intl.PluralRules(language).select(number)] ?? words[unit].other;
      return form.replace("{n}", new Intl.NumberFormat(language).format(number));
    };
    let wasLong = false;
    const tick = () => {
      if (!left.isConnected) return;
      const seconds = Math.max(0, Math.round((left.until - Date.now()) / 1000));
      const step = seconds > 10 ? 10 : 1;
      if (!seconds) left.textContent = "";
      else left.textContent = seconds > 60 ? say(Math.ceil(seconds / 60), "minute") : say(Math.ceil(seconds / step) * step, "second");
      if (wasLong && seconds <= 60) announce(left.textContent);
      wasLong = seconds > 60;
      if (seconds) left.timer = setTimeout(tick, seconds > 60 ? Math.min(15000, (seconds - 60) * 1000) : seconds > 12 ? 2000 : 1000);
    };
    clearTimeout(left.timer);
    tick();
  };

  const prepare = () => {
    forgetOthers();
    document.querySelectorAll("[data-script]").forEach((element) => { element.hidden = false; });
    document.querySelectorAll("[data-copy]").forEach((button) => {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.onclick = async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = button.dataset.copied;
      };
    });
    document.querySelectorAll("[data-left]").forEach(countdown);
    // The tracker is made here, once for each cast, so that nobody who changed the page can choose it.
    document.querySelectorAll("form[data-cast]:not([data-mine])").forEach((form) => {
      const random = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)));
      form.elements.tracker.value = btoa(random).replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
      form.dataset.mine = "";
    });
    document.querySelectorAll("form.choice").forEach((form) => {
      const path = form.getAttribute("action");
      const fields = [...form.querySelectorAll("[type=radio], [type=checkbox], select")];
      const isFilled = (field) => field.value && (field.localName === "select" || field.checked);
      if (!fields.some(isFilled)) {
        const kept = new URLSearchParams(remembered(path) ?? "");
        fields.forEach((field) => {
          if (field.localName === "select") field.value = kept.get(field.name) ?? "";
          else if (kept.has(field.name)) field.checked = kept.getAll(field.name).includes(field.value);
        });
      }
      // A rank that is given to somebody cannot be given to others where the count takes no equals.
      const lists = fields.filter((field) => field.localName === "select");
      const settle = () => {
        if (!("strict" in form.dataset)) return;
        const taken = new Set(lists.map((list) => list.value).filter(Boolean));
        // A disabled option would not be sent: the one that is chosen stays, also if it was chosen twice before.
        lists.forEach((list) => [...list.options].forEach((option) => { option.disabled = taken.has(option.value) && !option.selected; }));
      };
      settle();
      const next = () => Math.max(...lists.map((list) => +list.value)) + 1;
      // A rank that nobody else has is closed: those after it move up.
      const take = (list) => {
        const given = +list.value;
        list.value = "";
        if (lists.some((other) => +other.value === given)) return;
        lists.filter((other) => +other.value > given).forEach((other) => { other.value = other.value - 1; });
      };
      // There may be no such rank.
      const give = (list, rank) => { list.value = rank < list.options.length ? rank : ""; };
      const tell = (list) => {
        announce(`${list.labels[0].querySelector("b").textContent}: ${list.selectedOptions[0].textContent}`);
        form.onchange();
      };
      // A tap on a name gives the next rank, or takes it away.
      form.onclick = (event) => {
        const list = event.target.closest(".ranked label")?.control;
        if (!list) return;
        event.preventDefault();
        if (list.value) take(list);
        else give(list, next());
        tell(list);
      };
      // A name that is dragged onto another takes its rank, or the next one: those from there on move down.
      const under = (event) => event.target.closest?.(".ranked")?.querySelector("select");
      let dragged;
      form.querySelectorAll(".ranked").forEach((card) => { card.draggable = true; });
      form.ondragstart = (event) => {
        dragged = under(event);
        event.dataTransfer.setData("text/plain", "");
      };
      form.ondragend = () => { dragged = null; };
      form.ondragover = (event) => { if (dragged && under(event)) event.preventDefault(); };
      form.ondrop = (event) => {
        const over = under(event);
        if (!dragged || !over || over === dragged) return;
        event.preventDefault();
        const wanted = +over.value || next();
        if (dragged.value) take(dragged);
        const rank = Math.min(wanted, next());
        lists.filter((list) => +list.value >= rank).sort((a, b) => b.value - a.value).forEach((list) => give(list, +list.value + 1));
        give(dragged, rank);
        tell(dragged);
        dragged = null;
      };
      form.onchange = () => {
        settle();
        remember(path, new URLSearchParams(fields.filter(isFilled).map((field) => [field.name, field.value])).toString());
      };
    });
  };

  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.busy !== undefined || event.submitter?.getAttribute("aria-disabled")) return event.preventDefault();
    if (form.getAttribute("action") === "/sign-out") remember();
    else if ("cast" in form.dataset) { event.preventDefault(); cast(form); }
    else if ("change" in form.dataset && behind) { event.preventDefault(); history.back(); }
    else if ("here" in form.dataset && keepsCookies()) { event.preventDefault(); send(form); }
    else if (form.classList.contains("choice") && check(form)) event.preventDefault();
  });
  prepare();
  watch();
})();
