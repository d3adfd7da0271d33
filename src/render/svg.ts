/**
 * SVG made of elements and not of strings, so that no text in it can act: names are checked, attributes and text are
 * escaped. In a page, `currentColor` and `var(--dim)` follow the reader's light or dark setting (html/style.ts).
 */

import { markup } from './markup.js';

declare const made: unique symbol;
/** Markup that only this file makes. */
export type Svg = string & { readonly [made]: true };

export type SvgAttributes = Readonly<Record<string, string | number>>;

const names = /^[a-zA-Z][\w:-]*$/;
/** What could run, load or restyle is no drawing. */
const elements = /^(svg|g|defs|title|desc|path|rect|line|polyline|polygon|circle|ellipse|text|tspan|clipPath|marker|linearGradient|stop)$/;

/** @throws Error on an element or attribute that a drawing has no need of: a mistake of the caller's */
export function svgElement(name: string, attributes: SvgAttributes, children: readonly (Svg | { readonly text: string })[] = []): Svg {
  if (!elements.test(name)) throw new Error(`no drawing needs the element ${name}`);
  const written = Object.entries(attributes).map(([key, value]) => {
    if (!names.test(key) || /^on|href$|^style$/i.test(key)) throw new Error(`no drawing needs the attribute ${key}`);
    return ` ${key}="${typeof value === 'number' ? rounded(value) : markup(value)}"`;
  });
  const inner = children.map((child) => (typeof child === 'string' ? child : markup(child.text))).join('');
  return `<${name}${written.join('')}${inner === '' ? '/>' : `>${inner}</${name}>`}` as Svg;
}

/** A whole drawing of so many pixels, with what a screen reader says of it. */
export function svgDrawing(width: number, height: number, description: string, children: readonly Svg[]): Svg {
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${rounded(width)} ${rounded(height)}`, width, height, role: 'img', 'aria-label': description, fill: 'currentColor', 'font-family': 'system-ui, sans-serif' };
  return svgElement('svg', attributes, [svgElement('title', {}, [{ text: description }]), ...children]);
}

function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}
