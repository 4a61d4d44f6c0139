/** Adds decimals without loss. Values that are no finite number are counted, not added. */
export class ExactSum {
  #units = 0n;
  #scale = 0;
  #small = 0;
  #notFinite = 0;

  add(text: string): void {
    if (!/^-?\d+(?:\.\d+)?$/.test(text)) {
      this.#notFinite += 1;
      return;
    }
    const point = text.indexOf('.');
    const scale = point < 0 ? 0 : text.length - point - 1;
    if (scale > this.#scale) this.#rescale(scale);
    const digits = point < 0 ? text : text.slice(0, point) + text.slice(point + 1);
    // Fifteen digits fit a double exactly; summing those first keeps bigint arithmetic off the hot path.
    if (digits.length + this.#scale - scale <= 15)
      this.#addSmall(Number(digits) * 10 ** (this.#scale - scale));
    else this.#units += BigInt(digits) * 10n ** BigInt(this.#scale - scale);
  }

  /** Takes back what `add` did. */
  subtract(text: string): void {
    if (/^-?\d/.test(text)) this.add(text.startsWith('-') ? text.slice(1) : `-${text}`);
    else this.#notFinite -= 1;
  }

  get text(): string {
    this.#flush();
    const sign = this.#units < 0n ? '-' : '';
    const digits = (this.#units < 0n ? -this.#units : this.#units).toString().padStart(this.#scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.#scale);
    const fraction = digits.slice(digits.length - this.#scale).replace(/0+$/, '');
    const rest = this.#notFinite > 0 ? ` and ${this.#notFinite} values that are not finite` : '';
    return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${rest}`;
  }

  #addSmall(units: number): void {
    const sum = this.#small + units;
    if (Number.isSafeInteger(sum)) this.#small = sum;
    else {
      this.#flush();
      this.#small = units;
    }
  }

  #rescale(scale: number): void {
    this.#flush();
    this.#units *= 10n ** BigInt(scale - this.#scale);
    this.#scale = scale;
  }

  #flush(): void {
    this.#units += BigInt(this.#small);
    this.#small = 0;
  }
}
