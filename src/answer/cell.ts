/** What every answer is made of: values as JSON, and sources that are missing. */

export type Cell = null | boolean | number | string | readonly Cell[] | { readonly [key: string]: Cell };

export interface MissingSource {
  readonly service: string;
  readonly reason: string;
  readonly remedy: string;
}
