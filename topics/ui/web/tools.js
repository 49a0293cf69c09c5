// What all of the map's files share: parcels that were parked, the buttons, elements of the page.

const shared = (globalThis.topicsMap ??= { shelf: new Map(), views: new Set(), told: new Map() })

const PICTURES = {
  lasso: "M12 4c-5 0-9 2.7-9 6 0 2.6 2.4 4.8 5.8 5.6M12 4c5 0 9 2.7 9 6s-4 6-9 6c-1 0-2.2-.1-3.2-.4M6.5 14.5a2 2 0 1 0 2.5 2.6c.5 1.500 0 3-1.500 3.900",
  box: "M4 7V4h3M10.500 4h3M17 4h3v3M20 10.500v3M20 17v3h-3M13.500 20h-3M7 20H4v-3M4 13.500v-3",
  clear: "M6 6l12 12M18 6L6 18",
  closer: "M12 5v14M5 12h14",
  farther: "M5 12h14",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
}

function element(kind, className, parent) {
  const made = document.createElement(kind)
  made.className = className
  parent.append(made)
  return made
}

function drawing(className, parent) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("class", className)
  svg.setAttribute("aria-hidden", "true")
  parent.append(svg)
  return svg
}

/** Make a button for each picture; ``press`` is told which one was pressed. */
function toolbar(parent, press) {
  const bar = element("div", "map-tools", parent)
  bar.setAttribute("role", "toolbar")
  const buttons = {}
  for (const [name, path] of Object.entries(PICTURES)) {
    const button = (buttons[name] = element("button", "map-tool", bar))
    button.type = "button"
    button.dataset.tool = name
    const svg = drawing("", button)
    svg.setAttribute("viewBox", "0 0 24 24")
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path")
    line.setAttribute("d", path)
    svg.append(line)
    button.addEventListener("click", () => press(name))
  }
  return { bar, buttons }
}

/** Say in each tool what it does. */
function sayTools({ bar, buttons }, said) {
  bar.setAttribute("aria-label", said.tools)
  for (const [name, button] of Object.entries(buttons)) {
    button.title = said[name]
    button.setAttribute("aria-label", said[name])
  }
}

/** Read what Python packed: four bytes of length, that much JSON, then plain bytes. */
function unpacked(data) {
  const own = data.slice() // on a boundary that arrays of numbers can begin at
  const length = new DataView(own.buffer).getUint32(0, true)
  const head = JSON.parse(new TextDecoder().decode(own.subarray(4, 4 + length)))
  return { ...head, bytes: own.subarray(4 + length) }
}

/** Tell for each dot whether it is among those found: a list of rows, or a bit for each dot. */
function marks(found, n) {
  const result = new Uint8Array(n)
  if (!found) return result
  const bytes = Uint8Array.from(atob(found.data), (letter) => letter.charCodeAt(0))
  if (found.kind === "rows") for (const row of new Uint32Array(bytes.buffer)) result[row] = 1
  else for (let i = 0; i < n; i++) result[i] = (bytes[i >> 3] >> (i & 7)) & 1
  return result
}
