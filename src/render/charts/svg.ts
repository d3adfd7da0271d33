/**
 * A chart as SVG, drawn by ECharts without a browser. Loaded only where a drawing is wanted. What comes out is stripped
 * to shapes and text: no style sheet, no link, no identifier that could meet another drawing's in one page.
 */

import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent, VisualMapComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { markup } from '../markup.js';
import type { Svg } from '../svg.js';
import type { Chart } from './chart.js';
import { chartInk, echartsOption } from './echarts-option.js';
import { summaryOf } from './summary.js';

echarts.use([BarChart, HeatmapChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, VisualMapComponent, SVGRenderer]);

const width = 900;

/**
 * @param id begins every identifier in it
 * @param alone a file of its own, on white; else a part of a page, in the page's colours
 */
export function chartSvg(chart: Chart, id: string, alone = false): Svg {
  const { option, height } = echartsOption(chart, width);
  const canvas = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    canvas.setOption(option);
    return tidied(canvas.renderToSVGString(), [...summaryOf(chart), ...chart.notes].join(' '), id, alone) as Svg;
  } finally {
    canvas.dispose();
  }
}

/** colour -> the page's own, which follows light and dark */
const themed: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(chartInk).map(([name, colour]) => [colour, `var(--${name},${colour})`]));

function tidied(svg: string, description: string, prefix: string, alone: boolean): string {
  const clean = svg
    .replace(/<style ?>[^]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|baseProfile|version|xmlns:xlink|pointer-events)="[^"]*"/g, '')
    .replace(/ id="([\w-]+)"/g, ` id="${prefix}-$1"`)
    .replace(/url\(#([\w-]+)\)/g, `url(#${prefix}-$1)`)
    .replace(/ (fill|stroke)="(#[0-9a-f]{6})"/g, (whole, name: string, colour: string) => (alone || themed[colour] === undefined ? whole : ` ${name}="${themed[colour]}"`))
    .replace(/^<svg /, `<svg role="img" aria-label="${markup(description)}" `);
  return clean.replace(/^(<svg [^>]*>)/, `$1\n<title>${markup(description)}</title>${alone ? '\n<rect width="100%" height="100%" fill="#ffffff"/>' : ''}`);
}
