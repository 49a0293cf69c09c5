"""The scripts of our own that run in the browser. All are constants: no text of a corpus ever becomes code."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from topics.ui import borrowed

_scroll = st.components.v2.component(
    "topics.scroll",
    js="""
    export default function ({ data }) {
      if (globalThis.topicsScrolledTo === data.at) return
      let tries = 0
      const go = () => {
        const passage = document.querySelector(".art-passage.is-current")
        if (passage) {
          passage.scrollIntoView({ block: "center" })
          globalThis.topicsScrolledTo = data.at
        } else if (tries++ < 40) {
          setTimeout(go, 50)
        }
      }
      setTimeout(go, 50)
      return () => { globalThis.topicsScrolledTo = undefined }
    }
    """,
)

_language = st.components.v2.component(
    "topics.language",
    js="""
    const said = (text, [from, to]) => {
      const inner = text.slice(from[0].length, text.length - (from[1] ?? "").length)
      const fits = from.length < 2 ? text === from[0] : inner && text === from[0] + inner + from[1]
      return fits ? to.join(inner) : undefined
    }
    const exchange = (changes, get, set, texts) => {
      const before = get()
      const now = texts.map((each) => said(before.trim(), each)).find((found) => found !== undefined)
      if (now === undefined || now === before.trim()) return
      const after = before.replace(before.trim(), () => now)
      set(after)
      changes.push(() => get() === after && set(before))
    }
    const pass = (places, changes) => {
      for (const { where, attribute, texts } of places)
        for (const part of document.querySelectorAll(where)) {
          if (attribute && part.hasAttribute(attribute)) {
            exchange(changes, () => part.getAttribute(attribute), (to) => part.setAttribute(attribute, to), texts)
          } else if (!attribute) {
            const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
            for (let node; (node = walk.nextNode()); ) {
              const own = node
              exchange(changes, () => own.data, (to) => (own.data = to), texts)
            }
          }
        }
    }
    export default function ({ data }) {
      document.documentElement.lang = data.code
      if (globalThis.topicsSpoken?.code === data.code) return
      globalThis.topicsSpoken?.end()
      const changes = []
      let waiting = 0
      const observer = new MutationObserver(() => {
        waiting ||= requestAnimationFrame(() => {
          waiting = 0
          pass(data.places, changes)
        })
      })
      if (data.places.length) {
        pass(data.places, changes)
        const attributeFilter = ["aria-label", "placeholder"]
        observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter })
      }
      const end = () => {
        observer.disconnect()
        cancelAnimationFrame(waiting)
        for (const change of changes.reverse()) change()
      }
      globalThis.topicsSpoken = { code: data.code, end }
    }
    """,
)

_theme = st.components.v2.component(
    "topics.theme",
    js="""
    export default function ({ setTriggerValue }) {
      const app = document.querySelector(".stApp")
      const scheme = () => getComputedStyle(app).colorScheme
      let before = scheme()
      const observer = new MutationObserver(() => {
        if (scheme() === before) return
        before = scheme()
        setTriggerValue("scheme", before)
      })
      observer.observe(app, { attributes: true, attributeFilter: ["class", "style"] })
      return () => observer.disconnect()
    }
    """,
)

_links = st.components.v2.component(
    "topics.links",
    js="""
    export default function () {
      const follow = (event) => {
        const link = event.target.closest?.(".stHtml a[href]")
        const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
        if (!link || !plain || event.defaultPrevented || link.origin !== location.origin || link.hash) return
        event.preventDefault()
        history.pushState({}, "", link.href)
        dispatchEvent(new PopStateEvent("popstate", { state: {} }))
        document.querySelector(".stMain")?.scrollTo(0, 0)
      }
      document.addEventListener("click", follow)
      return () => document.removeEventListener("click", follow)
    }
    """,
)

_current = st.components.v2.component(
    "topics.current",
    js="""
    export default function ({ data }) {
      let tries = 0
      const show = () => {
        const nav = document.querySelector(".st-key-nav")
        const links = nav ? [...nav.querySelectorAll("a")] : []
        const link = links[data.place]
        if (!link) return tries++ < 40 && setTimeout(show, 50)
        if (link.ariaCurrent === "page") return
        for (const one of links) one.ariaCurrent = one === link ? "page" : null
        const [outer, inner] = [nav.getBoundingClientRect(), link.getBoundingClientRect()]
        nav.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2
      }
      const timer = setTimeout(show, 50)
      return () => clearTimeout(timer)
    }
    """,
)

_again = st.components.v2.component(
    "topics.again",
    js="""
    export default function ({ data, setTriggerValue }) {
      const stands = () => {
        const now = [...new URLSearchParams(location.search)]
        if (now.length !== Object.keys(data.left).length) return
        if (now.every(([name, value]) => data.left[name] === value)) setTriggerValue("back", true)
      }
      const timer = setTimeout(stands, data.after)
      return () => clearTimeout(timer)
    }
    """,
)


def show_current(place: int) -> None:
    """Say which link of the navigation is that of the page shown, and bring it into view where not all have room."""
    _current(data={"place": place}, key="current")


def ask_again(left: Mapping[str, str], seconds: float) -> None:
    """Run the page again if the browser still shows this URL after a while: then it was gone back to, and not late."""
    _again(data={"left": dict(left), "after": 1000 * seconds}, key="again", on_back_change=lambda: None)


def follow_links() -> None:
    """Let a click on a link within the app open its page as Back and Forward do, without loading the app anew."""
    _links(key="links")


def speak(code: str) -> None:
    """Tell the browser which language the page is in, and have it exchange Streamlit's own words."""
    _language(data={"code": code, "places": borrowed.exchanges()}, key="script_language")


def scroll_to_current(place: str) -> None:
    """Bring the current passage into view, once for each place."""
    _scroll(data={"at": place}, key="scroll")


def rerun_with_theme() -> None:
    """Run the page again when the theme is switched: what is drawn on a canvas has its colours from Python."""
    _theme(key="theme", on_scheme_change=lambda: None)
