/** What a drawing is made for. */

import type { Ink } from './ink.js';

export interface Look {
  /** Columns of the terminal. */
  readonly width: number;
  /** No character beyond ASCII is drawn with; names and values stay what they are. */
  readonly ascii: boolean;
  readonly ink: Ink;
}
