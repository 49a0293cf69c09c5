// Which dot is nearest to the pointer: the dots sorted into the cells of a grid, so that only a few are looked at.

class Grid {
  constructor(places) {
    const n = places.length / 2
    const side = Math.max(1, Math.min(1024, Math.ceil(Math.sqrt(n / 3))))
    const cell = new Uint32Array(n)
    const starts = new Uint32Array(side * side + 1)
    for (let i = 0; i < n; i++) {
      cell[i] = Grid.#at(places[2 * i + 1], side) * side + Grid.#at(places[2 * i], side)
      starts[cell[i] + 1]++
    }
    for (let at = 0; at < side * side; at++) starts[at + 1] += starts[at]
    const next = starts.slice()
    const order = new Uint32Array(n)
    for (let i = 0; i < n; i++) order[next[cell[i]]++] = i
    Object.assign(this, { places, side, starts, order })
  }

  static #at(value, side) {
    return Math.min(side - 1, Math.max(0, Math.floor(((value + 1) / 2) * side)))
  }

  /** The dot nearest to a pixel, or -1 where none is within reach; those behind the others count as further away. */
  nearest(camera, left, top, reach, isBehind) {
    const { places, side, starts, order } = this
    const [kx, ky] = camera.scale
    const [x, y] = camera.toMap(left, top)
    const [low, high] = [Grid.#at(y - reach / ky, side), Grid.#at(y + reach / ky, side)]
    const [first, last] = [Grid.#at(x - reach / kx, side), Grid.#at(x + reach / kx, side)]
    let found = -1
    let least = Infinity
    for (let row = low; row <= high; row++) {
      for (let at = starts[row * side + first]; at < starts[row * side + last + 1]; at++) {
        const i = order[at]
        const away = Math.hypot((places[2 * i] - x) * kx, (places[2 * i + 1] - y) * ky)
        const counted = away + (isBehind(i) ? 3 : 0)
        if (away <= reach && counted < least) {
          least = counted
          found = i
        }
      }
    }
    return found
  }
}
