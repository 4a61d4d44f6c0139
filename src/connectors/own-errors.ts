/** Errors of the caller's own (its records stop coming, it cannot keep the refused ones) leave as they came. */
export class OwnErrors {
  #own: { readonly error: unknown } | undefined;

  readonly remember = (error: unknown): never => {
    this.#own ??= { error };
    throw error;
  };

  async *of<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    try {
      yield* items;
    } catch (error) {
      this.remember(error);
    }
  }

  async first<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw this.#own === undefined ? error : this.#own.error;
    }
  }
}
