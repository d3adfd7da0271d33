/** Drawings of an answer, as they are asked for. */

export type ChartKind = 'bar' | 'line' | 'heat' | 'scatter' | 'spark';
export const chartKinds: readonly ChartKind[] = ['bar', 'line', 'heat', 'scatter', 'spark'];

/** auto: by the shape of the answer. */
export type ChartRequest = ChartKind | 'auto';
