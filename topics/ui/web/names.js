// The names of topics over the map: few from far away, more from nearby, never one on another.

const SHOWN = [[1.7, 16], [3.5, 36], [Infinity, 80]] // up to which zoom, how many names at most
const STEPS = [0, 1, -1, 2, -2, 3, -3] // half lines up and down that a name may move to find room
const HALF_LINE = 8
const APART = 3 // pixels between two names

class Names {
  constructor(host, choose) {
    this.host = host
    this.choose = choose
    this.known = []
    this.buttons = new Map()
  }

  /** Take other names, each with the index and the place of its topic, the largest topic first. */
  set(known) {
    this.known = known
    this.host.replaceChildren()
    this.buttons.clear()
  }

  /** Find places for the names that this view has room for. */
  place(camera, chosen, fades) {
    const mine = this.known.filter((name) => name.index === chosen)
    const others = this.known.filter((name) => name.index !== chosen && this.#isSeen(camera, name))
    const limit = SHOWN.find(([zoom]) => camera.zoom < zoom)[1]
    const candidates = [...mine, ...others.slice(0, limit)]
    const standing = []
    for (const name of candidates) {
      const button = this.#button(name)
      button.classList.toggle("is-chosen", name.index === chosen)
      button.classList.toggle("is-faded", fades && name.index !== chosen)
      button.setAttribute("aria-pressed", String(name.index === chosen))
      button.hidden = false
    }
    const sizes = candidates.map((name) => [this.#button(name).offsetWidth, this.#button(name).offsetHeight])
    candidates.forEach((name, at) => {
      const box = this.#room(camera, name, sizes[at], standing, name.index === chosen ? [0] : STEPS)
      if (box) standing.push(box)
      name.shift = box ? box.shift : null
    })
    const kept = new Set(candidates.filter((name) => name.shift !== null))
    for (const [name, button] of this.buttons) button.hidden = !kept.has(name)
    this.follow(camera)
  }

  /** Let the names that stand move with the map. */
  follow(camera) {
    for (const [name, button] of this.buttons) {
      if (button.hidden) continue
      const [left, top] = camera.toScreen(name.x, name.y)
      button.style.transform = `translate(${left + name.shift[0]}px, ${top + name.shift[1]}px) translate(-50%, -50%)`
    }
  }

  #isSeen(camera, name) {
    const [left, top] = camera.toScreen(name.x, name.y)
    return left > 0 && left < camera.width && top > 0 && top < camera.height
  }

  #room(camera, name, [width, height], standing, steps) {
    const [left, top] = camera.toScreen(name.x, name.y)
    const middle = Math.min(camera.width - width / 2, Math.max(width / 2, left)) // no name is cut off at the sides
    for (const step of steps) {
      const down = step * HALF_LINE
      const box = { left: middle - width / 2 - APART, right: middle + width / 2 + APART, shift: [middle - left, down] }
      box.top = top + down - height / 2
      box.bottom = box.top + height
      if (!standing.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)) {
        return box
      }
    }
    return null
  }

  #button(name) {
    let button = this.buttons.get(name)
    if (!button) {
      button = document.createElement("button")
      button.type = "button"
      button.className = "map-name"
      button.dir = "auto"
      button.textContent = name.name
      button.addEventListener("click", () => this.choose(name.id))
      this.host.append(button)
      this.buttons.set(name, button)
    }
    return button
  }
}
