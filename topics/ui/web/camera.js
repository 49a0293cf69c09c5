// Where the map is looked at from. Map units run from -1 to 1; pixels are CSS pixels from the upper left corner.

const EDGE = 1.12 // what is seen of the map at zoom 1, from its middle to each side
const SKEW = 1.35 // how much wider than high, or higher than wide, a map unit may be drawn to fill the pane
const CLOSEST = 400

class Camera {
  x = 0
  y = 0
  zoom = 1
  width = 1
  height = 1

  /** Pixels a map unit, along each axis. */
  get scale() {
    const across = this.width / (2 * EDGE)
    const down = this.height / (2 * EDGE)
    return [Math.min(across, SKEW * down) * this.zoom, Math.min(down, SKEW * across) * this.zoom]
  }

  toScreen(x, y) {
    const [kx, ky] = this.scale
    return [this.width / 2 + (x - this.x) * kx, this.height / 2 - (y - this.y) * ky]
  }

  toMap(left, top) {
    const [kx, ky] = this.scale
    return [this.x + (left - this.width / 2) / kx, this.y - (top - this.height / 2) / ky]
  }

  pan(right, down) {
    const [kx, ky] = this.scale
    this.#look(this.x - right / kx, this.y + down / ky)
  }

  /** Zoom by a factor, so that what is under a pixel stays there. */
  zoomAt(factor, left = this.width / 2, top = this.height / 2) {
    const [x, y] = this.toMap(left, top)
    this.zoom = Math.min(CLOSEST, Math.max(1, this.zoom * factor))
    const [nowX, nowY] = this.toMap(left, top)
    this.#look(this.x + x - nowX, this.y + y - nowY)
  }

  reset() {
    this.zoom = 1
    this.#look(0, 0)
  }

  /** What the vertex shader multiplies and adds to come from map units to the corners of the canvas, -1 and 1. */
  get clip() {
    const [kx, ky] = this.scale
    const [ax, ay] = [(2 * kx) / this.width, (2 * ky) / this.height]
    return { factor: [ax, ay], offset: [-this.x * ax, -this.y * ay] }
  }

  #look(x, y) {
    const slack = EDGE * (1 - 1 / this.zoom) // the pane never leaves the map
    this.x = Math.min(slack, Math.max(-slack, x))
    this.y = Math.min(slack, Math.max(-slack, y))
  }
}
