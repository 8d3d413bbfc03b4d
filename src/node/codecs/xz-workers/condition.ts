/** Wakes whoever waits for something to change; each looks for itself whether it did. */
export class Condition {
  #wake: () => void = () => {}
  #change = this.#nextChange()

  /** Settles at the next {@link Condition.notify}. */
  wait(): Promise<void> {
    return this.#change
  }

  /** Wakes all that wait. */
  notify(): void {
    const wake = this.#wake
    this.#change = this.#nextChange()
    wake()
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
